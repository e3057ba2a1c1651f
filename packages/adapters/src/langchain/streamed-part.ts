import { InvalidInputError } from '@enforcecore/core';
import type { BaseMessageChunk } from '@langchain/core/messages';
import type { Written } from './chunk-cleaner.js';
import { restMessage, textOf } from './cleaned-model.js';
import { copyOf, isMessage } from './packed.js';

/** The piece of a model's text in a chunk: whose it is, and the chunk with another text. */
export interface StreamedPart {
  /** One message's: its id, or that of its run. */
  readonly key: string;
  readonly written: Written;
  readonly isLast: boolean;
  /** The chunk with another text. */
  with(written: Written): unknown;
  /** Pieces of tool calls' arguments. They are held back to the end: half a value cannot be told from none. */
  readonly toolArgs: readonly ToolArgs[];
  /** A chunk that tells only what was held back. */
  rest(written: Written, toolArgs?: readonly ToolArgs[]): unknown;
}

/** What there is so far of one tool call's arguments, as JSON text. */
export interface ToolArgs {
  readonly index: number | undefined;
  readonly args: string;
}

type Within = (chunk: unknown) => unknown;

/**
 * Finds a model's text in what LangChain and LangGraph stream: text, message chunks, `[message, metadata]` of `streamMode:
 * 'messages'`, the same behind a mode or a namespace, and the events of `streamEvents`. `undefined` for anything else.
 *
 * @throws InvalidInputError for events of `streamEvents` version 3, whose deltas are of another kind.
 */
export function streamedPart(chunk: unknown): StreamedPart | undefined {
  if (typeof chunk === 'string') return ofText('', chunk);
  if (Array.isArray(chunk)) return inTuple(chunk);
  if (typeof chunk !== 'object' || chunk === null) return undefined;
  if (isChunk(chunk)) return ofMessage(chunk);
  const { type, method, params } = chunk as { readonly type?: unknown; readonly method?: unknown; readonly params?: unknown }; // each is asked for
  if (type === 'event' && typeof method === 'string' && typeof params === 'object') {
    throw new InvalidInputError("this is a stream of streamEvents version 'v3', whose texts cannot be told from its data here; take version 'v2', or stream()");
  }
  return inEvent(chunk);
}

/** The run whose texts are over, where a chunk says so. */
export function endedRun(chunk: unknown): string | undefined {
  const { event, run_id: run } = asked(chunk);
  return typeof event === 'string' && /^on_\w+_(?:end|error)$/.test(event) && typeof run === 'string' ? run : undefined;
}

/** Whether a chunk tells what somebody was asked, and not what came of it. */
export function isQuestion(chunk: unknown): boolean {
  const { event } = asked(chunk);
  return typeof event === 'string' && event.endsWith('_start');
}

/** Where in a graph a chunk comes from. */
export interface Place {
  readonly step: number;
  /** The namespace of the graph that the task belongs to. */
  readonly parent: string;
}

/** The place of what `streamMode: 'messages'` streams; `undefined` for anything else. */
export function placeOf(chunk: unknown): Place | undefined {
  let tuple = chunk;
  for (let i = 0; i < 4 && Array.isArray(tuple); i += 1) {
    const last: unknown = tuple.at(-1);
    const { langgraph_step: step, langgraph_checkpoint_ns: task } = (last ?? {}) as { readonly langgraph_step?: unknown; readonly langgraph_checkpoint_ns?: unknown }; // what the graph tells of the task
    if (typeof step === 'number' && typeof task === 'string') return { step, parent: task.slice(0, Math.max(0, task.lastIndexOf('|'))) };
    tuple = last;
  }
  return undefined;
}

function asked(chunk: unknown): { readonly event?: unknown; readonly run_id?: unknown } {
  return (typeof chunk === 'object' && chunk !== null ? chunk : {}); // either is asked for
}

const modes: ReadonlySet<unknown> = new Set(['values', 'updates', 'debug', 'messages', 'checkpoints', 'tasks', 'custom', 'tools']);

