import type { ViolationType } from '../errors.js';
import type { Violation } from '../policy/verdict.js';
import type { OutcomeKind } from './outcome.js';
import type { Walk } from './walk.js';

export type Decision = 'allowed' | 'blocked' | 'redacted';

/** What enforcement did with one call. Holds no argument and no result. */
export interface EnforcementResult {
  readonly callId: string;
  readonly tool: string;
  readonly policyName: string;
  readonly policyDigest: string;
  /** `redacted`: allowed, with something hidden on the way in or out. */
  readonly decision: Decision;
  readonly outcome: OutcomeKind;
  /** What lets the call happen: an entry of a list, or the default where there is no list; `undefined` where nothing does. */
  readonly basis: { readonly rule: string; readonly reason: string } | undefined;
  /** Every rule that fired; with `log` and `redact`, and in monitor mode, also on an allowed call. */
  readonly violations: readonly Violation[];
  readonly violationType: ViolationType | undefined;
  readonly violationReason: string | undefined;
  /** Milliseconds spent outside the tool. */
  readonly overheadMs: number;
  /** Milliseconds spent inside the tool. */
  readonly durationMs: number;
  readonly redactionsInput: number;
  readonly redactionsOutput: number;
  /** Findings by category, both directions together. */
  readonly redactions: Readonly<Record<string, number>>;
  /** `undefined` when no entry was written: auditing is off, or failed. */
  readonly auditEntryId: string | undefined;
}

export function resultOf(walk: Walk): EnforcementResult {
  const { violation } = walk;
  return Object.freeze({
    callId: walk.id,
    tool: walk.tool,
    policyName: walk.policy.name,
    policyDigest: walk.policy.digest,
    decision: walk.decision,
    outcome: walk.outcome?.kind ?? 'enforcement_error',
    basis: walk.basis,
    violations: walk.violations,
    violationType: violation?.type,
    violationReason: violation?.reason,
    overheadMs: Math.max(0, walk.house.clock.monotonic() - walk.startedAt - walk.toolMs),
    durationMs: walk.toolMs,
    redactionsInput: walk.redactionsIn,
    redactionsOutput: walk.redactionsOut,
    redactions: walk.redactions,
    auditEntryId: walk.entryId,
  });
}
