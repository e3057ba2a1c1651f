import type { Call } from '../call.js';
import { token } from '../container/token.js';
import type { Policy } from './policy.js';
import type { DecisionState, Verdict } from './verdict.js';

/** Decides whether a call may happen: pure, total and synchronous. What it throws blocks the call. */
export interface PolicyEngine {
  decide(call: Call, policy: Policy, state: DecisionState): Verdict;
  /**
   * Looks once more right before the tool runs, at what can have changed since the decision: the file behind a path,
   * arguments that were cleaned. Optional; asked only where the policy has such rules.
   */
  decideAgain?(call: Call, policy: Policy, state: DecisionState): Verdict;
}

export const PolicyEngine = token<PolicyEngine>('PolicyEngine');
