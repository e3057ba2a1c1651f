import type { Handoff } from '@openai/agents';
import { runAsked } from '../shared/asked-caller.js';
import type { Gate } from '../shared/gate.js';
import type { AnyAgent } from './agent-checks.js';
import { readInput, writeInput } from './read-input.js';
import { callerFor, type AgentsOptions } from './run-facts.js';

export type AnyHandoff = Handoff<never, never>;

interface Place {
  readonly gate: Gate;
  readonly options: AgentsOptions;
  /** The enforced form of an agent. */
  readonly to: (agent: AnyAgent) => AnyAgent;
}

/**
 * The same hand-over, enforced; it gets cleaned arguments. One that the policy refuses ends the run: the SDK has no answer for
 * the model there.
 */
export function enforcedHandoff(handoff: AnyHandoff, { gate, options, to }: Place): AnyHandoff {
  const { toolName } = handoff;
  const onInvokeHandoff: AnyHandoff['onInvokeHandoff'] = async (context, args) => {
    const given = readInput(args);
    let next: AnyAgent | undefined;
    const transfer = async (cleaned: unknown): Promise<void> => {
      next = await handoff.onInvokeHandoff(context, writeInput(given, cleaned, args));
    };
    await runAsked(callerFor(options, toolName, context), (caller) => gate.run(toolName, given, transfer, caller));
    return to(next ?? handoff.agent);
  };
  return handoff.clone({ agent: to(handoff.agent), onInvokeHandoff });
}
