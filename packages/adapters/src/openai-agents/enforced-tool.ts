import type { FunctionTool, RunContext } from '@openai/agents';
import { canonicalToolName, currentCall, type PolicyRef } from '@enforcecore/core';
import { refusalOf } from '@enforcecore/core/tools';
import { Gate } from '../shared/gate.js';
import { refusalText } from '../shared/model-text.js';
import { callerFor, type AgentsOptions, type CallDetails } from './run-facts.js';

/** Function tools of any context and any arguments. */
export type AnyFunctionTool = FunctionTool<never, never>;
type Run = RunContext<never>;

/** What invokes a tool, or a server; a copy of a tool with another description is the same tool. */
const enforced = new WeakSet<object>();

export function wasEnforced(tool: object): boolean {
  return enforced.has(doorOf(tool));
}

export function noteEnforced<T extends object>(tool: T): T {
  enforced.add(doorOf(tool));
  return tool;
}

function doorOf(tool: object): object {
  return 'invoke' in tool && typeof tool.invoke === 'function' ? tool.invoke : tool;
}

/**
 * The same tool, each call of which is enforced: a guardrail refuses before it is invoked, and what passes is enforced again
 * when it is. The model is told of a refusal in the tool's place. Approvals, timeouts and guardrails stay the tool's own.
 * A tool that is enforced already is left as it is.
 *
 * @throws EnforceCoreError `TOOL_NAME`
 */
export function enforcedTool<T extends object>(policy: PolicyRef, tool: T, options: Omit<AgentsOptions, 'policy'> = {}): T {
  return enforceWith(tool, policy === undefined ? options : { ...options, policy });
}

export function enforceWith<T extends object>(tool: T, options: AgentsOptions): T {
  if (wasEnforced(tool)) return tool;
  const own = tool as unknown as AnyFunctionTool; // a function tool of some context; nothing of it is looked into
  const { name } = own;
  canonicalToolName(name); // refused here, where the name stands, and not at the first call
  const gate = new Gate(options);
  const { invoke } = own;
  const wrapped = {
    ...tool,
    inputGuardrails: [guardrail(gate, name, options), ...(own.inputGuardrails ?? [])],
    invoke: async (run: Run, input: string, details?: CallDetails) => {
      const given = readInput(input);
      const runners = details?.signal;
      const body = (cleaned: unknown): unknown => Reflect.apply(invoke, tool, [run, writeInput(given, cleaned, input), withSignal(details)]) as unknown;
      try {
        return await gate.run(name, given, body, callerFor(options, name, run, details));
      } catch (error) {
        return answerFor(error, own, run, { ...details, signal: runners });
      }
    },
  };
  return noteEnforced(wrapped as T); // the same tool, otherwise invoked
}

/** Refuses before the tool is invoked, so that the run knows that it was not; recorded as the blocked call that it is. */
function guardrail(gate: Gate, name: string, options: AgentsOptions): object {
  const run = async ({ context, toolCall }: { readonly context: Run; readonly toolCall: { readonly callId: string; readonly arguments: string } }): Promise<object> => {
    const refusal = await gate.refusal(name, readInput(toolCall.arguments), callerFor(options, name, context, { toolCall }));
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

/** Arguments as rules see them: the object that the JSON says, or the text where it is none. */
export function readInput(input: string): unknown {
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return input; // the tool refuses it, with its own words
  }
}

function writeInput(given: unknown, cleaned: unknown, input: string): string {
  if (given === input) return String(cleaned); // no JSON
  const text = JSON.stringify(cleaned);
  return text === JSON.stringify(given) ? input : text;
}

/** The runner makes these details for one invocation, and knows them again by identity: they cannot be copied. */
function withSignal<T extends CallDetails>(details: T | undefined): T | undefined {
  const signal = currentCall()?.signal;
  return details === undefined || signal === undefined ? details : Object.assign(details, { signal });
}
