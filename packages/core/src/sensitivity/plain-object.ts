import { types } from 'node:util';
import { PolicyError } from '../errors.js';

/** The own members of a plain object; nothing is inherited and no getter or proxy trap runs. */
export type PlainMembers = ReadonlyMap<string, unknown>;

export function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value) || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  // Object.prototype of another realm; a proxy's trap could answer anything, so it is not asked.
  return typeof prototype === 'object' && !types.isProxy(prototype) && Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}

/**
 * Reads an object that may be hostile.
 *
 * @throws PolicyError `POLICY_INVALID` for what is no plain object, or has symbols, getters or `__proto__` for members.
 */
export function plainMembers(value: unknown, what: string): PlainMembers {
  if (!isPlainObject(value)) return refuse(`${what} must be a plain object`);
  const members = new Map<string, unknown>();
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'symbol') return refuse(`${what} has a symbol for a key`);
    if (key === '__proto__') return refuse(`${what} has a member named __proto__`);
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (descriptor !== undefined && !('value' in descriptor)) return refuse(`${what} has a member that a getter computes`);
    if (descriptor?.enumerable === true) members.set(key, descriptor.value);
  }
  return members;
}

function refuse(message: string): never {
  throw new PolicyError('POLICY_INVALID', message);
}
