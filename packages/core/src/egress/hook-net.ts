import { isIP, Socket, type LookupFunction } from 'node:net';
import type { DomainDeniedError } from '../errors.js';
import type { EgressRules } from './egress-rules.js';
import type { EgressScope } from './egress-scope.js';
import { guardedLookup, refusingLookup } from './guarded-lookup.js';
import { currentScope, replace } from './hooks.js';
import { nodeInsides } from './node-insides.js';

/** Marks the options of a connection with a ticket for the scope that it is made for, where it may be made later and elsewhere: `http.Agent` keeps queues. */
export const carried: unique symbol = Symbol('egress scope');

/** Tools can see the options and the mark, so that only what was issued here counts. */
const tickets = new WeakMap<object, EgressScope | undefined>();

/** @param scope `undefined` for code in no scope */
export function ticketFor(scope: EgressScope | undefined): object {
  const ticket = Object.freeze({});
  tickets.set(ticket, scope);
  return ticket;
}

/** Why a tool cannot use them, whoever opened them. */
export const localSocket = 'sockets of this machine (a path instead of a host) cannot be allowed';

/** What a connection is asked for with, as Node reads it. */
interface ConnectOptions {
  path?: unknown;
  port?: unknown;
  host?: unknown;
  lookup?: unknown;
  [carried]?: object;
}

type Connect = (this: Socket, ...args: unknown[]) => Socket;

/** The rules under which a connection was opened; it may be used by code with the same ones. */
const opened = new WeakMap<Socket, EgressRules>();

/** For whom the next connection to a host is made, where somebody knows better than the async context. */
export interface Announcement {
  readonly scope: EgressScope | undefined;
  readonly host: string;
  /** Says what the connection fails with when it is refused. */
  onRefused(refused: DomainDeniedError): Error;
}

let announced: Announcement | undefined;

/** Holds for a connection that is made before this function's caller returns. */
export function announceConnection(announcement: Announcement): void {
  announced = announcement;
  queueMicrotask(() => {
    if (announced === announcement) announced = undefined;
  });
}

/** Every TCP connection of Node is made here: http, https, http2, tls, undici and what drivers of databases do. */
export function hookNet(): void {
  replace(Socket.prototype as { connect: Connect }, 'connect', (original) =>
    function connect(this: Socket, ...args: unknown[]): Socket {
      const { scope, onRefused } = whoAsks(args);
      return scope === undefined ? Reflect.apply(original, this, args) : connectGuarded(original, this, { scope, onRefused }, args);
    },
  );
}

/**
 * Why a scope may not use a connection that is open already: whoever opened it may have had other rules. Judged by what it was opened to and by
 * where it leads.
 */
export function refuseReuse(scope: EgressScope, socket: unknown): DomainDeniedError | undefined {
  if (!(socket instanceof Socket) || isOpenedUnder(scope.rules, socket)) return undefined;
  const lowest = lowestOf(socket);
  // Of streams made in JavaScript nobody knows where they lead; nothing is sent into what is destroyed.
  if (isJsStream(lowest) || lowest.destroyed) return undefined;
  if (lowest.pending) {
    judgeOnceOpen(scope, socket, lowest);
    return undefined;
  }
  // Node keeps the name there.
  const name = (lowest as { readonly _host?: unknown })._host;
  const { remoteAddress } = lowest;
  if (typeof remoteAddress !== 'string') return scope.refuse('rules.network', `the connection has no address; ${localSocket}`);
  return (typeof name === 'string' ? scope.refuseName(name, lowest.remotePort) : undefined) ?? scope.refuseAddress(remoteAddress);
}

/** Whether code with these rules opened the connection, or what it runs through. */
export function isOpenedUnder(rules: EgressRules, socket: Socket): boolean {
  return opened.get(socket) === rules || opened.get(lowestOf(socket)) === rules;
}

export function isJsStream(socket: Socket): boolean {
  const { JsStreamSocket } = nodeInsides();
  return typeof JsStreamSocket === 'function' && socket instanceof JsStreamSocket;
}

/** What TLS runs through, where it was put over a socket that was there already. */
export function lowestOf(socket: Socket): Socket {
  let lowest = socket;
  for (;;) {
    // Node's own field of the handle; a plain socket has none.
    const below: unknown = (lowest as { readonly _handle?: { readonly _parentWrap?: unknown } | null })._handle?._parentWrap;
    if (!(below instanceof Socket) || below === lowest) return lowest;
    lowest = below;
  }
}

