export { enforceChunks as enforceGraphStream, type EnforceChunksOptions as EnforceGraphStreamOptions } from '../langchain/enforced-chunks.js';
export { enforcedTool, enforcedTools, type EnforcedFunctionOptions, type EnforcedToolOptions, type EnforcedToolsOptions, type LangChainTool, type RunnableTool, type ToolFunction } from '../langchain/enforced-tool.js';
export { isEnforcedTool } from '../langchain/enforced-marks.js';
