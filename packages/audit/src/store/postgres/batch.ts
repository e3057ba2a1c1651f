import { encodeIntent } from '../../entry/encode-entry.js';
import type { EntryFields } from '../../entry/entry.js';
import { sha256Hex } from '#platform';
import { TrailError } from '../../errors.js';
import type { LogRecord } from '../audit-store.js';
import { isNamed } from '../check-records.js';
import { storeFault } from '../faults.js';

const WRITER = '"writer_id":"';
const SEQUENCE = ',"sequence":';
const UUID_LENGTH = 36;
/** In UTF-16 units: PostgreSQL takes 1 GiB in one message, strings of this engine end at half of that. */
const MAX_BATCH_LENGTH = 2 ** 27;

interface Stretch {
  readonly first: number;
  last: number;
  hash: string;
}

/** Writer and count of an entry or a tombstone, which a writer made and so need no parsing; null for other lines. */
function placeIn(record: LogRecord): { readonly writerId: string; readonly sequence: number } | null {
  const { line } = record;
  if (line === null || !isNamed(record)) return null;
  const writerAt = line.length - UUID_LENGTH - 2;
  // The last one is the entry's own: behind it stand texts only, and those have their quotes escaped.
  const sequenceAt = line.lastIndexOf(SEQUENCE);
  if (!line.startsWith(WRITER, writerAt - WRITER.length) || sequenceAt === -1) return null;
  const sequence = Number.parseInt(line.slice(sequenceAt + SEQUENCE.length, sequenceAt + SEQUENCE.length + 16), 10);
  return Number.isSafeInteger(sequence) ? { writerId: line.slice(writerAt, -2), sequence } : null;
}

/** Which counts of which writers are in a batch: an entry that comes again is known by them. */
function stretches(location: string, records: readonly LogRecord[]): Map<string, Stretch> {
  const found = new Map<string, Stretch>();
  for (const record of records) {
    const place = placeIn(record);
    if (place === null) continue;
    const stretch = found.get(place.writerId);
    if (stretch === undefined) {
      found.set(place.writerId, { first: place.sequence, last: place.sequence, hash: record.hash });
      continue;
    }
    if (place.sequence <= stretch.last) {
      throw storeFault(location, 'appended nothing: expected the entries of a writer in its order, got one that is there already: append each once');
    }
    stretch.last = place.sequence;
    stretch.hash = record.hash;
  }
  return found;
}

/** What text columns cannot hold: U+0000; and what would not come out of the list of lines as it went in. */
function asRaw({ line, bytes }: LogRecord): Uint8Array | null {
  if (line === null) return bytes ?? new Uint8Array(0);
  return line === '' || line.includes('\0') ? Buffer.from(line) : null;
}

/** The ids of calls, as 32 bytes each: they may be of any length and hold anything. */
function keysOf(callIds: readonly string[]): Buffer {
  return Buffer.from(callIds.map((callId) => sha256Hex(callId)).join(''), 'hex');
}

/** The parameters of `append`: one text and one row of bytes for all lines, as arrays cost their driver more than the rest. */
export function appendValues(location: string, records: readonly LogRecord[], ends: readonly string[]): unknown[] {
  const writers = stretches(location, records);
  const places: number[] = [];
  const raws: Uint8Array[] = [];
  let hashes = '';
  let lines = '';
  for (const [at, record] of records.entries()) {
    const raw = asRaw(record);
    hashes += record.hash;
    lines += raw === null ? `${record.line ?? ''}\n` : '\n';
    if (lines.length > MAX_BATCH_LENGTH) {
      throw new TrailError('ENTRY_TOO_LARGE', location, `records refused: expected at most ${String(MAX_BATCH_LENGTH)} characters at once, got more: append fewer at once`);
    }
    if (raw === null) continue;
    places.push(at + 1);
    raws.push(Buffer.from(raw));
  }
  const stretchList = [...writers.values()];
  return [
    Buffer.from(hashes, 'hex'), lines, places, raws, keysOf(ends), [...writers.keys()], stretchList.map(({ first }) => first),
    stretchList.map(({ last }) => last), stretchList.map(({ hash }) => hash),
  ];
}

/** The parameters of `begin_calls`; of a call that is begun twice the later fields count. */
export function beginValues(owner: string, writerId: string, intents: readonly { readonly callId: string; readonly fields: EntryFields }[]): unknown[] {
  const latest = new Map(intents.map(({ callId, fields }) => [callId, fields]));
  return [writerId, owner, keysOf([...latest.keys()]), [...latest.values()].map(encodeIntent).join('')];
}
