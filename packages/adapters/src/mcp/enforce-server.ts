import type { McpServer } from '@modelcontextprotocol/server';
import { EnforceCoreError } from '@enforcecore/core';
import type { LowLevelServer } from './low-level.js';
import { McpGate } from './mcp-gate.js';
import type { EnforceServerOptions } from './mcp-options.js';
import { enforceRegistered, insidesOf } from './registered-tools.js';
import { handlersOf, intercept } from './request-intercept.js';
import { filterList } from './tool-list.js';

const enforced = new WeakSet<object>();

/**
 * Makes every call of a server's tools an enforced one: those that are registered, those that will be, and what a
 * low-level `setRequestHandler('tools/call')` or a fallback handler answers. A tool that the policy refuses is not listed.
 * Resources, prompts and what a tool sends by itself (log messages, progress, sampling) pass unchanged.
 *
 * @returns the server itself
 * @throws EnforceCoreError `NOT_ENFORCED`, with nothing changed, for anything but a server of `@modelcontextprotocol/server`, for one that is
 * enforced already, and for one that has tools or a handler of `tools/call` while `handlers` does not say whose it is
 */
export function enforceServer<T extends McpServer | LowLevelServer>(server: T, { handlers, ...options }: EnforceServerOptions = {}): T {
  const low = lowLevel(server);
  const isInner = low === server;
  check(low, isInner, handlers);
  const insides = isInner ? undefined : insidesOf(server as McpServer); // it has a server of its own, so it is the high-level one
  enforced.add(low);
  const gate = new McpGate(options);
  if (insides === undefined) {
    intercept(low, 'tools/call', (handler) => gate.request(handler));
    refuseMcpServer(low);
  } else {
    enforceRegistered(server as McpServer, insides, gate, handlers === 'sdk');
  }
  filterList(low, options);
  return server;
}

function check(low: LowLevelServer, isInner: boolean, handlers: EnforceServerOptions['handlers']): void {
  if (enforced.has(low)) throw new EnforceCoreError('NOT_ENFORCED', 'this MCP server is enforced already, and a second time would count and record every call twice; call enforceServer once');
  if (isInner && handlers === 'sdk') throw innerServer();
  if (!handlersOf(low).has('tools/call') || handlers !== undefined) return;
  throw new EnforceCoreError(
    'NOT_ENFORCED',
    `this MCP server has a handler of tools/call already, and nobody can see whose; call enforceServer before the first tool, or give it { handlers: ${isInner ? '' : "'sdk' } if all its tools were registered with registerTool, { handlers: "}'own' } if the application set the handler`,
  );
}

function innerServer(): EnforceCoreError {
  return new EnforceCoreError('NOT_ENFORCED', 'this is the inner server of an McpServer, where nobody knows its tools; call enforceServer with the McpServer itself');
}

/** McpServer asks this before it puts its own handlers in; enforced here, they would be judged by arguments that their tools do not get. */
function refuseMcpServer(low: LowLevelServer): void {
  const ask = low.assertCanSetRequestHandler.bind(low);
  low.assertCanSetRequestHandler = (method: string) => {
    if (method.startsWith('tools/')) throw innerServer();
    ask(method);
  };
}

/** The server that dispatches. */
export function lowLevel(server: McpServer | LowLevelServer): LowLevelServer {
  const inner: unknown = 'server' in server ? server.server : server;
  if (typeof inner === 'object' && inner !== null && 'setRequestHandler' in inner) return inner as LowLevelServer; // it takes handlers, as Server does
  throw new EnforceCoreError('NOT_ENFORCED', 'an McpServer or a Server of @modelcontextprotocol/server is needed here');
}
