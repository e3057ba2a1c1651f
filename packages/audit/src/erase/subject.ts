import type { AuditEntry } from '../entry/entry.js';
import { CALLERS_KINDS } from '../entry/draft.js';
import { TrailError } from '../errors.js';

const FIELDS = ['call_id', 'entry_id', 'agent', 'session', 'tenant_id'] as const;

/** Whose content is to be erased: entries that have all of these values. At least one must be given. */
export type ErasureSubject = Readonly<Partial<Record<(typeof FIELDS)[number], string | undefined>>>;

/** Entries per `erasure` entry: their hashes make a line of some 70 KB. */
export const HASHES_PER_ENTRY = 1000;

/** Gives the test for a subject's entries; throws `TrailError` ERASURE for a subject or a reason that names nothing. */
export function entriesOf(subject: ErasureSubject, reason: string, location: string): (entry: AuditEntry) => boolean {
  const wanted = FIELDS.flatMap((field) => {
    const value = subject[field];
    if (value === undefined) return [];
    if (typeof value === 'string' && value !== '') return [{ field, value }];
    throw new TrailError('ERASURE', location, `cannot erase from ${location}: expected a text for ${field}: give what its entries have there`);
  });
  if (wanted.length === 0) {
    throw new TrailError('ERASURE', location, `cannot erase from ${location}: expected one of ${FIELDS.join(', ')}: say whose entries are to be erased`);
  }
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new TrailError('ERASURE', location, `cannot erase from ${location}: expected a reason: it stays in the trail for good`);
  }
  return (entry) => CALLERS_KINDS.has(entry.kind) && wanted.every(({ field, value }) => entry[field] === value);
}

/** What was erased. */
export interface ErasureResult {
  readonly erased: number;
  /** The `erasure` entries that say so. */
  readonly announcedBy: readonly string[];
}

export function inPieces<T>(items: readonly T[], length: number): (readonly T[])[] {
  const pieces: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += length) pieces.push(items.slice(at, at + length));
  return pieces;
}
