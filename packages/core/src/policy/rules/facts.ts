import type { Call } from '../../call.js';
import type { Facts } from '../conditions/condition.js';
import type { DecisionState } from '../verdict.js';
import { namedArguments } from './call-values.js';

/** What conditions see of a call. */
export function factsOf(call: Call, state: DecisionState): Facts {
  return {
    tool: call.tool,
    args: inputOf(call),
    agent: call.agent,
    tenant: call.tenant,
    session: call.session,
    nowMs: state.nowMs,
    env: state.env,
    labels: call.labels,
  };
}

/** The arguments by name, without those that are handed over by reference: what conditions read they would read too. */
function inputOf(call: Call): Readonly<Record<string, unknown>> {
  if (call.opaque === undefined) return call.input;
  return Object.fromEntries([...namedArguments(call)].map(([name, value]) => [name, value]));
}
