import { erasureText } from '../entry/detail.js';
import { parseLine } from '../entry/parse-line.js';
import { announce } from '../backend/announce.js';
import { TrailError } from '../errors.js';
import type { AuditStore, StoredRecord } from '../store/audit-store.js';
import type { StoreTrail } from '../store/store-trail.js';
import { tombstoneText } from '../store/tombstone.js';
import { entriesOf, HASHES_PER_ENTRY, inPieces, type ErasureResult, type ErasureSubject } from './subject.js';

/**
 * Erases the content of a subject's entries from a database: `trail` (a writer over the same store) appends an `erasure`
 * entry that names their hashes, then the store puts tombstones in their place. Throws `TrailError` ERASURE if nothing fits.
 */
export async function eraseFromStore(store: AuditStore, trail: StoreTrail, subject: ErasureSubject, reason: string): Promise<ErasureResult> {
  const fits = entriesOf(subject, reason, store.location);
  const tombstones: StoredRecord[] = [];
  for await (const record of store.records()) {
    const parsed = record.line === null ? null : parseLine(record.line);
    if (parsed?.ok !== true || parsed.hash !== record.hash || !fits(parsed.entry)) continue;
    const line = tombstoneText(parsed.entry, Buffer.byteLength(record.line ?? ''));
    tombstones.push({ index: record.index, hash: record.hash, line, bytes: null });
  }
  if (tombstones.length === 0) {
    throw new TrailError('ERASURE', store.location, `cannot erase from ${store.location}: no entry fits: check the values, erased entries have none any more`);
  }
  const announcedBy: string[] = [];
  for (const piece of inPieces(tombstones, HASHES_PER_ENTRY)) {
    const detail = erasureText({ hashes: piece.map((tombstone) => tombstone.hash), reason });
    announcedBy.push((await announce(trail, 'erasure', detail)).entryId);
  }
  // Nothing goes before it is signed, where anything is, that the log itself said so.
  if (trail.isSigning) await trail.checkpoint();
  await store.entomb(tombstones);
  return { erased: tombstones.length, announcedBy };
}
