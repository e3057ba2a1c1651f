import type { MemberCleaner } from './properties.js';
import { freeName } from './rebuild.js';

export function cleanMap(map: Map<unknown, unknown>, cleaner: MemberCleaner): unknown {
  const { walk } = cleaner;
  walk.room(map.size);
  const copy = new Map<unknown, unknown>();
  const turns = new Map<string, number>();
  let changed = false;
  for (const [key, value] of entriesOf(map, true)) {
    walk.at(typeof key === 'string' ? key : `<${typeof key}>`);
    const cleanKey = cleaner.clean(key);
    const cleanValue = cleaner.clean(value, typeof key === 'string' ? key : undefined);
    changed ||= !Object.is(cleanKey, key) || !Object.is(cleanValue, value);
    copy.set(freeKey(cleanKey, copy, turns), cleanValue);
  }
  walk.at(undefined);
  return changed ? copy : map;
}

export function cleanSet(set: Set<unknown>, cleaner: MemberCleaner): unknown {
  const { walk } = cleaner;
  walk.room(set.size);
  const copy = new Set<unknown>();
  const turns = new Map<string, number>();
  let changed = false;
  for (const [member] of entriesOf(set, false)) {
    walk.at(copy.size);
    const cleaned = cleaner.clean(member);
    changed ||= !Object.is(cleaned, member);
    copy.add(freeKey(cleaned, copy, turns));
  }
  walk.at(undefined);
  return changed ? copy : set;
}

/** The entries through the built-in iteration, which no subclass can bend. */
function entriesOf(collection: Map<unknown, unknown> | Set<unknown>, isMap: boolean): [unknown, unknown][] {
  const entries: [unknown, unknown][] = [];
  const take = (value: unknown, key: unknown): void => void entries.push([key, value]);
  if (isMap) Map.prototype.forEach.call(collection, take);
  else Set.prototype.forEach.call(collection, take);
  return entries;
}

/** The key, or a numbered one when redaction has made it equal to another. */
function freeKey(key: unknown, taken: { has(key: unknown): boolean }, turns: Map<string, number>): unknown {
  return typeof key === 'string' && taken.has(key) ? freeName(key, (name) => taken.has(name), turns) : key;
}
