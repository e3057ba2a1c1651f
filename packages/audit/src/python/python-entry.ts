import { sha256Hex } from '#platform';
import { isHash } from '../entry/digest.js';
import { NotJson, readPythonJson, type PythonMember, type PythonObject, type PythonValue } from './read-json.js';
import { pythonText, writePythonJson } from './write-json.js';

type Wanted = 'text' | 'text or null' | 'number' | 'count';

/** The sixteen fields in the order in which the reference declares them. */
const FIELDS: ReadonlyMap<string, Wanted> = new Map<string, Wanted>([
  ['entry_id', 'text'],
  ['call_id', 'text'],
  ['timestamp', 'text'],
  ['tool_name', 'text'],
  ['policy_name', 'text'],
  ['policy_version', 'text'],
  ['tenant_id', 'text or null'],
  ['decision', 'text'],
  ['violation_type', 'text or null'],
  ['violation_reason', 'text or null'],
  ['overhead_ms', 'number'],
  ['call_duration_ms', 'number'],
  ['input_redactions', 'count'],
  ['output_redactions', 'count'],
  ['previous_hash', 'text'],
  ['entry_hash', 'text'],
]);
const DECLARED = [...FIELDS.keys()];
const SORTED = [...DECLARED].sort();
const DECLARED_PLACES: ReadonlyMap<string, number> = new Map(DECLARED.map((key, place) => [key, place]));
const SORTED_PLACES: ReadonlyMap<string, number> = new Map(SORTED.map((key, place) => [key, place]));
const DECISIONS: ReadonlySet<string> = new Set(['allowed', 'blocked', 'redacted']);

/** What a stored line of the Python EnforceCore says; `hash` is recomputed as the reference computes it. */
export interface PythonEntry {
  readonly entryId: string;
  readonly timestamp: string;
  readonly previousHash: string;
  readonly entryHash: string;
  readonly hash: string;
  /** Everything that keeps it from being an entry as the reference writes one. */
  readonly faults: readonly string[];
}

export type ParsedPythonLine = { readonly ok: true; readonly entry: PythonEntry } | { readonly ok: false; readonly message: string };

function fits(value: PythonValue, wanted: Wanted): boolean {
  switch (wanted) {
    case 'text':
      return value.kind === 'text';
    case 'text or null':
      return value.kind === 'text' || (value.kind === 'word' && value.word === 'null');
    case 'number':
      return value.kind === 'float' || value.kind === 'integer';
    case 'count':
      return value.kind === 'integer' && !value.digits.startsWith('-');
  }
}

function keyFaults(members: readonly PythonMember[]): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const { key } of members) {
    if (!FIELDS.has(key)) faults.push('a key that no field has: the reference passes over it, so anyone can have added it');
    else if (seen.has(key)) faults.push(`${key} is there twice: the reference passes over the first`);
    seen.add(key);
  }
  for (const field of DECLARED) {
    if (seen.has(field)) continue;
    const old = field === 'tenant_id' ? ': EnforceCore 1.0 to 1.5 wrote entries without it; 1.6 and later cannot verify those' : '';
    faults.push(`${field} is missing${old}`);
  }
  return faults;
}

function valueFaults(values: ReadonlyMap<string, PythonValue>): string[] {
  const faults: string[] = [];
  for (const [key, value] of values) {
    const wanted = FIELDS.get(key);
    if (wanted !== undefined && !fits(value, wanted)) faults.push(`${key} is not a ${wanted}`);
  }
  const decision = textOf(values, 'decision');
  if (values.get('decision')?.kind === 'text' && !DECISIONS.has(decision)) faults.push('decision is not allowed, blocked or redacted');
  if (values.get('entry_hash')?.kind === 'text' && !isHash(textOf(values, 'entry_hash'))) faults.push('entry_hash is not a SHA-256 in hex');
  if (values.get('timestamp')?.kind === 'text' && Number.isNaN(Date.parse(textOf(values, 'timestamp')))) faults.push('timestamp is not a time');
  return faults;
}

/** Whether the keys that the reference knows stand in one of the two orders in which it writes them. */
function isOrdered(members: readonly PythonMember[]): boolean {
  return follows(members, DECLARED_PLACES) || follows(members, SORTED_PLACES);
}

function follows(members: readonly PythonMember[], places: ReadonlyMap<string, number>): boolean {
  let last = -1;
  for (const { key } of members) {
    const place = places.get(key);
    if (place === undefined) continue;
    if (place < last) return false;
    last = place;
  }
  return true;
}

function textOf(values: ReadonlyMap<string, PythonValue>, key: string): string {
  const value = values.get(key);
  return value?.kind === 'text' ? value.text : '';
}

/** What the reference hashes: the fields that it knows, sorted; of a key that comes twice it has read the last. */
function hashedText(values: ReadonlyMap<string, PythonValue>, texts: ReadonlyMap<string, string>): string {
  const members: string[] = [];
  for (const key of SORTED) {
    const value = values.get(key);
    if (value === undefined || key === 'entry_hash') continue;
    // Keys are sorted at every depth, so only what holds none is written as it stands.
    const isFlat = value.kind !== 'object' && value.kind !== 'list';
    members.push(`"${key}":${(isFlat ? texts.get(key) : undefined) ?? writePythonJson(value, true)}`);
  }
  return `{${members.join(',')}}`;
}

function entryOf(line: string, { members }: PythonObject): PythonEntry {
  const values = new Map<string, PythonValue>();
  const texts = new Map<string, string>();
  const written: string[] = [];
  for (const { key, value } of members) {
    const text = writePythonJson(value, false);
    values.set(key, value);
    texts.set(key, text);
    written.push(`${pythonText(key)}:${text}`);
  }
  const faults = [...keyFaults(members), ...valueFaults(values)];
  // The hash leaves out spaces, spellings and the order of keys: only equal bytes show that nobody touched them.
  const isRepeated = values.size !== members.length;
  if (!isRepeated && (`{${written.join(',')}}` !== line || !isOrdered(members))) {
    faults.push('not the bytes that the reference writes: a space, an escape, a number or the order of keys differs');
  }
  return {
    entryId: textOf(values, 'entry_id'),
    timestamp: textOf(values, 'timestamp'),
    previousHash: textOf(values, 'previous_hash'),
    entryHash: textOf(values, 'entry_hash'),
    hash: sha256Hex(hashedText(values, texts)),
    faults,
  };
}

/** Reads one stored line of a trail of the Python EnforceCore 1.6 to 1.14. */
export function parsePythonLine(line: string): ParsedPythonLine {
  try {
    const value = readPythonJson(line);
    if (value.kind !== 'object') return { ok: false, message: 'the line is not an object' };
    return { ok: true, entry: entryOf(line, value) };
  } catch (error) {
    // The reader's message does not quote the line: the trail's content stays out of messages.
    if (error instanceof NotJson) return { ok: false, message: `the line is cut off or not JSON: ${error.message}` };
    throw error;
  }
}
