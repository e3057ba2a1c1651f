/** What the policy decided about a call. */
export type Decision = 'allowed' | 'blocked' | 'redacted';

/** How a call ended; `unknown` is written by recovery for a call whose process died. */
export type Outcome =
  | 'ok'
  | 'tool_error'
  | 'blocked'
  | 'timeout_killed'
  | 'timeout_unknown'
  | 'cancelled'
  | 'enforcement_error'
  | 'unknown';

/**
 * What a line is about: a call, a torn line that was vouched for, a caller's note of missing records, a caller's note
 * that other rules hold from here on, a caller's note that a kill switch was turned, a file change, entries whose
 * content was erased.
 */
export type EntryKind = 'call' | 'recovery' | 'gap' | 'policy' | 'kill_switch' | 'segment' | 'erasure';

/** One rule that objected; `path` says where in the arguments, if anywhere. */
export interface Violation {
  /** What was done about it: `block`, `redact` or `log`, or what would have been. */
  readonly action: string;
  readonly path: string | null;
  readonly reason: string;
  readonly rule: string;
  readonly type: string;
}

/** What the caller or the trail says about an entry, before it is placed in a chain. */
export interface EntryFields {
  readonly agent: string | null;
  readonly args_digest: string | null;
  readonly call_duration_ms: number;
  readonly call_id: string | null;
  readonly cost_micro_usd: number;
  readonly decision: Decision | null;
  readonly depth: number;
  readonly detail: string | null;
  readonly error_class: string | null;
  readonly input_redactions: number;
  readonly kind: EntryKind;
  readonly outcome: Outcome | null;
  readonly output_redactions: number;
  readonly overhead_ms: number;
  readonly parent_call_id: string | null;
  readonly policy_digest: string | null;
  readonly policy_name: string | null;
  readonly policy_version: string | null;
  readonly redactions: Readonly<Record<string, number>>;
  readonly result_digest: string | null;
  /** Behind which wall a tool ran; null where none did. */
  readonly sandbox: string | null;
  readonly session: string | null;
  readonly tenant_id: string | null;
  /** The call's id where it came from: a model's tool call, a request of a protocol. */
  readonly tool_call_id: string | null;
  readonly tool_name: string | null;
  readonly violation_reason: string | null;
  readonly violation_type: string | null;
  readonly violations: readonly Violation[];
}

/** An entry's place: who wrote it, when, after what. */
export interface EntryPlace {
  readonly entry_id: string;
  readonly previous_hash: string;
  readonly seen: string | null;
  readonly sequence: number;
  readonly timestamp: string;
  readonly writer_id: string;
}

/** One line of a trail, schema version 1. */
export interface AuditEntry extends EntryFields, EntryPlace {
  readonly entry_hash: string;
  readonly schema_version: 1;
}

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** A finished call, as its caller knows it; what is left out is null, zero or empty. */
export interface CallDraft extends Optional<Omit<EntryFields, 'kind' | 'detail'>> {
  readonly kind?: 'call' | undefined;
  readonly call_id: string;
  readonly tool_name: string;
  readonly decision: Decision;
  readonly outcome: Outcome;
}

/** A note that records are known to be missing, and why. */
export interface GapDraft extends Optional<Omit<EntryFields, 'kind' | 'decision' | 'outcome'>> {
  readonly kind: 'gap';
  readonly detail: string;
}

/** A note that a policy was exchanged, or could not be. */
export interface PolicyDraft extends Optional<Omit<EntryFields, 'kind' | 'decision' | 'outcome'>> {
  readonly kind: 'policy';
  readonly detail: string;
}

/** A note that a kill switch was tripped, reset or recovered: by whom, when and why. */
export interface KillSwitchDraft extends Optional<Omit<EntryFields, 'kind' | 'decision' | 'outcome'>> {
  readonly kind: 'kill_switch';
  readonly detail: string;
}

/** What `Trail.append` takes. */
export type EntryDraft = CallDraft | GapDraft | PolicyDraft | KillSwitchDraft;

/** A call about to start, as much of it as is known. */
export interface Intent extends Optional<Omit<EntryFields, 'kind' | 'detail' | 'outcome' | 'result_digest' | 'sandbox'>> {
  readonly call_id: string;
  readonly tool_name: string;
}

