/** What a writer must know of a line it did not write: enough to follow, not to verify. */
export interface Glance {
  readonly hash: string;
  readonly writerId: string;
  /** Bytes of a torn line that stand before the entry on the same line. */
  readonly torn: number;
  readonly text: string;
}

const START = '{"agent":';
const TOMBSTONE = '{"entry_hash":"';
const HASH_KEY = ',"entry_hash":"';
const WRITER_KEY = '"writer_id":"';
const UUID_LENGTH = 36;
const HASH_LENGTH = 64;

/** Where an entry begins in a line: 0, or after the bytes of a torn one. */
export function entryStart(line: string): number {
  // In a valid entry the mark stands at 0 only: quotes in strings are escaped, and a redaction count named
  // "agent" is followed by a digit, which no agent is.
  for (let at = line.lastIndexOf(START); at >= 0; at = at === 0 ? -1 : line.lastIndexOf(START, at - 1)) {
    const next = line.charAt(at + START.length);
    if (next === '"' || next === 'n') return at;
  }
  return -1;
}

/** What is left of an erased entry names the hash that the entry had. */
function glanceTombstone(line: string): Glance | null {
  const end = TOMBSTONE.length + HASH_LENGTH;
  if (!line.startsWith('","erased":true,', end) || !line.endsWith('"}')) return null;
  return { hash: line.slice(TOMBSTONE.length, end), writerId: line.slice(-UUID_LENGTH - 2, -2), torn: 0, text: line };
}

/** Reads a line given as latin1, so that characters and bytes have the same offsets; null if it is not an entry. */
export function glance(line: string): Glance | null {
  if (line.startsWith(TOMBSTONE)) return glanceTombstone(line);
  const torn = entryStart(line);
  if (torn === -1) return null;
  const text = torn === 0 ? line : line.slice(torn);
  const writerAt = text.length - UUID_LENGTH - 2;
  if (!text.endsWith('"}') || !text.startsWith(WRITER_KEY, writerAt - WRITER_KEY.length)) return null;
  const key = text.indexOf(HASH_KEY);
  if (key === -1) return null;
  const hashAt = key + HASH_KEY.length;
  return { hash: text.slice(hashAt, hashAt + HASH_LENGTH), writerId: text.slice(writerAt, -2), torn, text };
}

/** Whether bytes can be what is left of an entry whose writing was cut short. */
export function looksTorn(line: string): boolean {
  return line.length < START.length ? START.startsWith(line) : line.startsWith(START);
}

/** One member of an entry that was glanced at, as raw JSON text up to the next comma; for members that hold no comma. */
export function rawMember(text: string, name: string): string {
  const key = `,"${name}":`;
  const at = text.indexOf(key);
  if (at === -1) return '';
  const start = at + key.length;
  return text.slice(start, text.indexOf(',', start));
}

/** The `detail` of an entry that was glanced at, or null. */
export function detailOf(text: string): string | null {
  const start = text.indexOf(',"detail":"');
  const end = text.indexOf(HASH_KEY);
  if (start === -1 || end === -1) return null;
  try {
    const value: unknown = JSON.parse(text.slice(start + ',"detail":'.length, end));
    return typeof value === 'string' ? value : null;
  } catch {
    // Not an entry after all; the verifier judges it, a follower passes by.
    return null;
  }
}
