import type { TextCleaner } from './text-cleaner.js';

/** Called for what may hold something to hide, in the order in which it is met; gives what stands there afterwards. */
export type Visit = <T>(value: T) => T;

/** Cleans some parts of a message and leaves the others: all parts at once, since a recogniser of names is asked once a time. */
export async function cleanParts<T>(walk: (visit: Visit) => T, cleaner: Pick<TextCleaner, 'clean'>): Promise<T> {
  const met: unknown[] = [];
  walk((value) => (met.push(value), value));
  const cleaned = await cleaner.clean(met);
  let next = 0;
  return walk(<V>(_value: V) => cleaned[next++] as V); // the same walk again, so the same place
}
