import type { ViolationType } from '../errors.js';
import type { Policy } from './policy.js';

/** A rule that fired. */
export interface Violation {
  readonly rule: string;
  readonly type: ViolationType;
  readonly reason: string;
  /** Where in the arguments, for rules that look at them. */
  readonly path?: string;
}

export interface Verdict {
  readonly decision: 'allowed' | 'blocked';
  readonly violations: readonly Violation[];
}

const allowed: Verdict = Object.freeze({ decision: 'allowed', violations: Object.freeze([]) });

/** Decides a call by the rules of a policy document: pure, total and synchronous. */
export class YamlPolicyEngine {
  /** Lists every rule that fired; with `on_violation: log` the call is allowed and the list still says why it should not be. */
  decide(call: { readonly tool: string }, policy: Policy): Verdict {
    const against = policy.rulesAgainst(call.tool);
    if (against.length === 0) return allowed;
    const violations = Object.freeze(
      against.map(({ rule, reason, violationType = 'tool_not_allowed' }) => Object.freeze({ rule, type: violationType, reason })),
    );
    // What is no tool name at all breaks no rule of the policy that could be logged instead.
    const logged = policy.onViolation === 'log' && violations.every(({ rule }) => rule !== 'tool_name');
    return Object.freeze({ decision: logged ? 'allowed' : 'blocked', violations });
  }
}
