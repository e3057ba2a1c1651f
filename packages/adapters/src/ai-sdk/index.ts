export { enforcedSettings, type EnforcedSettings, type EnforcedSettingsOptions } from './enforced-settings.js';
export { enforcedTool, enforceTools, type EnforceToolsOptions } from './enforce-tools.js';
export { enforcedTools, type EnforcedToolsOptions } from './enforced-tools.js';
export { recordInvalidCalls, type InvalidCallsOptions } from './invalid-calls.js';
export { redactionMiddleware, type RedactionOptions } from './redaction-middleware.js';
export { redactStream } from './redact-stream.js';
export { toolApproval, type ApprovalQuestion, type ToolApprovalOptions } from './tool-approval.js';
export type { AiSdkOptions, ToolCallFacts } from './call-facts.js';
