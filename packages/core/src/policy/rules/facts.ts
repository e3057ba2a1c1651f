import type { Call } from '../../call.js';
import type { Facts } from '../conditions/condition.js';
import type { DecisionState } from '../verdict.js';

/** What conditions see of a call. */
export function factsOf(call: Call, state: DecisionState): Facts {
  return {
    tool: call.tool,
    args: call.input,
    agent: call.agent,
    tenant: call.tenant,
    session: call.session,
    nowMs: state.nowMs,
    env: state.env,
    labels: call.labels,
  };
}