/** In front of those who wait to write into it. */
function judgeOnceOpen(scope: EgressScope, socket: Socket, lowest: Socket): void {
  lowest.prependOnceListener('connect', () => {
    const refused = refuseReuse(scope, socket);
    if (refused !== undefined) socket.destroy(refused);
  });
}

interface Asking {
  readonly scope: EgressScope;
  readonly onRefused?: Announcement['onRefused'] | undefined;
}

function whoAsks(args: readonly unknown[]): { readonly scope: EgressScope | undefined; readonly onRefused?: Announcement['onRefused'] } {
  const [first] = args;
  const options: unknown = Array.isArray(first) ? first[0] : first;
  if (typeof options === 'object' && options !== null) {
    const ticket = (options as ConnectOptions)[carried];
    if (typeof ticket === 'object' && tickets.has(ticket)) {
      const scope = tickets.get(ticket);
      // Good for one connection, lest a tool that sees it keeps it.
      if (scope === undefined) tickets.delete(ticket);
      return { scope };
    }
    if (announced !== undefined && (options as ConnectOptions).host === announced.host) {
      const known = announced;
      announced = undefined;
      return known;
    }
  }
  return { scope: currentScope() };
}

function connectGuarded(original: Connect, socket: Socket, { scope, onRefused }: Asking, args: readonly unknown[]): Socket {
  const { options, listener } = readArguments(args);
  const { refused, lookup } = judge(scope, options, onRefused);
  opened.delete(socket);
  if (refused === undefined) {
    opened.set(socket, scope.rules);
    if (lookup !== undefined) options.lookup = lookup;
    return Reflect.apply(original, socket, [options, listener]);
  }
  // A name and not an address: for those Node would ask no lookup, and what it says is the error.
  return Reflect.apply(original, socket, [{ port: 1, host: 'refused.invalid', lookup: refusingLookup(refused, onRefused) }, listener]);
}

function judge(scope: EgressScope, options: ConnectOptions, onRefused: Asking['onRefused']): { readonly refused?: DomainDeniedError | undefined; readonly lookup?: LookupFunction } {
  const { path, host, port, lookup } = options;
  if (path) return { refused: scope.refuse('rules.network', localSocket) };
  // As Node has it.
  if (!host) options.host = 'localhost';
  if (typeof options.host !== 'string' && isNothing(lookup)) {
    // Node says what is wrong with it. An object could be another text at every reading, and an address at one.
    if (typeof options.host === 'object' || typeof options.host === 'function') options.host = {};
    return {};
  }
  const refused = scope.refuseName(options.host, Number(port));
  if (refused !== undefined) return { refused };
  // In monitor mode anything may be here; Node says what is wrong with it.
  if (typeof options.host !== 'string') return {};
  if (isIP(options.host) !== 0) return { refused: scope.refuseAddress(options.host) };
  if (!isNothing(lookup) && typeof lookup !== 'function') return {};
  // Called by Node alone, as any lookup is; what it answers is looked at.
  return { lookup: guardedLookup(scope, (lookup ?? undefined) as LookupFunction | undefined, onRefused) };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

/** Also where they are inherited or hidden, Node reads these. */
const read = ['path', 'port', 'host', 'lookup', 'family', 'hints', 'localAddress', 'localPort', 'autoSelectFamily', 'autoSelectFamilyAttemptTimeout'] as const;

/** The arguments of `connect`, each read once: a getter may have another answer the next time. */
function readArguments(args: readonly unknown[]): { readonly options: ConnectOptions; readonly listener: unknown } {
  const last = args.findLast((arg) => arg !== undefined);
  const [first, second] = args;
  if (Array.isArray(first) && isNormalized(first)) return { options: copyOf(first[0]), listener: first[1] ?? undefined };
  const listener = typeof last === 'function' ? last : undefined;
  if (typeof first === 'object' && first !== null) return { options: copyOf(first), listener };
  if (typeof first === 'string' && !(Number(first) >= 0)) return { options: { path: first }, listener };
  return { options: typeof second === 'string' ? { port: first, host: second } : { port: first }, listener };
}

/** Node hands its own functions what it has read already, as a list with a mark. */
function isNormalized(list: readonly unknown[]): boolean {
  return Object.getOwnPropertySymbols(list).some(({ description }) => description === 'normalizedArgs');
}

function copyOf(given: unknown): ConnectOptions {
  if (typeof given !== 'object' || given === null) return {};
  const copy: Record<PropertyKey, unknown> = { ...given };
  for (const key of read) {
    if (Object.hasOwn(copy, key)) continue;
    // Read as Node would.
    const value = (given as Record<string, unknown>)[key];
    if (value !== undefined) copy[key] = value;
  }
  return copy;
}
