import type { AuditEntry, EntryKind } from '../entry/entry.js';
import { detailOf } from '../entry/glance.js';
import { isHash } from '../entry/digest.js';
import { parseSlowly } from '../entry/parse-line.js';
import { HASH_MEMBER_LENGTH, readCanonical } from '../entry/read-canonical.js';
import { parseTombstone } from '../store/tombstone.js';
import type { StoredLine } from './stored-line.js';

/** What the checks want to know of an entry, or of what is left of an erased one. */
export interface EntryFacts {
  readonly kind: EntryKind | 'tombstone';
  /** Recomputed; of an erased entry the stated one, as nothing is left to hash. */
  readonly hash: string;
  readonly statedHash: string;
  readonly previousHash: string;
  readonly seen: string | null;
  readonly sequence: number;
  readonly writerId: string;
  /** Null where it is erased. */
  readonly timestamp: string | null;
  readonly detail: string | null;
}

/** `torn`: a write cut short looks like this. */
export type Reading = { readonly facts: EntryFacts } | { readonly facts: null; readonly message: string; readonly torn: boolean };

/** How lines are read: `strict` judges every byte of them, `structure` only what links them. */
export type LineReader = (line: StoredLine) => Reading;

const NOT_TEXT: Reading = { facts: null, message: 'the line is not UTF-8, or over 16 MiB', torn: true };
const TOMBSTONE_START = '{"entry_hash":"';

function factsOf(entry: AuditEntry, hash: string): EntryFacts {
  const { kind, entry_hash, previous_hash, seen, sequence, writer_id, timestamp, detail } = entry;
  return { kind, hash, statedHash: entry_hash, previousHash: previous_hash, seen, sequence, writerId: writer_id, timestamp, detail };
}

function tombstone(text: string): Reading | null {
  const left = text.startsWith(TOMBSTONE_START) ? parseTombstone(text) : null;
  if (left === null) return null;
  const { entry_hash, previous_hash, seen, sequence, writer_id } = left;
  const facts: EntryFacts = {
    kind: 'tombstone', hash: entry_hash, statedHash: entry_hash, previousHash: previous_hash, seen, sequence, writerId: writer_id,
    timestamp: null, detail: null,
  };
  return { facts };
}

/** Reads a line to its last byte. */
export function readStrictly(line: StoredLine): Reading {
  const call = line.raw === null ? null : readCanonical(line.raw);
  if (call !== null && line.isWellFormed) {
    const { entryHash, hashAt, previousHash, seen, sequence, writerId, timestamp } = call;
    const hash = line.leafWithout(hashAt, HASH_MEMBER_LENGTH);
    return { facts: { kind: 'call', hash, statedHash: entryHash, previousHash, seen, sequence, writerId, timestamp, detail: null } };
  }
  const { text } = line;
  if (text === null) return NOT_TEXT;
  const left = tombstone(text);
  if (left !== null) return left;
  const parsed = parseSlowly(text);
  if (parsed.ok) return { facts: factsOf(parsed.entry, parsed.hash) };
  return { facts: null, message: parsed.message, torn: parsed.torn };
}

const START = '{"agent":';
const HASH_KEY = ',"entry_hash":"';
const KIND_KEY = ',"kind":"';
const PREVIOUS_KEY = ',"previous_hash":"';
const SEEN_KEY = ',"seen":';
const SEQUENCE_KEY = ',"sequence":';
const WRITER_KEY = ',"writer_id":"';
const HASH_LENGTH = 64;
const UUID_LENGTH = 36;
const NOT_AN_ENTRY: Reading = { facts: null, message: 'the line is cut off or not an entry', torn: true };

function isKind(text: string): text is EntryKind {
  return text === 'call' || text === 'recovery' || text === 'gap' || text === 'policy' || text === 'kill_switch' || text === 'segment' || text === 'erasure';
}

/**
 * Finds what links an entry without reading the rest of it. Quotes in texts are escaped, so a key with its quotes is a
 * key; neighbours are alike, so each is first looked for where the line before had it.
 */
