import type { McpServer } from '@modelcontextprotocol/server';
import { EnforceCoreError } from '@enforcecore/core';
import type { LowLevelServer } from './low-level.js';
import { McpGate } from './mcp-gate.js';
import type { McpOptions } from './mcp-options.js';
import { enforceRegistered } from './registered-tools.js';
import { intercept } from './request-intercept.js';
import { filterList } from './tool-list.js';

const enforced = new WeakSet<object>();

/**
 * Makes every call of a server's tools an enforced one: those that are registered, those that will be, and what a
 * low-level `setRequestHandler('tools/call')` or a fallback handler answers. A tool that the policy refuses is not listed.
 * Resources, prompts and what a tool sends by itself (log messages, progress, sampling) pass unchanged.
 *
 * @returns the server itself
 * @throws EnforceCoreError `NOT_ENFORCED` for anything but a server of `@modelcontextprotocol/server`, and for one that is enforced already
 */
export function enforceServer<T extends McpServer | LowLevelServer>(server: T, options: McpOptions = {}): T {
  const low = lowLevel(server);
  if (enforced.has(low)) throw new EnforceCoreError('NOT_ENFORCED', 'this MCP server is enforced already, and a second time would count and record every call twice; call enforceServer once');
  enforced.add(low);
  const gate = new McpGate(options);
  if (low === server) intercept(low, 'tools/call', (handler) => gate.request(handler));
  else enforceRegistered(server as McpServer, gate); // it has a server of its own, so it is the high-level one
  filterList(low, options);
  return server;
}

/** The server that dispatches. */
export function lowLevel(server: McpServer | LowLevelServer): LowLevelServer {
  const inner: unknown = 'server' in server ? server.server : server;
  if (typeof inner === 'object' && inner !== null && 'setRequestHandler' in inner) return inner as LowLevelServer; // it takes handlers, as Server does
  throw new EnforceCoreError('NOT_ENFORCED', 'an McpServer or a Server of @modelcontextprotocol/server is needed here');
}
