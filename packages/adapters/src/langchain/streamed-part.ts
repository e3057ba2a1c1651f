import type { BaseMessageChunk, MessageContent } from '@langchain/core/messages';
import { restMessage } from './cleaned-model.js';
import { copyOf, isMessage } from './packed.js';

/** The piece of a model's text in a chunk: whose it is, and the chunk with another text. */
export interface StreamedPart {
  /** One message's: its id, or that of its run. */
  readonly key: string;
  readonly content: MessageContent;
  /** Whose messages come one after the other: a task of a graph. */
  readonly task: string;
  /** The step of the graph; tasks of earlier steps are over. */
  readonly step: number | undefined;
  readonly isLast: boolean;
  /** The chunk with another text. */
  with(content: MessageContent): unknown;
  /** Pieces of tool calls' arguments. They are held back to the end: half a value cannot be told from none. */
  readonly toolArgs: readonly ToolArgs[];
  /** A chunk that tells only what was held back. */
  rest(content: MessageContent, toolArgs?: readonly ToolArgs[]): unknown;
}

/** What there is so far of one tool call's arguments, as JSON text. */
export interface ToolArgs {
  readonly index: number | undefined;
  readonly args: string;
}

/**
 * Finds a model's text in what LangChain and LangGraph stream: text, message chunks, `[message, metadata]` of `streamMode:
 * 'messages'`, the same behind a mode or a namespace, and the events of `streamEvents`. `undefined` for anything else.
 */
export function streamedPart(chunk: unknown): StreamedPart | undefined {
  if (typeof chunk === 'string') return part('', chunk, {}, (content) => content);
  if (Array.isArray(chunk)) return inTuple(chunk);
  if (typeof chunk !== 'object' || chunk === null) return undefined;
  return isChunk(chunk) ? ofMessage(chunk, {}) : inEvent(chunk);
}

/** The run whose text is over, where a chunk says so. */
export function endedRun(chunk: unknown): string | undefined {
  const { event, run_id: run } = (typeof chunk === 'object' && chunk !== null ? chunk : {}) as { readonly event?: unknown; readonly run_id?: unknown }; // either is asked for
  return event === 'on_chat_model_end' && typeof run === 'string' ? run : undefined;
}

function inTuple(tuple: readonly unknown[]): StreamedPart | undefined {
  const [first, second] = tuple;
  if (tuple.length === 2 && isChunk(first)) return ofMessage(first, second, (message) => [message, second]);
  const payload = tuple.at(-1);
  if (!Array.isArray(payload) || !(tuple.length === 2 || tuple.length === 3)) return undefined;
  const inner = streamedPart(payload);
  const around = tuple.slice(0, -1);
  return inner && { ...inner, with: (content) => [...around, inner.with(content)], rest: (content, toolArgs) => [...around, inner.rest(content, toolArgs)] };
}

function inEvent(event: object): StreamedPart | undefined {
  const { event: name, data, run_id: run } = event as { readonly event?: unknown; readonly data?: { readonly chunk?: unknown }; readonly run_id?: unknown }; // each is asked for
  const chunk = data?.chunk;
  if (name !== 'on_chat_model_stream' || !isChunk(chunk)) return undefined;
  return { ...ofMessage(chunk, {}, (message) => ({ ...event, data: { ...data, chunk: message } })), key: `run ${String(run)}` };
}

function ofMessage(message: BaseMessageChunk, metadata: unknown, within: (message: BaseMessageChunk) => unknown = (cleaned) => cleaned): StreamedPart {
  const made = part(message.id ?? '', message.content, metadata, (content) => within(copyOf(message, { content, ...withoutArgs(message) })));
  return {
    ...made,
    isLast: (message as { readonly chunk_position?: unknown }).chunk_position === 'last',
    toolArgs: callsOf(message).filter(({ args }) => typeof args === 'string').map(({ index, args = '' }) => ({ index, args })),
    rest: (content, toolArgs = []) => {
      const chunks = toolArgs.map(({ index, args }) => ({ type: 'tool_call_chunk', index, args }));
      return within(copyOf(restMessage(message, content), 'tool_call_chunks' in message ? { tool_call_chunks: chunks } : {}));
    },
  };
}

interface CallChunk {
  readonly index?: number;
  readonly args?: string;
}

function callsOf(message: BaseMessageChunk): readonly CallChunk[] {
  const { tool_call_chunks: chunks } = message as { readonly tool_call_chunks?: unknown }; // a model's chunk has them
  return Array.isArray(chunks) ? (chunks as readonly CallChunk[]) : []; // LangChain's own
}

/** The names and ids of the calls; what was read of the arguments so far goes with their text. */
function withoutArgs(message: BaseMessageChunk): Readonly<Record<string, unknown>> {
  const calls = callsOf(message);
  if (calls.length === 0) return {};
  const kwargs = Object.fromEntries(Object.entries(message.additional_kwargs).filter(([key]) => key !== 'tool_calls'));
  return { tool_call_chunks: calls.map((call) => ({ ...call, args: '' })), tool_calls: [], invalid_tool_calls: [], additional_kwargs: kwargs };
}

function part(key: string, content: MessageContent, metadata: unknown, withContent: (content: MessageContent) => unknown): StreamedPart {
  const { langgraph_checkpoint_ns: task, langgraph_step: step } = (metadata ?? {}) as Readonly<Record<string, unknown>>; // what the graph tells of the task
  return {
    key,
    content,
    task: typeof task === 'string' ? task : '',
    step: typeof step === 'number' ? step : undefined,
    isLast: false,
    toolArgs: [],
    with: withContent,
    rest: withContent,
  };
}

/** A piece of a message, as against one that is whole. */
function isChunk(value: unknown): value is BaseMessageChunk {
  return typeof value === 'object' && value !== null && isMessage(value) && typeof (value as { readonly concat?: unknown }).concat === 'function';
}