export class StructureReader {
  #hash = 0;
  #kind = 0;
  #previous = 0;
  #seen = 0;

  read(line: StoredLine): Reading {
    const { raw } = line;
    if (raw === null || !line.isWellFormed) return NOT_TEXT;
    if (raw.startsWith(TOMBSTONE_START)) return tombstone(raw) ?? NOT_AN_ENTRY;
    const writerAt = raw.length - UUID_LENGTH - 2;
    if (!raw.startsWith(START) || !raw.startsWith(WRITER_KEY, writerAt - WRITER_KEY.length) || !raw.endsWith('"}')) return NOT_AN_ENTRY;
    return this.#members(line, raw, writerAt) ?? NOT_AN_ENTRY;
  }

  #members(line: StoredLine, raw: string, writerAt: number): Reading | null {
    const hashAt = (this.#hash = raw.startsWith(HASH_KEY, this.#hash) ? this.#hash : raw.indexOf(HASH_KEY));
    if (hashAt === -1) return null;
    const kindAt = raw.startsWith(KIND_KEY, hashAt + this.#kind) ? hashAt + this.#kind : raw.indexOf(KIND_KEY, hashAt);
    this.#kind = kindAt - hashAt;
    const previousAt = raw.startsWith(PREVIOUS_KEY, hashAt + this.#previous) ? hashAt + this.#previous : raw.indexOf(PREVIOUS_KEY, hashAt);
    this.#previous = previousAt - hashAt;
    if (kindAt === -1 || previousAt === -1) return null;
    const valueAt = previousAt + PREVIOUS_KEY.length;
    const kindEnd = raw.indexOf('"', kindAt + KIND_KEY.length);
    const kind = raw.slice(kindAt + KIND_KEY.length, kindEnd);
    const hashFrom = hashAt + HASH_KEY.length;
    const rest = this.#links(raw);
    // The end of the member that is not hashed.
    if (rest === null || !isKind(kind) || !raw.startsWith('","entry_id":"', hashFrom + HASH_LENGTH)) return null;
    const statedHash = raw.slice(hashFrom, hashFrom + HASH_LENGTH);
    const facts: EntryFacts = {
      kind,
      hash: line.leafWithout(hashAt + 1, HASH_MEMBER_LENGTH),
      statedHash,
      previousHash: raw.charCodeAt(valueAt) === 0x22 ? '' : raw.slice(valueAt, valueAt + HASH_LENGTH),
      seen: rest.seen,
      sequence: rest.sequence,
      writerId: raw.slice(writerAt, -2),
      timestamp: null,
      detail: kind === 'call' ? null : detailOf(raw),
    };
    return { facts };
  }

  /** Behind these no object has keys of its own, so they are looked for from the end; a redaction may be called `seen`. */
  #links(raw: string): { readonly seen: string | null; readonly sequence: number } | null {
    const hint = raw.length - this.#seen;
    return this.#linksAt(raw, hint) ?? this.#linksAt(raw, raw.lastIndexOf(SEEN_KEY));
  }

  #linksAt(raw: string, at: number): { readonly seen: string | null; readonly sequence: number } | null {
    if (at < 0 || !raw.startsWith(SEEN_KEY, at)) return null;
    const from = at + SEEN_KEY.length;
    const isNull = raw.startsWith('null', from);
    const seen = isNull ? null : raw.slice(from + 1, from + 1 + HASH_LENGTH);
    const keyAt = from + (isNull ? 4 : HASH_LENGTH + 2);
    if (!raw.startsWith(SEQUENCE_KEY, keyAt) || (seen !== null && !isHash(seen))) return null;
    const digits = keyAt + SEQUENCE_KEY.length;
    const sequence = Number(raw.slice(digits, raw.indexOf(',', digits)));
    if (!Number.isSafeInteger(sequence) || sequence < 1) return null;
    this.#seen = raw.length - at;
    return { seen, sequence };
  }
}
