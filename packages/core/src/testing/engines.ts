import type { PolicyEngine } from '../policy/engine-port.js';
import type { Verdict } from '../policy/policy-engine.js';

const allowed: Verdict = Object.freeze({ decision: 'allowed', violations: [] });

/** Lets every call through, for tests of what comes after the decision. */
export const allowAll: PolicyEngine = { decide: () => allowed };

/** Blocks every call, for tests of code that has to live with a refusal. */
export function denyAll(reason = 'everything is denied in this test'): PolicyEngine {
  return {
    decide: () => ({ decision: 'blocked', violations: [{ rule: 'test', type: 'tool_denied', reason }] }),
  };
}
