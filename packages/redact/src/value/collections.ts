import { freeName } from './rebuild.js';

/** The entries through the built-in iteration, which no subclass can bend. */
export function entriesOf(collection: Map<unknown, unknown> | Set<unknown>, isMap: boolean): [unknown, unknown][] {
  const entries: [unknown, unknown][] = [];
  const take = (value: unknown, key: unknown): void => void entries.push([key, value]);
  if (isMap) Map.prototype.forEach.call(collection, take);
  else Set.prototype.forEach.call(collection, take);
  return entries;
}

/** The key, or a numbered one when redaction has made it equal to another. */
export function freeKey(key: unknown, taken: { has(key: unknown): boolean }, turns: Map<string, number>): unknown {
  return typeof key === 'string' && taken.has(key) ? freeName(key, (name) => taken.has(name), turns) : key;
}