/** Draft fields by name, all optional: the shape every draft and intent fits. */
export type LooseFields = Optional<EntryFields>;

const NO_REDACTIONS: Readonly<Record<string, number>> = Object.freeze({});
const NO_VIOLATIONS: readonly Violation[] = Object.freeze([]);

/** A copy: what is judged must be what is written, though the caller's object answers otherwise when it is read again. */
function ownCounts(counts: Readonly<Record<string, number>> | undefined): Readonly<Record<string, number>> {
  // Only what is an object can be copied; what is not is for the check of fields to refuse.
  return counts == null || counts === NO_REDACTIONS ? NO_REDACTIONS : typeof counts === 'object' && !Array.isArray(counts) ? { ...counts } : counts;
}

function ownViolations(violations: readonly Violation[] | undefined): readonly Violation[] {
  if (violations == null) return NO_VIOLATIONS;
  if (Array.isArray(violations) && violations.length === 0) return NO_VIOLATIONS;
  return Array.isArray(violations) ? Array.from(violations, ({ action, path, reason, rule, type }: Violation) => ({ action, path, reason, rule, type })) : violations;
}

/** The fields of the entry that recovery writes for an intent; each is read once, as a spread would cost more than the rest. */
export function intentFields(intent: Intent): EntryFields {
  return {
    agent: intent.agent ?? null,
    args_digest: intent.args_digest ?? null,
    call_duration_ms: intent.call_duration_ms ?? 0,
    call_id: intent.call_id,
    cost_micro_usd: intent.cost_micro_usd ?? 0,
    decision: intent.decision ?? 'allowed',
    depth: intent.depth ?? 0,
    detail: null,
    error_class: intent.error_class ?? null,
    input_redactions: intent.input_redactions ?? 0,
    kind: 'call',
    outcome: 'unknown',
    output_redactions: intent.output_redactions ?? 0,
    overhead_ms: intent.overhead_ms ?? 0,
    parent_call_id: intent.parent_call_id ?? null,
    policy_digest: intent.policy_digest ?? null,
    policy_name: intent.policy_name ?? null,
    policy_version: intent.policy_version ?? null,
    redactions: ownCounts(intent.redactions),
    result_digest: null,
    sandbox: null,
    session: intent.session ?? null,
    tenant_id: intent.tenant_id ?? null,
    tool_call_id: intent.tool_call_id ?? null,
    tool_name: intent.tool_name,
    violation_reason: intent.violation_reason ?? null,
    violation_type: intent.violation_type ?? null,
    violations: ownViolations(intent.violations),
  };
}

/** Fills every field a draft leaves out. */
export function completeFields(draft: LooseFields): EntryFields {
  return {
    agent: draft.agent ?? null,
    args_digest: draft.args_digest ?? null,
    call_duration_ms: draft.call_duration_ms ?? 0,
    call_id: draft.call_id ?? null,
    cost_micro_usd: draft.cost_micro_usd ?? 0,
    decision: draft.decision ?? null,
    depth: draft.depth ?? 0,
    detail: draft.detail ?? null,
    error_class: draft.error_class ?? null,
    input_redactions: draft.input_redactions ?? 0,
    kind: draft.kind ?? 'call',
    outcome: draft.outcome ?? null,
    output_redactions: draft.output_redactions ?? 0,
    overhead_ms: draft.overhead_ms ?? 0,
    parent_call_id: draft.parent_call_id ?? null,
    policy_digest: draft.policy_digest ?? null,
    policy_name: draft.policy_name ?? null,
    policy_version: draft.policy_version ?? null,
    redactions: ownCounts(draft.redactions),
    result_digest: draft.result_digest ?? null,
    sandbox: draft.sandbox ?? null,
    session: draft.session ?? null,
    tenant_id: draft.tenant_id ?? null,
    tool_call_id: draft.tool_call_id ?? null,
    tool_name: draft.tool_name ?? null,
    violation_reason: draft.violation_reason ?? null,
    violation_type: draft.violation_type ?? null,
    violations: ownViolations(draft.violations),
  };
}
