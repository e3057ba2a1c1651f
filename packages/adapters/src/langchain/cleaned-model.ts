import type { TextPipe } from '@enforcecore/core';
import type { BaseMessage, BaseMessageChunk } from '@langchain/core/messages';
import type { ChatGenerationChunk, ChatResult } from '@langchain/core/outputs';
import type { TextCleaner } from '../shared/text-cleaner.js';
import { ChunkCleaner, type Written } from './chunk-cleaner.js';
import { cleanedWith, copyOf } from './packed.js';

type Method = (...args: unknown[]) => unknown;
type Open = Readonly<Record<string, unknown>>;

/** LangChain's own ways into a model. They have to meet the cleaned model, and not the one behind it. */
const waysIn = new Set(['constructor', 'invoke', 'stream', 'batch', 'generate', 'generatePrompt', 'predict', 'call', 'callPrompt', 'pipe', 'withConfig', 'withStructuredOutput', 'streamEvents', '_streamIterator']);

/**
 * The same model, with what it writes cleaned before LangChain sees it: tokens of a stream as they come, so that callbacks,
 * `streamEvents` and a graph's streamed messages have the cleaned ones only. Something that is no chat model is given back.
 */
export function cleanedModel<T extends object>(model: T, cleaner: TextCleaner): T {
  const open = model as Open; // its properties are asked for
  if (typeof open['_generate'] === 'function') return Object.create(model, overrides(model, open, cleaner)) as T; // the same, but for its overrides
  const { bound } = open;
  if (typeof bound !== 'object' || bound === null) return model;
  return copyOf(model, { bound: cleanedModel(bound, cleaner) });
}

function overrides(model: object, open: Open, cleaner: TextCleaner): PropertyDescriptorMap {
  const base = baseOf(model);
  const own = new Map<string, Method>(providerMethods(model, base));
  const asOriginal = (name: string): Method => (...args) => Reflect.apply(open[name] as Method, model, args); // only where it is there
  own.set('_generate', async (...args) => cleanedResult((await asOriginal('_generate')(...withoutManager(args))) as ChatResult, cleaner)); // so a chat model says
  if (base !== undefined && open['_streamResponseChunks'] !== base['_streamResponseChunks']) {
    own.set('_streamResponseChunks', (...args) => cleanedChunks(asOriginal('_streamResponseChunks')(...withoutManager(args)) as AsyncIterable<ChatGenerationChunk>, cleaner, args[2])); // as above
  }
  // A provider's own events are left aside for those that LangChain makes of the chunks, which are cleaned.
  if (typeof base?.['_streamChatModelEvents'] === 'function') own.set('_streamChatModelEvents', base['_streamChatModelEvents'] as Method);
  if (typeof open['bindTools'] === 'function') own.set('bindTools', (...args) => rebound(asOriginal('bindTools')(...args), cleaner));
  if (typeof open['_getModelInstance'] === 'function') {
    own.set('_getModelInstance', async (...args) => cleanedModel((await asOriginal('_getModelInstance')(...args)) as object, cleaner)); // a model
  }
  return Object.fromEntries([...own].map(([name, value]) => [name, { value, configurable: true, writable: true }]));
}

/** What the provider's class adds may use private fields, which only the model itself has. */
function providerMethods(model: object, base: Open | undefined): readonly (readonly [string, Method])[] {
  const found: [string, Method][] = [];
  for (let level: unknown = Object.getPrototypeOf(model); typeof level === 'object' && level !== null && level !== base && base !== undefined; level = Object.getPrototypeOf(level)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level)) as [string, { readonly value?: unknown }][]) {
      if (typeof value === 'function' && !waysIn.has(name)) found.unshift([name, (...args) => Reflect.apply(value, model, args) as unknown]);
    }
  }
  return found;
}

/** LangChain's own class of chat models. */
function baseOf(model: object): Open | undefined {
  for (let level: unknown = Object.getPrototypeOf(model); typeof level === 'object' && level !== null; level = Object.getPrototypeOf(level)) {
    if (Object.hasOwn(level, '_generateUncached')) return level as Open; // its properties are asked for
  }
  return undefined;
}

/** Models tell the run's manager of tokens themselves, before anybody could clean them. */
function withoutManager(args: readonly unknown[]): unknown[] {
  return [args[0], args[1]];
}

