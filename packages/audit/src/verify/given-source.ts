import { storeFault } from '../store/faults.js';
import type { StoredRecord } from '../store/audit-store.js';
import { isTreeState, type TreeState } from '../tree/tree-state.js';
import type { LogSource } from './verify-store.js';

const METHODS = ['start', 'records', 'checkpoints'] as const;

/** What to call a source in messages. */
export function nameOf(source: LogSource): string {
  const { location }: { readonly location?: unknown } = source;
  return typeof location === 'string' ? location : 'the store';
}

/** Refuses with `TrailError` STORE what cannot be read as a log. */
export function checkSource(source: unknown): void {
  const isObject = typeof source === 'object' && source !== null;
  // An object may be read by any key; every value read is checked.
  const given = (isObject ? source : {}) as Readonly<Record<string, unknown>>;
  const missing = METHODS.find((name) => typeof given[name] !== 'function');
  const hasSize = given['size'] === undefined || typeof given['size'] === 'function';
  if (missing !== undefined || !hasSize) throw storeFault('the store', `cannot be read: expected the method ${missing ?? 'size'}, got something else: give a LogSource`);
}

/** What a source gives one by one; refuses what gives nothing. */
export function each<T>(name: string, given: AsyncIterable<T>, what: string): AsyncIterable<T> {
  const value: unknown = given;
  if (typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)) return given;
  throw storeFault(name, `cannot be read: expected ${what} to give an async iterable, got something else: mend the source`);
}

/** Refuses a record that has not the types of one; what they say is for the checks to judge. */
export function checkRecord(name: string, given: StoredRecord, place: number): void {
  const record: unknown = given;
  if (typeof record === 'object' && record !== null) {
    // An object may be read by any key; every value read is checked.
    const { index, hash, line, bytes } = record as Readonly<Partial<Record<keyof StoredRecord, unknown>>>;
    const isContent = typeof line === 'string' || ((line === null || line === undefined) && (bytes === null || bytes === undefined || bytes instanceof Uint8Array));
    if (typeof index === 'number' && typeof hash === 'string' && isContent) return;
  }
  throw storeFault(name, `cannot be read: record ${String(place)} is not { index, hash, line, bytes } as a StoredRecord has them: mend the source`);
}

/** A start that is none of a log is for the checks to judge; one of another type is refused. */
export function startOf(name: string, given: TreeState): TreeState | null {
  const start: unknown = given;
  if (typeof start !== 'object' || start === null || !('size' in start) || !('nodes' in start) || typeof start.size !== 'number') {
    throw storeFault(name, 'cannot be read: expected start to give { size, nodes }, got something else: mend the source');
  }
  return isTreeState(given) ? given : null;
}

/** How many lines a source says that it has. */
export function sizeOf(name: string, given: unknown): number {
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return given;
  throw storeFault(name, 'cannot be read: expected size to give a whole number of at least 0, got something else: mend the source');
}
