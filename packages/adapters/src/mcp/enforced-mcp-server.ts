import type * as Sdk from '@modelcontextprotocol/server';
import type { McpServer, McpServerOptions } from '@modelcontextprotocol/server';
import { requirePackage } from '../shared/require-package.js';
import { registerEnforced, type RegisterOptions, type ToolSource } from './register-enforced.js';

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
 *
 * @throws EnforceCoreError `PACKAGE_MISSING` without `@modelcontextprotocol/server`.
 */
export async function enforcedMcpServer({ name, version, tools, server: serverOptions, ...options }: EnforcedMcpServerOptions): Promise<McpServer> {
  const sdk = (await requirePackage('@modelcontextprotocol/server', '@enforcecore/adapters/mcp')) as typeof Sdk; // the package of this name
  const server = new sdk.McpServer({ name, version }, serverOptions);
  registerEnforced(server, tools, options);
  return server;
}