function rebound(bound: unknown, cleaner: TextCleaner): unknown {
  return typeof bound === 'object' && bound !== null ? cleanedModel(bound, cleaner) : bound;
}

async function cleanedResult(result: ChatResult, cleaner: TextCleaner): Promise<ChatResult> {
  const generations = await Promise.all(
    result.generations.map(async (generation) => {
      const message = await cleanedCompletion(generation.message, cleaner);
      return message === generation.message ? generation : copyOf(generation, { message, text: await cleaner.clean(generation.text), ...withoutTokens(generation) });
    }),
  );
  return { ...result, generations };
}

/** Where LangChain keeps the arguments of tool calls besides. They are left for the tools' own rules: a call cleans them as those say. */
const callFields: ReadonlySet<string> = new Set(['tool_calls', 'function_call']);

/** What the model wrote: all of the message but the arguments of its tool calls. */
export async function cleanedCompletion<T extends BaseMessage>(message: T, cleaner: TextCleaner): Promise<T> {
  const { content, additional_kwargs: kwargs } = message;
  const calls = Object.fromEntries(Object.entries(kwargs).filter(([key]) => callFields.has(key)));
  const rest = Object.fromEntries(Object.entries(kwargs).filter(([key]) => !callFields.has(key)));
  const written = { content, rest, metadata: tokenless(message.response_metadata) };
  const cleaned = await cleanedWith(written, (data) => cleaner.clean(data));
  if (cleaned === written && written.metadata === message.response_metadata) return message;
  return copyOf(message, { content: cleaned.content, additional_kwargs: { ...cleaned.rest, ...calls }, response_metadata: cleaned.metadata });
}

/** Tokens with their probabilities are the text once more, in pieces that nothing could be found in. */
function tokenless<T extends Readonly<Record<string, unknown>> | undefined>(info: T): T {
  if (info?.['logprobs'] === undefined) return info;
  return Object.fromEntries(Object.entries(info).filter(([key]) => key !== 'logprobs')) as T; // the rest of it
}

function withoutTokens({ generationInfo }: { readonly generationInfo?: Record<string, unknown> | undefined }): Readonly<Record<string, unknown>> {
  return generationInfo === undefined ? {} : { generationInfo: tokenless(generationInfo) };
}

interface RunManager {
  handleLLMNewToken?(token: string, at: { readonly prompt: number; readonly completion: number }, runId: undefined, parent: undefined, tags: undefined, fields: { readonly chunk: unknown }): Promise<void>;
}

async function* cleanedChunks(chunks: AsyncIterable<ChatGenerationChunk>, cleaner: TextCleaner, manager: unknown): AsyncGenerator<ChatGenerationChunk> {
  const pipe = (): TextPipe | undefined => cleaner.pipe();
  const texts = new ChunkCleaner({ open: pipe, aside: pipe, leave: callFields });
  const run = manager as RunManager | undefined; // so LangChain calls it
  let last: ChatGenerationChunk | undefined;
  for await (const chunk of chunks) {
    const written = await texts.push(chunk.message);
    // What comes whole in a chunk, such as a file.
    const message = await cleanedCompletion(copyOf(chunk.message, { ...written }), cleaner);
    last = copyOf(chunk, { message, text: textOf(message.content), ...withoutTokens(chunk) });
    await run?.handleLLMNewToken?.(last.text, { prompt: 0, completion: 0 }, undefined, undefined, undefined, { chunk: last });
    yield last;
  }
  const rest = await texts.end();
  if (rest === undefined || last === undefined) return;
  const end = copyOf(last, { message: restMessage(last.message, rest), text: textOf(rest.content), generationInfo: undefined });
  await run?.handleLLMNewToken?.(end.text, { prompt: 0, completion: 0 }, undefined, undefined, undefined, { chunk: end });
  yield end;
}

/** Only what was held back: usage and tool calls were told already, and chunks are added up. */
export function restMessage<T extends BaseMessageChunk>(message: T, written: Written): T {
  const told = { tool_calls: [], invalid_tool_calls: [], tool_call_chunks: [], usage_metadata: undefined, response_metadata: {} };
  const present = Object.fromEntries(Object.entries(told).filter(([key]) => key in message));
  return copyOf(message, { ...present, ...written });
}

export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((block: unknown) => (block as { readonly text?: unknown } | null)?.text).filter((text) => typeof text === 'string').join('');
}
