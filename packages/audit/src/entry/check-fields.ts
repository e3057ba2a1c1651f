import { isHash } from './digest.js';

const DECISIONS: ReadonlySet<unknown> = new Set(['allowed', 'blocked', 'redacted']);
const KINDS: ReadonlySet<unknown> = new Set(['call', 'recovery', 'gap', 'policy', 'kill_switch', 'segment', 'erasure']);
const OUTCOMES: ReadonlySet<unknown> = new Set([
  'ok', 'tool_error', 'blocked', 'timeout_killed', 'timeout_unknown', 'cancelled', 'enforcement_error', 'unknown',
]);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** RFC 3339 in UTC with milliseconds, as `toISOString` writes it; texts of this form sort as the times do. */
export const TIMESTAMP_PATTERN =
  '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z';
const TIMESTAMP = new RegExp(`^${TIMESTAMP_PATTERN}$`);

type Unknown<T extends string> = Readonly<Partial<Record<T, unknown>>>;

/** Fields as they come from outside, to be judged. */
export type UnknownFields = Unknown<
  | 'agent' | 'args_digest' | 'call_duration_ms' | 'call_id' | 'cost_micro_usd' | 'decision' | 'depth' | 'detail'
  | 'error_class' | 'input_redactions' | 'kind' | 'outcome' | 'output_redactions' | 'overhead_ms' | 'parent_call_id'
  | 'policy_digest' | 'policy_name' | 'policy_version' | 'redactions' | 'result_digest' | 'sandbox' | 'session'
  | 'tenant_id' | 'tool_call_id' | 'tool_name' | 'violation_reason' | 'violation_type' | 'violations'
>;

/** A place as it comes from outside, to be judged. */
export type UnknownPlace = Unknown<
  'entry_hash' | 'entry_id' | 'previous_hash' | 'schema_version' | 'seen' | 'sequence' | 'timestamp' | 'writer_id'
>;

function isText(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value < Infinity;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);
}

function isCounts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const count of Object.values(value)) if (!isCount(count)) return false;
  return true;
}

function isViolation(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  // An object may be read by any key; every value read is checked.
  const { action, path, reason, rule, type } = value as Unknown<'action' | 'path' | 'reason' | 'rule' | 'type'>;
  return typeof action === 'string' && isText(path) && typeof reason === 'string' && typeof rule === 'string' && typeof type === 'string';
}

function textFault(e: UnknownFields): string | null {
  if (!isText(e.agent)) return 'agent';
  if (!isText(e.args_digest)) return 'args_digest';
  if (!isText(e.call_id)) return 'call_id';
  if (!isText(e.detail)) return 'detail';
  if (!isText(e.error_class)) return 'error_class';
  if (!isText(e.parent_call_id)) return 'parent_call_id';
  if (!isText(e.policy_digest)) return 'policy_digest';
  if (!isText(e.policy_name)) return 'policy_name';
  if (!isText(e.policy_version)) return 'policy_version';
  if (!isText(e.result_digest)) return 'result_digest';
  if (!isText(e.sandbox)) return 'sandbox';
  if (!isText(e.session)) return 'session';
  if (!isText(e.tenant_id)) return 'tenant_id';
  if (!isText(e.tool_call_id)) return 'tool_call_id';
  if (!isText(e.tool_name)) return 'tool_name';
  if (!isText(e.violation_reason)) return 'violation_reason';
  if (!isText(e.violation_type)) return 'violation_type';
  return null;
}

function numberFault(e: UnknownFields): string | null {
  if (!isAmount(e.call_duration_ms)) return 'call_duration_ms';
  if (!isAmount(e.overhead_ms)) return 'overhead_ms';
  if (!isCount(e.cost_micro_usd)) return 'cost_micro_usd';
  if (!isCount(e.depth)) return 'depth';
  if (!isCount(e.input_redactions)) return 'input_redactions';
  if (!isCount(e.output_redactions)) return 'output_redactions';
  return null;
}

function kindFault(e: UnknownFields): string | null {
  if (!KINDS.has(e.kind)) return 'kind';
  if (e.kind !== 'call') {
    if (e.decision !== null) return 'decision';
    if (e.outcome !== null) return 'outcome';
    return typeof e.detail === 'string' ? null : 'detail';
  }
  if (!DECISIONS.has(e.decision)) return 'decision';
  if (!OUTCOMES.has(e.outcome)) return 'outcome';
  if (typeof e.call_id !== 'string') return 'call_id';
  if (typeof e.tool_name !== 'string') return 'tool_name';
  return e.detail === null ? null : 'detail';
}

/** The name of the first field that is not what schema version 1 says, or null. */
export function fieldFault(e: UnknownFields): string | null {
  const fault = textFault(e) ?? numberFault(e) ?? kindFault(e);
  if (fault !== null) return fault;
  if (!isCounts(e.redactions)) return 'redactions';
  if (!Array.isArray(e.violations)) return 'violations';
  for (const item of e.violations) if (!isViolation(item)) return 'violations';
  return null;
}

/** The name of the first place field that is not what schema version 1 says, or null. */
export function placeFault(e: UnknownPlace): string | null {
  if (e.schema_version !== 1) return 'schema_version';
  if (!isHash(e.entry_hash)) return 'entry_hash';
  if (typeof e.entry_id !== 'string' || !UUID.test(e.entry_id)) return 'entry_id';
  if (e.previous_hash !== '' && !isHash(e.previous_hash)) return 'previous_hash';
  if (e.seen !== null && !isHash(e.seen)) return 'seen';
  if (!isCount(e.sequence) || e.sequence === 0) return 'sequence';
  if (typeof e.timestamp !== 'string' || !TIMESTAMP.test(e.timestamp)) return 'timestamp';
  if (typeof e.writer_id !== 'string' || !UUID.test(e.writer_id)) return 'writer_id';
  return null;
}
