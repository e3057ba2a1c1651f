import type { ToolCallRepairFunction, ToolSet } from 'ai';
import { enforceTools, type EnforceToolsOptions } from './enforce-tools.js';
import { recordInvalidCalls, type InvalidCallsOptions } from './invalid-calls.js';
import { toolApproval, type ToolApprovalOptions } from './tool-approval.js';

export interface EnforcedSettingsOptions extends EnforceToolsOptions, Pick<ToolApprovalOptions, 'approval'>, Pick<InvalidCallsOptions, 'repair'> {}

/** What `generateText`, `streamText` and `ToolLoopAgent` take. */
export interface EnforcedSettings<T extends ToolSet> {
  readonly tools: T;
  readonly toolApproval: ReturnType<typeof toolApproval>;
  readonly experimental_repairToolCall: ToolCallRepairFunction<ToolSet>;
}

/** Everything that enforces the tools of a run, to be spread into its settings: `generateText({ model, ...enforcedSettings(tools) })`. */
export function enforcedSettings<T extends ToolSet>(tools: T, { letPass, approval, repair, ...options }: EnforcedSettingsOptions = {}): EnforcedSettings<T> {
  return {
    tools: enforceTools(tools, letPass === undefined ? options : { ...options, letPass }),
    toolApproval: toolApproval({ ...options, approval }),
    experimental_repairToolCall: recordInvalidCalls({ ...options, repair }),
  };
}