function inTuple(tuple: readonly unknown[]): StreamedPart | undefined {
  const [first, second] = tuple;
  if (tuple.length === 2 && isChunk(first)) return ofMessage(first, (message) => [message, second]);
  const around = tuple.slice(0, -1);
  if (around.length < 1 || around.length > 2 || !around.every((item) => modes.has(item) || isNamespace(item))) return undefined;
  const inner = streamedPart(tuple.at(-1));
  if (inner === undefined) return undefined;
  const key = inner.key === '' ? `text ${JSON.stringify(around)}` : inner.key;
  return within({ ...inner, key }, (chunk) => [...around, chunk]);
}

function isNamespace(value: unknown): boolean {
  return Array.isArray(value) && value.every((step) => typeof step === 'string');
}

function inEvent(event: object): StreamedPart | undefined {
  const { event: name, data, run_id: run } = event as { readonly event?: unknown; readonly data?: { readonly chunk?: unknown }; readonly run_id?: unknown }; // each is asked for
  if (typeof name !== 'string' || !/^on_\w+_stream$/.test(name)) return undefined;
  const chunk = data?.chunk;
  const inner = isGeneration(chunk) ? ofGeneration(chunk) : streamedPart(chunk);
  if (inner === undefined) return undefined;
  const isModel = name === 'on_chat_model_stream' || name === 'on_llm_stream';
  return within({ ...inner, key: `run ${String(run)}${isModel ? '' : ` ${inner.key}`}` }, (changed) => ({ ...event, data: { ...data, chunk: changed } }));
}

function within(part: StreamedPart, around: Within): StreamedPart {
  return { ...part, with: (written) => around(part.with(written)), rest: (written, toolArgs) => around(part.rest(written, toolArgs)) };
}

function ofText(key: string, text: string, around: Within = (chunk) => chunk): StreamedPart {
  const withText = ({ content }: Written): unknown => around(textOf(content));
  return { key, written: { content: text, additional_kwargs: {} }, isLast: false, toolArgs: [], with: withText, rest: withText };
}

interface Generation {
  readonly text: string;
  readonly message?: unknown;
}

/** What a model that writes text gives, and a chat model in events of version 1. */
function isGeneration(chunk: unknown): chunk is Generation {
  return typeof chunk === 'object' && chunk !== null && !isMessage(chunk) && typeof (chunk as { readonly text?: unknown }).text === 'string';
}

function ofGeneration(chunk: Generation): StreamedPart {
  const { message } = chunk;
  if (!isChunk(message)) return ofText('', chunk.text, (text) => copyOf(chunk, { text }));
  return ofMessage(message, (changed) => copyOf(chunk, { message: changed, text: textOf((changed as BaseMessageChunk).content) })); // as it was made
}

function ofMessage(message: BaseMessageChunk, around: Within = (chunk) => chunk): StreamedPart {
  return {
    key: message.id ?? '',
    written: { content: message.content, additional_kwargs: withoutCalls(message) },
    isLast: (message as { readonly chunk_position?: unknown }).chunk_position === 'last',
    toolArgs: callsOf(message).filter(({ args }) => typeof args === 'string').map(({ index, args = '' }) => ({ index, args })),
    with: (written) => around(copyOf(message, { ...written, ...withoutArgs(message) })),
    rest: (written, toolArgs = []) => {
      const chunks = toolArgs.map(({ index, args }) => ({ type: 'tool_call_chunk', index, args }));
      return around(copyOf(restMessage(message, written), 'tool_call_chunks' in message ? { tool_call_chunks: chunks } : {}));
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

/** What was read of the arguments so far goes with their text. */
function withoutCalls(message: BaseMessageChunk): Readonly<Record<string, unknown>> {
  if (callsOf(message).length === 0) return message.additional_kwargs;
  return Object.fromEntries(Object.entries(message.additional_kwargs).filter(([key]) => key !== 'tool_calls'));
}

/** The names and ids of the calls alone. */
function withoutArgs(message: BaseMessageChunk): Readonly<Record<string, unknown>> {
  const calls = callsOf(message);
  return calls.length === 0 ? {} : { tool_call_chunks: calls.map((call) => ({ ...call, args: '' })), tool_calls: [], invalid_tool_calls: [] };
}

/** A piece of a message, as against one that is whole. */
function isChunk(value: unknown): value is BaseMessageChunk {
  return typeof value === 'object' && value !== null && isMessage(value) && typeof (value as { readonly concat?: unknown }).concat === 'function';
}

