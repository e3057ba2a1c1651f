import http, { type Agent, type ClientRequest } from 'node:http';
import http2, { type ClientHttp2Session } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { EgressRules } from './egress-rules.js';
import type { EgressScope } from './egress-scope.js';
import { carried, refuseReuse } from './hook-net.js';
import { currentScope, replace } from './hooks.js';

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
      const refused = socketPath ? undefined : scope.refuseName(host ?? 'localhost', Number(asked));
      if (refused !== undefined) {
        request.onSocket(null, refused);
        return;
      }
      scopes.set(request, scope);
      Reflect.apply(original, this, [request, { ...own, [carried]: scope }]);
    },
  );
  replace(http.Agent.prototype as unknown as AgentMembers, 'createSocket', (original) =>
    function createSocket(this: Agent, request, options, callback): void {
      // A request that waited is given the options of the connection that made room for it, with the scope of another.
      const scope = scopes.get(request);
      const marked = scope === undefined && !(carried in options) ? options : { ...options, [carried]: scope ?? null };
      Reflect.apply(original, this, [request, marked, callback]);
    },
  );
  replace(http.ClientRequest.prototype as RequestMembers, 'onSocket', (original) =>
    function onSocket(this: ClientRequest, socket: unknown, error?: Error): void {
      const scope = scopes.get(this);
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

/** The rules under which a session was opened. */
const sessions = new WeakMap<ClientHttp2Session, EgressRules>();
let isRequestHooked = false;

/** Libraries keep sessions of HTTP/2 and lend them to whoever asks; a request over one is judged as if it opened it. */
export function hookHttp2(): void {
  replace(http2, 'connect', (original) => {
    function connect(this: unknown, ...args: unknown[]): ClientHttp2Session {
      const session = Reflect.apply(original as (...given: unknown[]) => ClientHttp2Session, this, args);
      const scope = currentScope();
      if (scope !== undefined) sessions.set(session, scope.rules);
      hookRequest(session);
      return session;
    }
    return connect;
  });
}

/** The class is not exported: the first session tells it. */
function hookRequest(session: ClientHttp2Session): void {
  if (isRequestHooked) return;
  isRequestHooked = true;
  let holder = Object.getPrototypeOf(session) as ClientHttp2Session | null;
  while (holder !== null && !Object.hasOwn(holder, 'request')) holder = Object.getPrototypeOf(holder) as ClientHttp2Session | null;
  if (holder === null) return;
  replace(holder, 'request', (original) =>
    function request(this: ClientHttp2Session, ...args: Parameters<ClientHttp2Session['request']>): ReturnType<ClientHttp2Session['request']> {
      const scope = currentScope();
      if (scope !== undefined && sessions.get(this) !== scope.rules) judgeSession(scope, this);
      return Reflect.apply(original, this, args);
    },
  );
}

function judgeSession(scope: EgressScope, session: ClientHttp2Session): void {
  const { socket } = session;
  const refused =
    session.connecting || typeof socket.remoteAddress !== 'string'
      ? scope.refuse('rules.network', 'the HTTP/2 session is being opened by code with other rules')
      : nameOf(scope, socket) ?? scope.refuseAddress(socket.remoteAddress);
  if (refused !== undefined) throw refused;
}

function nameOf(scope: EgressScope, socket: object): ReturnType<EgressScope['refuseName']> {
  const name = (socket as { readonly _host?: unknown })._host;
  return typeof name === 'string' ? scope.refuseName(name) : undefined;
}
