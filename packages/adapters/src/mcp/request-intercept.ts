import type { ServerContext } from '@modelcontextprotocol/server';
import { EnforceCoreError } from '@enforcecore/core';
import type { LowLevelServer, McpHandler, McpRequest } from './low-level.js';

export type Around = (handler: McpHandler) => McpHandler;

interface Dispatching {
  readonly around: Map<string, Around>;
  readonly handlers: Map<string, McpHandler>;
  /** Stores what has its code around it already. */
  readonly put: (method: string, handler: McpHandler) => void;
}

const dispatching = new WeakMap<LowLevelServer, Dispatching>();

/**
 * Puts code around a server's handlers of one method, those that are set and those that will be. Around a method that has
 * code around it already it goes outside.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` for a server that keeps its handlers elsewhere than the SDK of this version.
 */
export function intercept(server: LowLevelServer, method: string, around: Around): void {
  const { around: known, handlers, put } = dispatching.get(server) ?? takeOver(server);
  const inner = known.get(method);
  known.set(method, inner === undefined ? around : (handler) => around(inner(handler)));
  const present = handlers.get(method);
  if (present !== undefined) put(method, around(present));
}

/** The handlers as the dispatcher finds them. Private to the SDK's types, and looked up in this map by its 2.4. */
export function handlersOf(server: LowLevelServer): Map<string, McpHandler> {
  const handlers: unknown = Reflect.get(server, '_requestHandlers');
  // Servers of the SDK's version 1 have such a map too, and call what is in it with another context.
  if (handlers instanceof Map && typeof Reflect.get(server, '_wrapHandler') === 'function') return handlers as Map<string, McpHandler>; // names to functions, in 2.4
  throw new EnforceCoreError(
    'NOT_ENFORCED',
    'the handlers of this MCP server cannot be enforced: @enforcecore/adapters/mcp knows @modelcontextprotocol/server ^2.4.0; put a server of another version, such as @modelcontextprotocol/sdk, behind "enforcecore gateway"',
  );
}

function takeOver(server: LowLevelServer): Dispatching {
  const handlers = handlersOf(server);
  const put = handlers.set.bind(handlers);
  const state: Dispatching = { around: new Map(), handlers, put };
  dispatching.set(server, state);
  // INVARIANT: nothing enters the map except through `set`: setRequestHandler, in both its forms, ends there.
  handlers.set = (method, handler) => put(method, state.around.get(method)?.(handler) ?? handler);
  guardFallback(server, state);
  return state;
}

/** What no handler answers goes to the fallback, also a call of a tool. */
function guardFallback(server: LowLevelServer, { around }: Dispatching): void {
  let fallback = server.fallbackRequestHandler as McpHandler | undefined; // it is given whole requests, of which this type tells less
  const guarded = (request: McpRequest, context: ServerContext): unknown => {
    const handler: McpHandler = (asked, inside) => fallback?.(asked, inside);
    return (around.get(request.method)?.(handler) ?? handler)(request, context);
  };
  Object.defineProperty(server, 'fallbackRequestHandler', {
    configurable: true,
    enumerable: true,
    get: () => (fallback === undefined ? undefined : guarded),
    set: (handler: McpHandler | undefined) => {
      fallback = handler;
    },
  });
}
