import { fieldFault, placeFault } from './check-fields.js';
import { encodeEntry, hashEntry, joinEntry } from './encode-entry.js';
import { leafHash } from '../tree/tree-state.js';
import type { AuditEntry } from './entry.js';
import { readCanonical } from './read-canonical.js';

/** What reading one stored line came to; `hash` is recomputed, never believed; `torn`: a write cut short looks like this. */
export type ParsedLine =
  | { readonly ok: true; readonly entry: AuditEntry; readonly hash: string }
  | { readonly ok: false; readonly message: string; readonly torn: boolean };

function refuse(message: string, torn = false): ParsedLine {
  return { ok: false, message, torn };
}

/** Reads a line strictly: its types, and the very bytes a writer would have written. */
export function parseLine(line: string): ParsedLine {
  const ordinary = readCanonical(line);
  if (ordinary === null) return parseSlowly(line);
  return { ok: true, entry: ordinary.entry, hash: leafHash(ordinary.hashed) };
}

/** The same judgement with the general JSON parser: says what is wrong with a line, and is what the fast one is tested against. */
export function parseSlowly(line: string): ParsedLine {
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
