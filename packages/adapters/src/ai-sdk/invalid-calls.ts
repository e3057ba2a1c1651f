import type { ToolCallRepairFunction, ToolSet } from 'ai';
import { EnforceCoreError } from '@enforcecore/core';
import { Gate } from '../shared/gate.js';
import { callerFor, type AiSdkOptions } from './call-facts.js';
import { handOver } from './hand-over.js';

export interface InvalidCallsOptions extends AiSdkOptions {
  /** Your own repair, asked after the record is written. */
  readonly repair?: ToolCallRepairFunction<ToolSet> | undefined;
}

/** Longer arguments are recorded by their beginning only; nothing runs with them. */
const longestShown = 100_000;

/**
 * The `experimental_repairToolCall` of a run: calls that the SDK itself refuses, for arguments that do not fit the tool's
 * schema or for a tool that is not there, never reach a tool; this is where they get their entry in the trail.
 */
export function recordInvalidCalls({ repair, ...options }: InvalidCallsOptions = {}): ToolCallRepairFunction<ToolSet> {
  const gate = new Gate(options);
  return async (asked) => {
    const { toolCall, error } = asked;
    const why = error.name === 'AI_NoSuchToolError' ? 'there is no such tool' : 'its arguments do not fit its schema';
    const refused = new EnforceCoreError('TOOL_INPUT', `call to "${toolCall.toolName}" refused: ${why}`, { toolName: toolCall.toolName });
    const caller = callerFor(options, { tool: toolCall.toolName, toolCallId: toolCall.toolCallId, context: undefined });
    await handOver(gate, toolCall.toolName, argumentsOf(toolCall.input), caller, refused);
    return repair === undefined ? null : repair(asked);
  };
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
