import type { FunctionTool, RunContext } from '@openai/agents';
import { canonicalToolName, currentCall, SettingsError, type PolicyRef } from '@enforcecore/core';
import { refusalOf, refusalText } from '@enforcecore/core/tools';
import { runAsked } from '../shared/asked-caller.js';
import { copyWith } from '../shared/copy-with.js';
import { Gate } from '../shared/gate.js';
import { refuseForeignAgentTool } from './agent-checks.js';
import { noteEnforced, wasEnforced } from './enforced-marks.js';
import { readFor } from './read-input.js';
import { callerFor, type AgentsOptions, type CallDetails } from './run-facts.js';

/** Function tools of any context and any arguments. */
export type AnyFunctionTool = FunctionTool<never, never>;
type Run = RunContext<never>;

/**
 * The same tool, each call of which is enforced: a guardrail refuses before it is invoked, and what passes is enforced again
 * when it is. The model is told of a refusal in the tool's place. Approvals, timeouts and guardrails stay the tool's own.
 * What is judged is what the tool's schema makes of the arguments. A tool that is enforced already is left as it is.
 *
 * @throws EnforceCoreError `TOOL_NAME`; `NOT_ENFORCED` for an agent as a tool that is not enforced itself; SettingsError for what is
 * no function tool.
 */
export function enforcedTool<T extends object>(policy: PolicyRef, tool: T, options: Omit<AgentsOptions, 'policy'> = {}): T {
  return enforceWith(tool, policy === undefined ? options : { ...options, policy });
}

export function enforceWith<T extends object>(tool: T, options: AgentsOptions): T {
  const own = checked(tool);
  if (wasEnforced(tool)) return tool;
  refuseForeignAgentTool(own);
  const name = nameOf(own);
  canonicalToolName(name); // refused here, where the name stands, and not at the first call
  const gate = new Gate(options);
  const { invoke } = own;
  const wrapped = {
    inputGuardrails: [guardrail(gate, own, name, options), ...(own.inputGuardrails ?? [])],
    invoke: async (run: Run, input: string, details?: CallDetails) => {
      const read = await readFor(own, input);
      const runners = details?.signal;
      const body = (cleaned: unknown): unknown => {
        const inner = withSignal(details);
        return read.invoke(cleaned, inner, (text) => Reflect.apply(invoke, tool, [run, text, inner]) as unknown);
      };
      try {
        return await runAsked(callerFor(options, name, run, details), (caller) => gate.run(name, read.given, body, caller));
      } catch (error) {
        return answerFor(error, own, run, { ...details, signal: runners });
      }
    },
  };
  return noteEnforced(copyWith(tool, wrapped as unknown as Partial<T>)); // the same tool, otherwise invoked
}

/** A function tool of some context; nothing of it is looked into but this. */
function checked(tool: object): AnyFunctionTool {
  const { type, name, invoke } = Object(tool) as Partial<AnyFunctionTool>; // whatever somebody gave
  if (type === 'function' && typeof name === 'string' && typeof invoke === 'function') return tool as AnyFunctionTool;
  throw new SettingsError('what is to be enforced is no function tool; give what tool({ name, description, parameters, execute }) gives, and every other kind to enforceAgent with its agent');
}

/** With the namespace, which the SDK keeps under a symbol: two namespaces may have a tool of one name. */
function nameOf(tool: AnyFunctionTool): string {
  const key = Object.getOwnPropertySymbols(tool).find(({ description }) => description === 'functionToolNamespace');
  const namespace: unknown = key === undefined ? undefined : Reflect.get(tool, key);
  return typeof namespace === 'string' ? `${namespace}.${tool.name}` : tool.name;
}

/** Refuses before the tool is invoked, so that the run knows that it was not; recorded as the blocked call that it is. */
function guardrail(gate: Gate, tool: AnyFunctionTool, name: string, options: AgentsOptions): object {
  const run = async ({ context, toolCall }: { readonly context: Run; readonly toolCall: { readonly callId: string; readonly arguments: string } }): Promise<object> => {
    const { caller, refused } = callerFor(options, name, context, { toolCall });
    // Where nobody knows who calls, the call itself is refused.
    const refusal = refused === undefined ? await gate.refusal(name, (await readFor(tool, toolCall.arguments)).given, caller) : undefined;
    return refusal === undefined ? { behavior: { type: 'allow' } } : { behavior: { type: 'rejectContent', message: refusalText(refusal) }, outputInfo: { code: refusal.code } };
  };
  return { type: 'tool_input', name: 'enforcecore', run };
}

/** What the model is told; what is not for it ends the run. */
export function answerFor(error: unknown, tool: Pick<AnyFunctionTool, 'outputSchema' | 'errorFunction'>, run: Run, details: CallDetails | undefined): unknown {
  // Given up by the runner, which has an answer of its own.
  if (details?.signal?.aborted === true) throw details.signal.reason;
  const refusal = refusalOf(error);
  if (refusal === undefined) throw error;
  if (tool.outputSchema === undefined) return refusalText(refusal);
  // A text is no value of the tool's output schema; only its author knows one that stands for a failure.
  if (typeof tool.errorFunction !== 'function') throw error;
  return tool.errorFunction(run, error, details as never); // as the runner calls it
}

/** The runner makes these details for one invocation, and knows them again by identity: they cannot be copied. */
function withSignal(details: CallDetails | undefined): CallDetails {
  const signal = currentCall()?.signal;
  return signal === undefined ? (details ?? {}) : Object.assign(details ?? {}, { signal });
}
