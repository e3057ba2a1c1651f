export type { EnforcedTool, ToolHints } from './enforced-tool.js';
export type { JsonSchema, ToolInput, ToolInputIssue } from './tool-input.js';
export { refusalOf, type Refusal } from './refusal.js';
