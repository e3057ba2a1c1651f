import type { Verdict, Violation } from '@enforcecore/core';
import type { CedarPolicies } from './cedar-policies.js';

/** What of Cedar's answer decides. */
export interface CedarResponse {
  readonly decision: 'allow' | 'deny';
  readonly diagnostics: {
    readonly reason: readonly string[];
    readonly errors: readonly { readonly policyId: string; readonly error: { readonly sourceLocations?: readonly { readonly start: number }[] } }[];
  };
}

/** The rule named where no policy of the set is to blame. */
const cedarItself = 'cedar';

export const allowed: Verdict = Object.freeze({ decision: 'allowed', violations: Object.freeze([]) });

/**
 * Cedar's answer as a verdict. Cedar passes over a policy that fails, a `forbid` too; here any failure blocks the call.
 * Cedar's own messages can quote arguments, so none of their text is used.
 */
export function verdictOf({ decision, diagnostics }: CedarResponse, policies: CedarPolicies): Verdict {
  const failed = diagnostics.errors.map(({ policyId, error }) => failure(policies, policyId, error.sourceLocations?.[0]?.start));
  if (decision === 'allow' && failed.length === 0) return allowed;
  // Of a denial the determining policies are those that forbid; of a permission they are no violations.
  const forbidding = decision === 'deny' ? diagnostics.reason.map((policyId) => forbidden(policies.labelOf(policyId))) : [];
  const violations = [...sorted(forbidding), ...sorted(failed)];
  return blocked(violations.length > 0 ? violations : [notPermitted]);
}

/** Blocks a call that Cedar could not be asked about; the reason must hold nothing of the arguments. */
export function unaskable(reason: string): Verdict {
  return blocked([{ rule: cedarItself, type: 'policy_error', reason }]);
}

/** A call has to pass both. The one that blocks is named first; what the document only logs, or hides, stays in the verdict. */
export function bothOf(document: Verdict, cedar: Verdict): Verdict {
  if (cedar.decision === 'allowed') return document;
  const violations = document.decision === 'allowed' ? [...cedar.violations, ...document.violations] : [...document.violations, ...cedar.violations];
  return Object.freeze({ decision: 'blocked', violations: Object.freeze(violations) });
}

const notPermitted: Violation = { rule: cedarItself, type: 'tool_not_allowed', reason: 'no Cedar policy permits it' };

function forbidden(label: string): Violation {
  return { rule: `cedar:${label}`, type: 'tool_denied', reason: `forbidden by Cedar policy "${label}"` };
}

function failure(policies: CedarPolicies, policyId: string, byteOffset: number | undefined): Violation {
  const label = policies.labelOf(policyId);
  const { line, column } = policies.positionOf(byteOffset ?? 0);
  const where = byteOffset === undefined ? '' : ` at line ${String(line)}, column ${String(column)}`;
  return {
    rule: `cedar:${label}`,
    type: 'policy_error',
    reason: `Cedar policy "${label}" could not be evaluated${where}: what it reads there is missing or of another type`,
  };
}

/** Cedar lists policies in no particular order; the same call gets the same verdict. */
function sorted(violations: readonly Violation[]): readonly Violation[] {
  return [...violations].sort((a, b) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
}

function blocked(violations: readonly Violation[]): Verdict {
  return Object.freeze({ decision: 'blocked', violations: Object.freeze(violations.map((violation) => Object.freeze({ ...violation }))) });
}
