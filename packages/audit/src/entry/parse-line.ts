import { leafHash } from '../tree/tree-state.js';
import { fieldFault, placeFault } from './check-fields.js';
import { encodeEntry, hashEntry, joinEntry } from './encode-entry.js';
import type { AuditEntry } from './entry.js';
import { HASH_MEMBER_LENGTH, readCanonical } from './read-canonical.js';

// An honest line this long is read as well; of any other it is not worth saying what exactly is wrong.
const MAX_DIAGNOSED = 1024 * 1024;
const MARK = '"entry_hash":"';

/** What reading one stored line came to; `hash` is recomputed, never believed; `torn`: a write cut short looks like this. */
export type ParsedLine =
  | { readonly ok: true; readonly entry: AuditEntry; readonly hash: string }
  | { readonly ok: false; readonly message: string; readonly torn: boolean };

function refuse(message: string, torn = false): ParsedLine {
  return { ok: false, message, torn };
}

/** Reads a line strictly: its types, and the very bytes a writer would have written. */
export function parseLine(line: string): ParsedLine {
  const call = readCanonical(line);
  if (call === null) return parseSlowly(line);
  const hash = leafHash(line.slice(0, call.hashAt) + line.slice(call.hashAt + HASH_MEMBER_LENGTH));
  // The line is one that a writer wrote, so it is JSON and its members have the entry's types.
  return { ok: true, entry: JSON.parse(line) as AuditEntry, hash };
}

/** The same judgement with the general JSON parser: says what is wrong with a line, and is what the fast one is tested against. */
export function parseSlowly(line: string): ParsedLine {
  // Hostile JSON may take a hundred times its size: what is long and cannot be an entry is not parsed.
  if (line.length > MAX_DIAGNOSED && !(line.includes(MARK) && line.endsWith('"}'))) return refuse('the line is not an entry', true);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The parser's message may quote the line; the trail's content stays out of messages.
    return refuse('the line is not JSON', true);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('the line is not an object');
  // An object may be read by any key; every value read is checked.
  const fault = fieldFault(value) ?? placeFault(value);
  if (fault !== null) return refuse(`${fault} is not what schema version 1 says`);
  // Both checks passed, so every field has its type.
  const entry = value as AuditEntry;
  const encoded = encodeEntry(entry, entry);
  // INVARIANT: equal bytes exclude unknown keys, repeated keys, other orders, spaces and other escapes at once.
  if (joinEntry(encoded, entry.entry_hash) !== line) return refuse('the line is not canonical: a key or byte too many or too few');
  return { ok: true, entry, hash: hashEntry(encoded) };
}
