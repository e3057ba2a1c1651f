import type { ToolCallRepairFunction, ToolSet } from 'ai';
import { defineTool, type EnforcedTool, type StandardSchema } from '@enforcecore/core/tools';
import { runAsked } from '../shared/asked-caller.js';
import { Gate } from '../shared/gate.js';
import { callerFor, type AiSdkOptions } from './call-facts.js';

/** By which policy refused calls are recorded, and who mends them. */
export interface InvalidCallsOptions extends AiSdkOptions {
  /** Your own repair, asked after the record is written. */
  readonly repair?: ToolCallRepairFunction<ToolSet> | undefined;
}

/** Longer arguments are recorded by their beginning only; nothing runs with them. */
const longestShown = 100_000;

/**
 * The `experimental_repairToolCall` of a run: calls that the SDK itself refuses, for arguments that do not fit the tool's
 * schema or for a tool that is not there, never reach a tool; this is where they get their entry in the trail, as blocked.
 */
export function recordInvalidCalls({ repair, ...options }: InvalidCallsOptions = {}): ToolCallRepairFunction<ToolSet> {
  const gate = new Gate(options);
  return async (asked) => {
    const { toolName: name, toolCallId, input } = asked.toolCall;
    const asking = callerFor(options, { tool: name, toolCallId, context: undefined });
    const tool = refusing(name, options, asked.error.name === 'AI_NoSuchToolError' ? 'must be for a tool that there is' : 'must fit the schema of the tool');
    const refused = runAsked(asking, (caller) => (tool === undefined ? gate.run(name, argumentsOf(input), never, caller) : tool.call(argumentsOf(input), caller)));
    await refused.catch(() => undefined); // the SDK tells the model of the error that it has
    return repair === undefined ? null : repair(asked);
  };
}

/** A tool of that name that takes nothing; `undefined` for a name that no tool can have, which is an entry of another kind. */
function refusing(name: string, { policy, container }: AiSdkOptions, expected: string): EnforcedTool | undefined {
  const input: StandardSchema = { '~standard': { version: 1, vendor: 'enforcecore', validate: () => ({ issues: [{ message: expected }] }), jsonSchema: { input: () => ({ type: 'object' }) } } };
  try {
    return defineTool({ name, description: 'refuses', input, execute: never, ...(policy === undefined ? {} : { policy }), ...(container === undefined ? {} : { container }) });
  } catch {
    return undefined; // safe: the gate refuses it, and records it
  }
}

function never(): never {
  throw new Error('arguments that do not fit were let through');
}

/** What can be read is judged by its keys; the rest is one text. */
function argumentsOf(text: string): unknown {
  const shown = text.slice(0, longestShown).toWellFormed();
  try {
    return JSON.parse(shown) as unknown;
  } catch {
    return shown;
  }
}
