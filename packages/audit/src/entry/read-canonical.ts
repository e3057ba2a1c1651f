import type { AuditEntry } from './entry.js';

const TEXT = '(null|"[^"\\\\\\x00-\\x1f]*")';
const STRING = '"([^"\\\\\\x00-\\x1f]*)"';
const COUNT = '(0|[1-9]\\d{0,14})';
const AMOUNT = '(\\d[\\d.e+-]*)';
const HASH = '[0-9a-f]{64}';
const UUID = '"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"';
const OUTCOME = '"(ok|tool_error|blocked|timeout_killed|timeout_unknown|cancelled|enforcement_error|unknown)"';

/** A call's line in template order, where no text holds an escape and nothing objected: nearly every line. */
const CALL = new RegExp(
  `^\\{"agent":${TEXT},"args_digest":${TEXT},"call_duration_ms":${AMOUNT},"call_id":${STRING},"cost_micro_usd":${COUNT}` +
    `,"decision":"(allowed|blocked|redacted)","depth":${COUNT},"detail":null,"entry_hash":"(${HASH})","entry_id":${UUID}` +
    `,"error_class":${TEXT},"input_redactions":${COUNT},"kind":"call","outcome":${OUTCOME},"output_redactions":${COUNT}` +
    `,"overhead_ms":${AMOUNT},"parent_call_id":${TEXT},"policy_digest":${TEXT},"policy_name":${TEXT},"policy_version":${TEXT}` +
    `,"previous_hash":"(${HASH}|)","redactions":\\{((?:"[a-z_]+":\\d{1,15},?)*)\\},"result_digest":${TEXT}` +
    `,"schema_version":1,"seen":(null|"${HASH}"),"sequence":([1-9]\\d{0,14}),"session":${TEXT},"tenant_id":${TEXT}` +
    `,"timestamp":"(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z)","tool_name":${STRING}` +
    `,"violation_reason":${TEXT},"violation_type":${TEXT},"violations":\\[\\],"writer_id":${UUID}\\}$`,
);

const HASH_MEMBER_LENGTH = '"entry_hash":"",'.length + 64;

/** An entry, and its line without the member `entry_hash`. */
export interface CanonicalLine {
  readonly entry: AuditEntry;
  readonly hashed: string;
}

function unquote(text: string): string | null {
  return text === 'null' ? null : text.slice(1, -1);
}

/** Reads `"name":count` pairs; null unless they are written as a writer writes them. */
function readCounts(text: string): Record<string, number> | null {
  const counts: Record<string, number> = {};
  if (text === '') return counts;
  let last = '';
  for (const pair of text.split(',')) {
    const colon = pair.indexOf(':');
    const name = pair.slice(1, colon - 1);
    const digits = pair.slice(colon + 1);
    const count = Number(digits);
    // Not in order, repeated, or with a leading zero; and an assignment to __proto__ would not make a member.
    if (name <= last || name === '__proto__' || String(count) !== digits) return null;
    counts[name] = count;
    last = name;
  }
  return counts;
}

/** Reads an ordinary line in one match; null for any other, which the general reader judges. */
export function readCanonical(line: string): CanonicalLine | null {
  const m = CALL.exec(line);
  if (m === null) return null;
  // The expression has these groups, and none of them can be left out of a match.
  const [
    , agent, argsDigest, duration, callId, cost, decision, depth, entryHash, entryId, errorClass, inputs, outcome, outputs, overhead,
    parent, policyDigest, policyName, policyVersion, previousHash, counts, resultDigest, seen, sequence, session, tenant, timestamp,
    tool, reason, type, writerId,
  ] = m as unknown as readonly [
    string, string, string, string, string, string, AuditEntry['decision'], string, string, string, string, string, AuditEntry['outcome'],
    string, string, string, string, string, string, string, string, string, string, string, string, string, string, string, string, string,
    string,
  ];
  const call_duration_ms = Number(duration);
  const overhead_ms = Number(overhead);
  const redactions = readCounts(counts);
  if (redactions === null || String(call_duration_ms) !== duration || String(overhead_ms) !== overhead) return null;
  const entry: AuditEntry = {
    agent: unquote(agent),
    args_digest: unquote(argsDigest),
    call_duration_ms,
    call_id: callId,
    cost_micro_usd: Number(cost),
    decision,
    depth: Number(depth),
    detail: null,
    entry_hash: entryHash,
    entry_id: entryId,
    error_class: unquote(errorClass),
    input_redactions: Number(inputs),
    kind: 'call',
    outcome,
    output_redactions: Number(outputs),
    overhead_ms,
    parent_call_id: unquote(parent),
    policy_digest: unquote(policyDigest),
    policy_name: unquote(policyName),
    policy_version: unquote(policyVersion),
    previous_hash: previousHash,
    redactions,
    result_digest: unquote(resultDigest),
    schema_version: 1,
    seen: unquote(seen),
    sequence: Number(sequence),
    session: unquote(session),
    tenant_id: unquote(tenant),
    timestamp,
    tool_name: tool,
    violation_reason: unquote(reason),
    violation_type: unquote(type),
    violations: [],
    writer_id: writerId,
  };
  // A quote in a text would be escaped, so the first such member is the member.
  const at = line.indexOf('"entry_hash":"');
  return { entry, hashed: line.slice(0, at) + line.slice(at + HASH_MEMBER_LENGTH) };
}
