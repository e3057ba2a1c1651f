import type { ModelMessage, ToolApprovalStatus, ToolSet } from 'ai';
import { EnforceCoreError } from '@enforcecore/core';
import type { Refusal } from '@enforcecore/core/tools';
import { Gate } from '../shared/gate.js';
import { refusalText } from '../shared/model-text.js';
import { callerFor, type AiSdkOptions } from './call-facts.js';
import { gateOf, wasEnforced } from './enforced.js';
import { handOver } from './hand-over.js';

/** What the SDK asks before it runs a tool, for tools of any kind. */
export interface ApprovalQuestion {
  readonly toolCall: { readonly toolName: string; readonly toolCallId: string; readonly input: unknown };
  readonly tools: object | undefined;
  readonly toolsContext: unknown;
  readonly runtimeContext: unknown;
  readonly messages: readonly ModelMessage[];
}

type Answer = ToolApprovalStatus | PromiseLike<ToolApprovalStatus>;

/** The SDK's own function is one too: its parameters are narrower, which methods may have. */
type AskAll = { ask(asked: ApprovalQuestion): Answer }['ask'];
type AskOne = { ask(input: unknown, options: unknown): Answer }['ask'];

export interface ToolApprovalOptions extends AiSdkOptions {
  /** Your own approvals, asked for what the policy does not refuse: a function, or an answer for each tool. */
  readonly approval?: AskAll | Readonly<Record<string, ToolApprovalStatus | AskOne>> | undefined;
}

/**
 * The `toolApproval` of `generateText`, `streamText` and `ToolLoopAgent`: what the policy refuses is denied before the tool
 * runs, with the reason, and recorded as the blocked call that it is. What it lets pass goes on to `approval`, else to
 * the tool's own `needsApproval`, and is enforced again when it runs. Calls of tools that run elsewhere are recorded here.
 */
export function toolApproval({ approval, ...options }: ToolApprovalOptions = {}): (asked: ApprovalQuestion) => Promise<ToolApprovalStatus> {
  const gate = new Gate(options);
  return async (asked) => {
    const tool = ownOf(asked.tools, asked.toolCall.toolName) as AnyTool | undefined; // the SDK's own tool set
    const refusal = await refusalFor(asked, tool, gate, options);
    if (refusal !== undefined) return { type: 'denied', reason: refusalText(refusal) };
    return statusOf(asked, tool, approval);
  };
}

async function refusalFor({ toolCall, toolsContext, runtimeContext }: ApprovalQuestion, tool: AnyTool | undefined, gate: Gate, options: AiSdkOptions): Promise<Refusal | undefined> {
  const { toolName: name, toolCallId, input } = toolCall;
  const caller = callerFor(options, { tool: name, toolCallId, context: ownOf(toolsContext, name), runtimeContext });
  if (tool?.execute === undefined) return handOver(gate, name, input, caller);
  // It refuses by itself when it is called, by the policy of its class.
  if (wasEnforced(tool)) return gateOf(tool)?.refusal(name, input, caller);
  return handOver(gate, name, input, caller, new EnforceCoreError('NOT_ENFORCED', `the tool "${name}" is not enforced; pass it through enforceTools()`, { toolName: name }));
}

/** As the SDK asks where there is no function: the answer for the tool first, then the tool itself. */
async function statusOf(asked: ApprovalQuestion, tool: AnyTool | undefined, approval: ToolApprovalOptions['approval']): Promise<ToolApprovalStatus> {
  if (typeof approval === 'function') return approval(asked);
  const { toolCall, messages, toolsContext, runtimeContext } = asked;
  const { toolName: name, toolCallId, input } = toolCall;
  const context: unknown = ownOf(toolsContext, name);
  const given = ownOf(approval, name) as ToolApprovalStatus | AskOne; // as it was given
  if (typeof given === 'function') return given(input, { toolCallId, messages, toolContext: context, runtimeContext });
  if (given !== undefined) return given;
  // The SDK would ask it where there is no function; a tool that still has one is not to lose it.
  const needs = ownOf(tool, 'needsApproval');
  const needed = typeof needs === 'function' ? await (needs as AnyFunction)(input, { toolCallId, messages, context }) : needs; // the SDK calls it so
  return needed === true ? 'user-approval' : undefined;
}

type AnyTool = ToolSet[string];
type AnyFunction = (...args: readonly unknown[]) => unknown;

/** A name that the model made up must not find what every object inherits. */
function ownOf(from: unknown, key: string): unknown {
  return typeof from === 'object' && from !== null && Object.hasOwn(from, key) ? (from as Readonly<Record<string, unknown>>)[key] : undefined; // an object with that key
}
