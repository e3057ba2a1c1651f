import { isRecord } from '../is-record.js';

/** Lists and records anew, all the way down: class-transformer and transforms may write on what they are given. */
export function mutableCopy(given: unknown): object {
  return copy(given) as object; // an object stays one
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isRecord(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  const members = Object.entries(value).map(([key, item]) => [key, copy(item)] as const);
  const record = Object.fromEntries(members);
  // An instance, of an application that calls its own tool: class-transformer asks for its class.
  return prototype === Object.prototype || prototype === null ? record : Object.assign(Object.create(prototype as object) as object, record);
}
