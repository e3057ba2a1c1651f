export { enforceHooks, type EnforceHooksOptions } from './enforce-hooks.js';
export { enforceProcessor, type EnforceProcessor, type EnforceProcessorOptions } from './enforce-processor.js';
export { enforcedTool, enforceTools, type RunnableTool } from './enforced-tool.js';
export { enforcedTools, type EnforcedToolsOptions, type MastraToolRecord } from './enforced-tools.js';
export type { MastraContext, MastraOptions } from './mastra-options.js';
