import dgram from 'node:dgram';
import type { LookupFunction } from 'node:net';
import type { EgressScope } from './egress-scope.js';
import { guardedLookup } from './guarded-lookup.js';
import { currentScope, replace } from './hooks.js';
import { nodeInsides, valueAt } from './node-insides.js';

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
/** Sockets whose `bind` has yet to look up the address that they listen on, which is no destination. */
const binding = new WeakSet<dgram.Socket>();

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
      const handle = stateOf(this)?.handle;
      if (handle !== undefined && handle !== null && guarded.has(handle)) binding.add(this);
      try {
        return Reflect.apply(original, this, args);
      } finally {
        binding.delete(this);
      }
    },
  );
}

function guard(socket: dgram.Socket, scope: EgressScope): void {
  const state = stateOf(socket);
  if (state?.bindState === bound) {
    scopes.delete(socket);
    // What listens within `bind` may send; a descriptor that is bound already has nothing looked up.
    binding.delete(socket);
  } else scopes.set(socket, scope);
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
    const isOwn = binding.delete(socket);
    const known = isOwn ? undefined : currentScope() ?? scopes.get(socket);
    if (known === undefined) Reflect.apply(original, handle, [host, callback]);
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
  const { datagramState } = nodeInsides();
  return datagramState === undefined ? undefined : valueAt(socket, datagramState);
}
