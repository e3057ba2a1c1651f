export { enforcedTool, enforcedTools, type EnforcedFunctionOptions, type EnforcedToolOptions, type EnforcedToolsOptions, type LangChainTool, type RunnableTool, type ToolFunction } from './enforced-tool.js';
export { isEnforcedTool } from './enforced-marks.js';
export { requirePackage } from '../shared/require-package.js';
export { wrapWithPolicy, type WrapOptions } from '../shared/wrap-with-policy.js';
export { enforceMiddleware, type EnforceMiddlewareOptions } from './middleware.js';
export { enforceChunks, type EnforceChunksOptions } from './enforced-chunks.js';
export { EnforceCoreCallbackHandler, type CallbackHandlerOptions, type Findings } from './callback-handler.js';
