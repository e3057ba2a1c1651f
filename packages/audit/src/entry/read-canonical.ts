import { TIMESTAMP_PATTERN } from './check-fields.js';

// RFC 8785, 3.2.2.2: exactly these escapes; JSON.stringify writes the same.
const PLAIN = '[^"\\\\\\x00-\\x1f]*';
const ESCAPE = '\\\\(?:["\\\\bfnrt]|u00(?:0[0-7be-f]|1[0-9a-f]))';
const STRING = `"${PLAIN}(?:${ESCAPE}${PLAIN})*"`;
const TEXT = `(?:null|${STRING})`;
const COUNT = '(?:0|[1-9]\\d{0,14})';
const COUNTS = `(?:"[a-z_]+":${COUNT}(?:,"[a-z_]+":${COUNT})*)?`;
// A decimal of at most 15 digits is the shortest form of its number; any other is captured, to be compared.
const AMOUNT = '(?:[1-9]\\d{0,5}\\.\\d{0,8}[1-9]|0\\.(?!0{6})\\d{0,8}[1-9]|0|[1-9]\\d{0,14}|(\\d[\\d.e+-]*))';
const HASH = '[0-9a-f]{64}';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const OUTCOME = '"(?:ok|tool_error|blocked|timeout_killed|timeout_unknown|cancelled|enforcement_error|unknown)"';
const VIOLATION = `\\{"action":${STRING},"path":${TEXT},"reason":${STRING},"rule":${STRING},"type":${STRING}\\}`;

/** A call's line in template order: nearly every line. Groups are only what cannot be judged here or is needed further on. */
const CALL = new RegExp(
  `^(\\{"agent":${TEXT},"args_digest":${TEXT},"call_duration_ms":${AMOUNT},"call_id":${STRING},"cost_micro_usd":${COUNT}` +
    `,"decision":"(?:allowed|blocked|redacted)","depth":${COUNT},"detail":null,)"entry_hash":"(${HASH})","entry_id":"${UUID}"` +
    `,"error_class":${TEXT},"input_redactions":${COUNT},"kind":"call","outcome":${OUTCOME},"output_redactions":${COUNT}` +
    `,"overhead_ms":${AMOUNT},"parent_call_id":${TEXT},"policy_digest":${TEXT},"policy_name":${TEXT},"policy_version":${TEXT}` +
    `,"previous_hash":"(${HASH}|)","redactions":\\{(${COUNTS})\\},"result_digest":${TEXT}` +
    `,"sandbox":${TEXT},"schema_version":1,"seen":(?:null|"(${HASH})"),"sequence":([1-9]\\d{0,14}),"session":${TEXT},"tenant_id":${TEXT}` +
    `,"timestamp":"(${TIMESTAMP_PATTERN})","tool_call_id":${TEXT},"tool_name":${STRING},"violation_reason":${TEXT},"violation_type":${TEXT}` +
    `,"violations":\\[(?:${VIOLATION}(?:,${VIOLATION})*)?\\],"writer_id":"(${UUID})"\\}$`,
);

// Every escape is a step back that the engine keeps; the general reader takes what is longer.
const MAX_LENGTH = 64 * 1024;

/** How long the member is that is cut out of a line before it is hashed: `"entry_hash":"…",`. */
export const HASH_MEMBER_LENGTH = '"entry_hash":"",'.length + 64;

/** What a canonical call line says of its place; the rest of it is known to be as schema version 1 says. */
export interface CanonicalCall {
  readonly entryHash: string;
  /** Where the member `entry_hash` begins. */
  readonly hashAt: number;
  readonly previousHash: string;
  readonly seen: string | null;
  readonly sequence: number;
  readonly timestamp: string;
  readonly writerId: string;
}

// Neighbours are alike: the counts of the line before need no second look.
let sortedCounts = '';

/** Whether `"name":count` pairs stand in the order in which a writer writes them, each once. */
function areSorted(counts: string): boolean {
  if (counts === sortedCounts || counts === '') return true;
  let last = '';
  for (const pair of counts.split(',')) {
    const name = pair.slice(1, pair.indexOf(':') - 1);
    if (name <= last) return false;
    last = name;
  }
  sortedCounts = counts;
  return true;
}

function isShortest(amount: string | undefined): boolean {
  return amount === undefined || String(Number(amount)) === amount;
}

/**
 * Reads an ordinary line in one match, as text or with a character for each byte; null for any other, which the general
 * reader judges. That the bytes are UTF-8 is for the caller to know.
 */
export function readCanonical(line: string): CanonicalCall | null {
  if (line.length > MAX_LENGTH) return null;
  const m = CALL.exec(line);
  if (m === null) return null;
  const [, head = '', duration, entryHash = '', overhead, previousHash = '', counts = '', seen, sequence, timestamp = '', writerId = ''] = m;
  if (!areSorted(counts) || !isShortest(duration) || !isShortest(overhead)) return null;
  return { entryHash, hashAt: head.length, previousHash, seen: seen ?? null, sequence: Number(sequence), timestamp, writerId };
}
