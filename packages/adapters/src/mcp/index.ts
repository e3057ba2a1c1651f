export { enforceServer } from './enforce-server.js';
export { enforcedMcpServer, type EnforcedMcpServerOptions } from './enforced-mcp-server.js';
export type { EnforceServerOptions, McpOptions } from './mcp-options.js';
export { registerEnforced, type RegisterOptions } from './register-enforced.js';
export type { ToolSource } from '../shared/tools-from.js';
export { refusalKey } from './tool-result.js';
