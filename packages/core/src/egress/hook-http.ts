import http, { type Agent, type ClientRequest } from 'node:http';
import http2, { type ClientHttp2Session } from 'node:http2';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { EgressRules } from './egress-rules.js';
import type { EgressScope } from './egress-scope.js';
import { carried, isJsStream, isOpenedUnder, localSocket, lowestOf, refuseReuse, ticketFor } from './hook-net.js';
import { currentScope, replace } from './hooks.js';
import { nodeInsides, valueAt } from './node-insides.js';

/** What Node's own classes have, and its types do not tell. */
interface AgentMembers {
  addRequest(this: Agent, request: RequestMembers, options: unknown, port?: unknown, localAddress?: unknown): void;
  createSocket(this: Agent, request: RequestMembers, options: object, callback: unknown): void;
}
type RequestMembers = ClientRequest & { onSocket(this: ClientRequest, socket: unknown, error?: Error): void };

/** The scope that a request was made in; its connection may come much later, out of a pool. */
const scopes = new WeakMap<ClientRequest, EgressScope>();

/** Requests over HTTP are judged when they are made, and again when they are given a connection that is open already. */
export function hookHttp(): void {
  replace(http.Agent.prototype as unknown as AgentMembers, 'addRequest', (original) =>
    function addRequest(this: Agent, request, options, port, localAddress): void {
      const scope = currentScope();
      if (scope === undefined) {
        Reflect.apply(original, this, [request, options, port, localAddress]);
        return;
      }
      const own = typeof options === 'string' ? { host: options, port, localAddress } : { ...(options as object) };
      const { host, port: asked, socketPath } = own as { readonly host?: unknown; readonly port?: unknown; readonly socketPath?: unknown };
      // Its pool may hold one that is open already.
      const refused = socketPath ? scope.refuse('rules.network', localSocket) : scope.refuseName(host ?? 'localhost', Number(asked));
      if (refused !== undefined) {
        request.onSocket(null, refused);
        return;
      }
      scopes.set(request, scope);
      Reflect.apply(original, this, [request, { ...own, [carried]: ticketFor(scope) }]);
    },
  );
  replace(http.Agent.prototype as unknown as AgentMembers, 'createSocket', (original) =>
    function createSocket(this: Agent, request, options, callback): void {
      // A request that waited is given the options of the connection that made room for it, with the scope of another.
      const scope = scopes.get(request);
      const marked = scope === undefined && !(carried in options) ? options : { ...options, [carried]: ticketFor(scope) };
      Reflect.apply(original, this, [request, marked, callback]);
    },
  );
  replace(http.ClientRequest.prototype as RequestMembers, 'onSocket', (original) =>
    function onSocket(this: ClientRequest, socket: unknown, error?: Error): void {
      // Without an agent it is given its connection by whoever makes it.
      const scope = scopes.get(this) ?? (hasAgent(this) ? undefined : currentScope());
      const refused = scope === undefined || error !== undefined ? undefined : refuseReuse(scope, socket);
      if (refused === undefined) {
        Reflect.apply(original, this, [socket, error]);
        return;
      }
      (socket as Duplex).destroy();
      Reflect.apply(original, this, [null, refused]);
    },
  );
}

function hasAgent(request: ClientRequest): boolean {
  return (request as { readonly agent?: unknown }).agent instanceof http.Agent;
}

/** The rules under which a session was opened, over whatever. */
const sessions = new WeakMap<ClientHttp2Session, EgressRules>();

/** Libraries keep sessions of HTTP/2 and lend them to whoever asks; a request over one is judged as if it opened it. */
export function hookHttp2(): void {
  const { sessionPrototype } = nodeInsides();
  if (sessionPrototype !== undefined) {
    replace(sessionPrototype, 'request', (original) =>
      function request(this: ClientHttp2Session, ...args: Parameters<ClientHttp2Session['request']>): ReturnType<ClientHttp2Session['request']> {
        const scope = currentScope();
        const refused = scope === undefined || sessions.get(this) === scope.rules ? undefined : refuseSession(scope, this);
        if (refused !== undefined) throw refused;
        return Reflect.apply(original, this, args);
      },
    );
  }
  replace(http2, 'connect', (original) => {
    function connect(this: unknown, ...args: unknown[]): ClientHttp2Session {
      const session = Reflect.apply(original as (...given: unknown[]) => ClientHttp2Session, this, args);
      const scope = currentScope();
      if (scope !== undefined) sessions.set(session, scope.rules);
      return session;
    }
    return connect;
  });
}

function refuseSession(scope: EgressScope, session: ClientHttp2Session): ReturnType<EgressScope['refuse']> {
  // Node says so itself.
  if (session.destroyed) return undefined;
  const { sessionSocket } = nodeInsides();
  const socket = sessionSocket === undefined ? session.socket : valueAt(session, sessionSocket);
  if (!(socket instanceof Socket)) return scope.refuse('rules.network', 'this version of Node keeps the connections of HTTP/2 out of sight');
  if (isOpenedUnder(scope.rules, socket)) return undefined;
  if (socket.connecting) return scope.refuse('rules.network', 'the HTTP/2 session is being opened by code with other rules');
  // No name stands in front of such a session, as it does in front of a request to an agent.
  if (isJsStream(lowestOf(socket))) return scope.refuse('rules.network', 'nobody can tell where the HTTP/2 session leads, which other code opened');
  return refuseReuse(scope, socket);
}
