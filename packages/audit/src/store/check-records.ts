import { isHash } from '../entry/digest.js';
import { parseLine } from '../entry/parse-line.js';
import { TrailError } from '../errors.js';
import { MAX_LINE_BYTES } from '../trail/scan-lines.js';
import { nodeCount, TreeBuilder, type TreeState } from '../tree/tree-state.js';
import type { LogRecord, StoredRecord } from './audit-store.js';
import { longEntry, storeFault } from './faults.js';
import { isSamePlace, parseTombstone, type Tombstone } from './tombstone.js';

// Node 20 has isWellFormed, the ES2023 typings do not.
interface WellFormed {
  isWellFormed(): boolean;
}

function recordFault(record: LogRecord): string | null {
  const { hash, line, bytes } = record;
  if (!isHash(hash)) return 'hash is not a SHA-256 in hex';
  if (line === null) {
    if (!(bytes instanceof Uint8Array)) return 'it has neither a line nor bytes';
    return bytes.includes(0x0a) ? 'its bytes hold a newline' : null;
  }
  if (typeof line !== 'string' || bytes !== null) return 'it is not either a line or bytes';
  if (line.includes('\n')) return 'its line holds a newline';
  // A string always has the method; see above. A lone surrogate has no UTF-8: it would be stored as another line.
  return (line as unknown as WellFormed).isWellFormed() ? null : 'its line holds a lone surrogate';
}

function byteLength({ line, bytes }: LogRecord): number {
  if (line === null) return bytes?.length ?? 0;
  // A UTF-16 unit takes at most three bytes, so most lines need no counting.
  return line.length > MAX_LINE_BYTES / 3 ? Buffer.byteLength(line) : line.length;
}

/** Refuses what is no leaf of a log before anything of its batch is stored. */
export function checkRecords(location: string, records: readonly LogRecord[]): void {
  for (const record of records) {
    const fault = recordFault(record);
    if (fault !== null) throw new TrailError('ENTRY_INVALID', location, `record refused: ${fault}: nothing was stored`);
    if (byteLength(record) > MAX_LINE_BYTES) throw longEntry(location);
  }
}

/** Whether a record is an entry or what is left of one: only then its hash is its own. Torn lines may be alike. */
export function isNamed({ hash, line }: LogRecord): boolean {
  return line?.includes(`"entry_hash":"${hash}"`) ?? false;
}

/** The place in its writer's chain of an entry or tombstone; null for a torn line. */
export function placeOf(line: string | null): Tombstone | null {
  if (line === null) return null;
  const parsed = parseLine(line);
  return parsed.ok ? parsed.entry : parseTombstone(line);
}

/** One text per place in a chain, null for a torn line. */
export function placeKey(record: LogRecord): string | null {
  const place = isNamed(record) ? placeOf(record.line) : null;
  return place === null ? null : `${place.writer_id} ${String(place.sequence)}`;
}

/** Refuses to replace a record by anything but a tombstone for it. */
export function checkTombstone(location: string, stored: LogRecord | undefined, tombstone: StoredRecord): void {
  const left = tombstone.line === null || tombstone.bytes !== null ? null : parseTombstone(tombstone.line);
  const place = placeOf(stored?.line ?? null);
  const isOne = left !== null && place !== null && left.entry_hash === tombstone.hash && stored?.hash === tombstone.hash;
  if (isOne && isSamePlace(left, place)) return;
  throw new TrailError(
    'ERASURE',
    location,
    `cannot erase record ${String(tombstone.index)}: expected a tombstone with the hash and place of the entry there, got another line: nothing was erased`,
  );
}

/** Refuses a range that no log has. */
export function checkRange(location: string, from: number, to: number): void {
  const isIndex = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (isIndex(from) && (isIndex(to) || to === Infinity)) return;
  throw new TrailError('QUERY', location, 'range refused: expected whole numbers of at least 0: change from or to');
}

/** Refuses to forget leaves unless the tree's state that is to stand for them is the one they make; false: there are none. */
export async function checkPrune(
  location: string,
  before: TreeState,
  start: TreeState,
  records: (from: number, to: number) => AsyncIterable<StoredRecord>,
): Promise<boolean> {
  const { size, nodes } = before;
  const refuse = (): never => {
    throw storeFault(location, 'deletes nothing: expected the state of its tree at that size, got another: compute it from the leaves');
  };
  if (!Number.isSafeInteger(size) || size < start.size || nodes.length !== nodeCount(size)) refuse();
  const builder = new TreeBuilder(start);
  for await (const record of records(start.size, size)) builder.add(record.hash);
  const state = builder.state();
  if (state.size !== size || state.nodes.some((node, at) => node !== nodes[at])) refuse();
  return size > start.size;
}

/** Refuses to let a log begin at a later leaf unless nothing ever was in it. */
export function checkStart(location: string, { size, nodes }: TreeState, present: number): void {
  const isState = Number.isSafeInteger(size) && size >= 0 && nodes.length === nodeCount(size) && nodes.every(isHash);
  if (isState && present === 0) return;
  throw storeFault(location, 'begins where it does: expected an empty store and the state of a tree, got something else: use another store');
}
