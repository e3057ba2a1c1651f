export { enforceAgent, type EnforceAgentOptions } from './enforce-agent.js';
export { enforcedMcpServer, type McpServerOptions } from './enforced-mcp-server.js';
export { enforcedModel, enforcedModelProvider, type ModelOptions } from './enforced-model.js';
export { enforcedTool } from './enforced-tool.js';
export { enforcedTools, type EnforcedToolsOptions } from './enforced-tools.js';
export { redactText } from './redact-text.js';
export type { AgentsOptions, RunFacts } from './run-facts.js';
