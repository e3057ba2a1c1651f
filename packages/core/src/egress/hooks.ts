import { Socket } from 'node:net';
import type { EgressScope } from './egress-scope.js';

/** The rules that the running code is under, if any. */
export type ScopeReader = () => EgressScope | undefined;

/** Readers can be added, and none can be taken away: what every tool can reach is no list. */
interface Installed {
  add(reader: ScopeReader): void;
}

/** On a prototype and not on a global object: those are several, where code runs in `vm` contexts. */
const mark = Symbol.for('@enforcecore/core/egress');

/**
 * Announces how to find the scope, and tells whether the hooks are still to be set: once a process, though two copies of this package are
 * installed.
 */
export function announce(reader: ScopeReader): boolean {
  const found = installed();
  if (found !== undefined) {
    found.add(reader);
    return false;
  }
  append(reader);
  Object.defineProperty(Socket.prototype, mark, { value: Object.freeze({ add: append }) satisfies Installed });
  return true;
}

interface Link {
  readonly read: ScopeReader;
  next: Link | undefined;
}

/** No array: those are read by way of a prototype that tools can reach. */
let first: Link | undefined;

/** At the end, so that who was there before is asked before. */
function append(read: ScopeReader): void {
  if (first === undefined) {
    first = { read, next: undefined };
    return;
  }
  let last = first;
  while (last.next !== undefined && last.read !== read) last = last.next;
  if (last.read !== read) last.next = { read, next: undefined };
}

/** What the hooks ask at every turn; outside enforced calls it is one read of an AsyncLocalStorage per installed copy. */
export function currentScope(): EgressScope | undefined {
  for (let link = first; link !== undefined; link = link.next) {
    const scope = link.read();
    if (scope !== undefined) return scope;
  }
  return undefined;
}

function installed(): Installed | undefined {
  // Only `announce` sets it, in whichever copy.
  return (Socket.prototype as { [mark]?: Installed })[mark];
}

type AnyFunction = (this: never, ...args: never[]) => unknown;

/** Puts a function in another's place, with its name, its number of parameters and whatever else it carries, `promisify.custom` too. */
export function replace<T extends object, K extends keyof T>(target: T, name: K, make: (original: T[K]) => T[K]): void {
  const original = target[name];
  if (typeof original !== 'function') return;
  // A function was replaced by what was made of it, so that it is one as well.
  const made = make(original) as AnyFunction;
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    const own = Object.getOwnPropertyDescriptor(made, key);
    if (descriptor !== undefined && (own === undefined || own.configurable === true)) Object.defineProperty(made, key, descriptor);
  }
  const place = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, { configurable: true, enumerable: true, writable: true, ...place, value: made });
}
