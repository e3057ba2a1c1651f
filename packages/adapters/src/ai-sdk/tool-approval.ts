import type { ModelMessage, ToolApprovalStatus, ToolSet } from 'ai';
import { EnforceCoreError } from '@enforcecore/core';
import { refusalText, type Refusal } from '@enforcecore/core/tools';
import type { AskedCaller } from '../shared/asked-caller.js';
import { Gate } from '../shared/gate.js';
import { callerFor, type AiSdkOptions } from './call-facts.js';
import { gateOf, wasEnforced } from './enforced.js';
import { handOver } from './hand-over.js';

/** What the SDK asks before it runs a tool, for tools of any kind. */
export interface ApprovalQuestion {
  readonly toolCall: { readonly toolName: string; readonly toolCallId: string; readonly input: unknown; readonly providerExecuted?: boolean | undefined };
  readonly tools: object | undefined;
  readonly toolsContext: unknown;
  readonly runtimeContext: unknown;
  readonly messages: readonly ModelMessage[];
}

type Answer = ToolApprovalStatus | PromiseLike<ToolApprovalStatus>;

/** The SDK's own function is one too: its parameters are narrower, which methods may have. */
type AskAll = { ask(asked: ApprovalQuestion): Answer }['ask'];
type AskOne = { ask(input: unknown, options: unknown): Answer }['ask'];

/** By which policy calls are judged before they are made, and who is asked besides. */
export interface ToolApprovalOptions extends AiSdkOptions {
  /** Your own approvals, asked for what the policy does not refuse: a function, or an answer for each tool. */
  readonly approval?: AskAll | Readonly<Record<string, ToolApprovalStatus | AskOne>> | undefined;
}

/**
 * The `toolApproval` of `generateText`, `streamText` and `ToolLoopAgent`: what the policy refuses is denied before the tool
 * runs, with the reason, and recorded as the blocked call that it is. What it lets pass goes on to `approval`, else to
 * the tool's own `needsApproval`, and is enforced again when it runs. A call that the client makes is recorded here when it is
 * handed over, which is after its approval; one that the provider makes at once, since it may have been made by then.
 */
export function toolApproval({ approval, ...options }: ToolApprovalOptions = {}): (asked: ApprovalQuestion) => Promise<ToolApprovalStatus> {
  const gate = new Gate(options);
  return async (asked) => {
    const tool = ownOf(asked.tools, asked.toolCall.toolName) as AnyTool | undefined; // the SDK's own tool set
    const refusal = await refusalFor(asked, tool, gate, options);
    if (refusal !== undefined) return denied(refusal);
    const status = await statusOf(asked, tool, approval);
    if (!isClients(asked, tool) || !goesAhead(status, asked)) return status;
    const late = await handOver(gate, asked.toolCall.toolName, asked.toolCall.input, callerOf(asked, options));
    return late === undefined ? status : denied(late);
  };
}

function denied(refusal: Refusal): ToolApprovalStatus {
  return { type: 'denied', reason: refusalText(refusal) };
}

async function refusalFor(asked: ApprovalQuestion, tool: AnyTool | undefined, gate: Gate, options: AiSdkOptions): Promise<Refusal | undefined> {
  const { toolName: name, input } = asked.toolCall;
  const asking = callerOf(asked, options);
  if (isClients(asked, tool)) return refusalBefore(gate, name, input, asking);
  if (tool?.execute === undefined) {
    const refusal = await handOver(gate, name, input, asking);
    return refusal === undefined ? undefined : { ...refusal, mayHaveRun: true };
  }
  // It refuses by itself when it is called, by the policy of its class.
  if (wasEnforced(tool)) return refusalBefore(gateOf(tool), name, input, asking);
  return handOver(gate, name, input, asking, new EnforceCoreError('NOT_ENFORCED', `the tool "${name}" is not enforced; pass it through enforceTools()`, { toolName: name }));
}

/** What the policy refuses, recorded. Where nobody knows who calls, the call itself is refused. */
async function refusalBefore(gate: Gate | undefined, name: string, input: unknown, { caller, refused }: AskedCaller): Promise<Refusal | undefined> {
  return refused === undefined ? gate?.refusal(name, input, caller) : undefined;
}

function callerOf({ toolCall, toolsContext, runtimeContext }: ApprovalQuestion, options: AiSdkOptions): AskedCaller {
  const { toolName: tool, toolCallId } = toolCall;
  return callerFor(options, { tool, toolCallId, context: ownOf(toolsContext, tool), runtimeContext });
}

/** Handed over to the client, which makes the call. */
function isClients({ toolCall }: ApprovalQuestion, tool: AnyTool | undefined): boolean {
  if (tool === undefined || tool.execute !== undefined || toolCall.providerExecuted === true) return false;
  return !(tool.type === 'provider' && tool.isProviderExecuted);
}

/** Whether the call is handed over now, and not when somebody was asked, or never. */
function goesAhead(status: ToolApprovalStatus, { messages, toolCall }: ApprovalQuestion): boolean {
  const type = typeof status === 'object' ? status.type : status;
  if (type === undefined || type === 'not-applicable' || type === 'approved') return true;
  return type === 'user-approval' && wasApproved(messages, toolCall.toolCallId);
}

/** The SDK asks once more when somebody approved, with the answer in the last message. */
function wasApproved(messages: readonly ModelMessage[], callId: string): boolean {
  const last = messages.at(-1);
  if (last?.role !== 'tool') return false;
  const approved = new Set(last.content.flatMap((part) => (part.type === 'tool-approval-response' && part.approved ? [part.approvalId] : [])));
  const parts = messages.flatMap((message) => (message.role === 'assistant' && typeof message.content !== 'string' ? message.content : []));
  return parts.some((part) => part.type === 'tool-approval-request' && part.toolCallId === callId && approved.has(part.approvalId));
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
  const needs: unknown = tool === undefined ? undefined : Reflect.get(tool, 'needsApproval'); // a getter of its class, too
  const needed = typeof needs === 'function' ? await (needs as AnyFunction)(input, { toolCallId, messages, context }) : needs; // the SDK calls it so
  return needed === true ? 'user-approval' : undefined;
}

type AnyTool = ToolSet[string];
type AnyFunction = (...args: readonly unknown[]) => unknown;

/** A name that the model made up must not find what every object inherits. */
function ownOf(from: unknown, key: string): unknown {
  return typeof from === 'object' && from !== null && Object.hasOwn(from, key) ? (from as Readonly<Record<string, unknown>>)[key] : undefined; // an object with that key
}
