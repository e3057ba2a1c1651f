import dgram from 'node:dgram';
import type { LookupFunction } from 'node:net';
import type { EgressScope } from './egress-scope.js';
import { guardedLookup } from './guarded-lookup.js';
import { currentScope, replace } from './hooks.js';

type Method = (this: dgram.Socket, ...args: unknown[]) => unknown;
type Lookup = (host: string, callback: (error: Error | null, address?: string, family?: number) => void) => void;

/** Where Node keeps the lookup of a socket: each `send` and `connect` asks it once, and goes to what it answers. */
interface State {
  readonly bindState?: number;
  readonly handle?: { lookup: Lookup } | null;
}

const bound = 2;
/** Whoever sent or connected last while the socket was not bound yet: what waits for that is sent later, in code that may be anyone's. */
const scopes = new WeakMap<dgram.Socket, EgressScope>();
const guarded = new WeakSet<object>();
/** How many `bind` calls are running: the address that a socket listens on is looked up as well, and is no destination. */
let binding = 0;

export function hookDgram(): void {
  // Node's own class; as methods of any type.
  const prototype = dgram.Socket.prototype as unknown as Record<'send' | 'connect' | 'bind', Method>;
  for (const name of ['send', 'connect'] as const) {
    replace(prototype, name, (original) =>
      function (this: dgram.Socket, ...args: unknown[]): unknown {
        const scope = currentScope();
        if (scope !== undefined) guard(this, scope);
        return Reflect.apply(original, this, args);
      },
    );
  }
  replace(prototype, 'bind', (original) =>
    function bind(this: dgram.Socket, ...args: unknown[]): unknown {
      binding += 1;
      try {
        return Reflect.apply(original, this, args);
      } finally {
        binding -= 1;
      }
    },
  );
}

function guard(socket: dgram.Socket, scope: EgressScope): void {
  const state = stateOf(socket);
  if (state?.bindState === bound) scopes.delete(socket);
  else scopes.set(socket, scope);
  const handle = state?.handle;
  // Closed: Node says so itself.
  if (handle === null) return;
  if (typeof handle?.lookup !== 'function') {
    const refused = scope.refuse('rules.network', 'this version of Node keeps the destinations of datagrams out of sight');
    if (refused !== undefined) throw refused;
    return;
  }
  if (guarded.has(handle)) return;
  guarded.add(handle);
  const original = handle.lookup;
  handle.lookup = (host, callback) => {
    const known = currentScope() ?? scopes.get(socket);
    if (binding > 0 || known === undefined) Reflect.apply(original, handle, [host, callback]);
    else lookupGuarded(known, (asked, answer) => Reflect.apply(original, handle, [asked, answer]), host, callback);
  };
}

function lookupGuarded(scope: EgressScope, original: Lookup, host: unknown, callback: Parameters<Lookup>[1]): void {
  // Node's default is this machine.
  const asked = host === undefined || host === null || host === '' ? 'localhost' : host;
  const refused = scope.refuseName(asked);
  if (refused !== undefined) {
    process.nextTick(callback, refused);
    return;
  }
  const through: LookupFunction = (_host, _options, answer) => {
    original(host as string, (error, address = '', family) => answer(error, address, family));
  };
  guardedLookup(scope, through)(asked as string, {}, (error, address, family) => {
    callback(error, typeof address === 'string' ? address : '', family);
  });
}

function stateOf(socket: dgram.Socket): State | undefined {
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol');
  // Node's own field, read as it is; what it has not is looked for.
  return key === undefined ? undefined : (socket as unknown as Record<symbol, State | undefined>)[key];
}
