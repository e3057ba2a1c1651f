import type { Call } from '../call.js';
import type { Policy } from './policy.js';
import type { DecisionState, Verdict } from './verdict.js';

export type { Verdict, Violation } from './verdict.js';

const noState: DecisionState = Object.freeze({ nowMs: 0, environment: undefined, env: Object.freeze({}), session: Object.freeze({ id: undefined }) });

/** Decides a call by the rules of a policy document: pure, total and synchronous. */
export class YamlPolicyEngine {
  /** Lists every rule that fired; with `log` the call is allowed and the list still says why it should not be. */
  decide(call: Call, policy: Policy, state: DecisionState = noState): Verdict {
    return policy.rulesFor(call.tool).decide(call, state);
  }

  decideAgain(call: Call, policy: Policy, state: DecisionState = noState): Verdict {
    return policy.rulesFor(call.tool).decideAgain(call, state);
  }
}
