import type { Call } from '../call.js';
import { token } from '../container/token.js';
import type { Verdict } from './policy-engine.js';
import type { Policy } from './policy.js';

/** Decides whether a call may happen: pure, total and synchronous. What it throws blocks the call. */
export interface PolicyEngine {
  decide(call: Call, policy: Policy): Verdict;
}

export const PolicyEngine = token<PolicyEngine>('PolicyEngine');
