import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import type { DomainDeniedError } from '../errors.js';
import type { EgressScope } from './egress-scope.js';
import { announceConnection, refuseReuse } from './hook-net.js';
import { currentScope } from './hooks.js';
import { keyOfOrigin, WaitingRequests, type UndiciRequest } from './waiting-requests.js';

const waiting = new WaitingRequests();

/**
 * Undici has no place of its own where everything passes: any dispatcher may be given to a request, and there may be several copies of it.
 * All of them tell of every request when it is made, in the code that makes it, and before its head is written.
 */
export function hookUndici(): void {
  subscribe('undici:request:create', (message) => {
    const scope = currentScope();
    if (scope !== undefined) judgeRequest(scope, requestOf(message));
    else if (!waiting.isEmpty) waiting.addOutside(requestOf(message));
  });
  subscribe('undici:client:beforeConnect', (message) => {
    if (!waiting.isEmpty || currentScope() !== undefined) chooseScope(message);
  });
  subscribe('undici:client:sendHeaders', (message) => {
    const scope = waiting.scopeOf(requestOf(message));
    if (scope === undefined) return;
    const { socket } = message as { readonly socket?: unknown };
    const refused = refuseReuse(scope, socket);
    if (refused !== undefined && socket instanceof Socket) socket.destroy(refused);
  });
  const done = (message: unknown): void => {
    if (!waiting.isEmpty) waiting.remove(requestOf(message));
  };
  subscribe('undici:request:headers', done);
  subscribe('undici:request:error', done);
}

function judgeRequest(scope: EgressScope, request: UndiciRequest): void {
  const origin = keyOfOrigin(request.origin);
  const refused = origin === undefined ? scope.refuse('rules.network', 'host cannot be read') : scope.refuseName(origin.host, origin.port);
  if (refused === undefined) {
    waiting.add(request, scope);
    return;
  }
  // Told apart, since undici opens a connection for it all the same, which is refused a moment later.
  if (origin !== undefined) waiting.markRefused(origin.key);
  waiting.setScope(request, scope);
  request.onError?.(refused);
}

/**
 * Requests share connections, and one may be opened while other code runs: a timer's, or that of another tool whose connection ended. It is made
 * under the rules of a request that waits for it.
 */
function chooseScope(message: unknown): void {
  const { connectParams } = message as { readonly connectParams?: { readonly hostname?: unknown; readonly protocol?: unknown; readonly port?: unknown } };
  const { hostname, protocol, port } = connectParams ?? {};
  if (typeof hostname !== 'string' || typeof protocol !== 'string') return;
  const key = `${protocol}//${hostname}:${String(port)}`;
  const scopes = waiting.scopesAt(key);
  const here = currentScope();
  const own = scopes.find(({ rules }) => rules === here?.rules);
  // Without any, what waits was made outside, or is refused already.
  const chosen = own ?? scopes[0] ?? (waiting.hasOutside(key) ? undefined : here);
  announceConnection({ scope: chosen, host: hostname, onRefused: (refused) => sortOut(key, chosen, refused) });
}

/** What one tool may not open another may: only the requests under the same rules fail, the others try for themselves. */
function sortOut(key: string, scope: EgressScope | undefined, refused: DomainDeniedError): Error {
  for (const request of waiting.requestsAt(key)) {
    if (waiting.scopeOf(request)?.rules === scope?.rules) request.onError?.(refused);
  }
  if (waiting.scopesAt(key).length === 0 && !waiting.hasOutside(key)) return refused;
  // With this code undici opens the connection once more for what is left.
  return Object.assign(new Error('the connection is opened again for other requests'), { code: 'UND_ERR_INFO' });
}

function requestOf(message: unknown): UndiciRequest {
  // Undici's own messages; each of these channels has a request.
  return (message as { readonly request: UndiciRequest }).request;
}
