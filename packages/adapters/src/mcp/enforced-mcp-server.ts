import type * as Sdk from '@modelcontextprotocol/server';
import type { McpServer, McpServerOptions } from '@modelcontextprotocol/server';
import { requirePackage } from '../shared/require-package.js';
import { enforceServer } from './enforce-server.js';
import type { ToolSource } from '../shared/tools-from.js';
import { registerEnforced, type RegisterOptions } from './register-enforced.js';

export interface EnforcedMcpServerOptions extends RegisterOptions {
  /** The server's name and version, as clients are told. */
  readonly name: string;
  readonly version: string;
  /** Instances of classes with `@Tool` methods, and tools. */
  readonly tools: ToolSource | readonly ToolSource[];
  /** What the SDK's own constructor takes, such as `instructions`. */
  readonly server?: McpServerOptions;
}

/**
 * An MCP server of enforced tools, ready for `connect`, `serveStdio` or `createMcpHandler`; a server serves one connection.
 * What is registered on it later is enforced as by `enforceServer`, by the same policy.
 *
 * @throws EnforceCoreError `PACKAGE_MISSING` without `@modelcontextprotocol/server`.
 */
export async function enforcedMcpServer({ name, version, tools, server: serverOptions, ...options }: EnforcedMcpServerOptions): Promise<McpServer> {
  const sdk = (await requirePackage('@modelcontextprotocol/server', '@enforcecore/adapters/mcp')) as typeof Sdk; // the package of this name
  const server = new sdk.McpServer({ name, version }, serverOptions);
  const isListed = options.policy === undefined && options.container === undefined ? { listed: 'all' as const } : {};
  enforceServer(server, { handlers: 'sdk', ...options, ...isListed }); // made here, so nobody has set another
  registerEnforced(server, tools, { ...options, listed: 'all' }); // the server's own list is filtered
  return server;
}
