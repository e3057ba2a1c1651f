import { Enforcer, InvalidInputError, type EnforceStreamOptions } from '@enforcecore/core';
import type { MessageContent } from '@langchain/core/messages';
import { TextCleaner } from '../shared/text-cleaner.js';
import { ChunkCleaner } from './chunk-cleaner.js';
import { cleanedWith } from './packed.js';
import { endedRun, streamedPart, type StreamedPart } from './streamed-part.js';
import { TextChannel } from './text-channel.js';

/** How a stream of chunks is enforced: as `enforceStream`, by the name `stream` where nothing else is said. */
export type EnforceChunksOptions = EnforceStreamOptions;

/**
 * Enforces what a model or a graph streams to a person. Each message's text is an enforced call of its own: cleaned across its
 * chunks, also where several messages come mixed, held to the policy's rules and limits, one entry each. Everything else in the
 * stream is cleaned as data. Leaving early closes the source.
 *
 * @param source what `stream()` or `streamEvents()` gives; a promise of it as well
 * @throws EnforceCoreError at the reader, for what the policy refuses.
 */
export function enforceChunks<T>(source: AsyncIterable<T> | PromiseLike<AsyncIterable<T>>, options: EnforceChunksOptions = {}): AsyncGenerator<T> {
  const run = new ChunkRun<T>(source, options);
  const chunks = run.read();
  return {
    next: () => chunks.next(),
    return: () => run.leave(chunks),
    throw: async (error: unknown) => {
      await run.leave(chunks);
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await run.leave(chunks);
    },
  };
}

interface Text {
  readonly channels: TextChannel[];
  readonly cleaner: ChunkCleaner;
  /** Arguments of tool calls, held back. */
  readonly toolArgs: Map<number | undefined, string>;
  last: StreamedPart;
}

class ChunkRun<T> {
  readonly #source: AsyncIterable<T> | PromiseLike<AsyncIterable<T>>;
  readonly #options: EnforceChunksOptions;
  readonly #cleaner: TextCleaner;
  readonly #texts = new Map<string, Text>();
  #iterator: AsyncIterator<T> | undefined;
  #left = false;

  constructor(source: AsyncIterable<T> | PromiseLike<AsyncIterable<T>>, options: EnforceChunksOptions) {
    this.#source = source;
    this.#options = options;
    this.#cleaner = new TextCleaner(options);
  }

  async *read(): AsyncGenerator<T> {
    try {
      await this.#refuse();
      const iterator = await this.#begin();
      for (;;) {
        const step = await iterator.next();
        if (step.done === true) break;
        yield* this.#pass(step.value);
      }
      for (const key of [...this.#texts.keys()]) yield* this.#end(key);
      this.#iterator = undefined;
    } finally {
      await this.#close();
    }
  }

  /** A read that the source does not answer is given up with the stream: leaving never waits for it. */
  async leave(chunks: AsyncGenerator<T>): Promise<IteratorResult<T>> {
    this.#left = true;
    await this.#begin().catch(() => undefined);
    await this.#close();
    chunks.return(undefined).catch(() => undefined);
    return { done: true, value: undefined };
  }

  /** Refused before anything is read, whatever the stream is made of. */
  async #refuse(): Promise<void> {
    const { policy, container, tool = 'stream', ...options } = this.#options;
    const enforcer = new Enforcer(policy, container === undefined ? {} : { container });
    const { tenant, agent, session, labels } = options;
    const who: object = Object.fromEntries(Object.entries({ tenant, agent, session, labels }).filter(([, value]) => value !== undefined));
    if (enforcer.judge({ tool, args: options.args ?? [], ...who }).decision === 'allowed') return;
    await enforcer.run(() => undefined, { ...options, tool });
  }

  async #begin(): Promise<AsyncIterator<T>> {
    if (this.#iterator !== undefined) return this.#iterator;
    const source = await this.#source;
    const iterate = (source as Partial<AsyncIterable<T>> | undefined)?.[Symbol.asyncIterator];
    if (typeof iterate !== 'function') throw new InvalidInputError('enforceChunks() takes what stream() or streamEvents() gives, an asynchronous iterable');
    this.#iterator = iterate.call(source);
    return this.#iterator;
  }

  async *#pass(chunk: T): AsyncGenerator<T> {
    const part = streamedPart(chunk);
    if (part === undefined) {
      const run = endedRun(chunk);
      if (run !== undefined) yield* this.#end(`run ${run}`);
      yield await cleanedWith(chunk, (data) => this.#cleaner.clean(data));
      return;
    }
    for (const [key, { last }] of [...this.#texts]) {
      if (key !== part.key && isOver(last, part)) yield* this.#end(key);
    }
    const text = this.#textOf(part);
    text.last = part;
    for (const { index, args } of part.toolArgs) text.toolArgs.set(index, (text.toolArgs.get(index) ?? '') + args);
    yield await this.#cleanedRest(part.with(await text.cleaner.push(part.content)) as T); // the same chunk, with another text
    if (part.isLast) yield* this.#end(part.key);
  }

  /** What is no text in it: the arguments of tool calls, metadata. */
  #cleanedRest(chunk: T): Promise<T> {
    return typeof chunk === 'string' ? Promise.resolve(chunk) : cleanedWith(chunk, (data) => this.#cleaner.clean(data));
  }

  async *#end(key: string): AsyncGenerator<T> {
    const text = this.#texts.get(key);
    if (text === undefined) return;
    this.#texts.delete(key);
    const rest: MessageContent | undefined = await text.cleaner.end();
    const toolArgs = await Promise.all([...text.toolArgs].map(async ([index, args]) => ({ index, args: await this.#cleaner.clean(args) })));
    if (rest !== undefined || toolArgs.length > 0) yield text.last.rest(rest ?? '', toolArgs) as T; // a chunk like its last
  }

  #textOf(part: StreamedPart): Text {
    let text = this.#texts.get(part.key);
    if (text === undefined) {
      const channels: TextChannel[] = [];
      const open = (): TextChannel => {
        const channel = new TextChannel(this.#options);
        channels.push(channel);
        return channel;
      };
      text = { channels, cleaner: new ChunkCleaner(open), toolArgs: new Map(), last: part };
      this.#texts.set(part.key, text);
    }
    return text;
  }

  async #close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    const texts = [...this.#texts.values()];
    this.#texts.clear();
    const closed = iterator?.return?.();
    // Who left does not wait for a source that does not answer.
    if (this.#left) closed?.catch(() => undefined);
    await Promise.all(texts.flatMap(({ channels }) => channels.map((channel) => channel.leave())));
    if (!this.#left) await closed;
  }
}

/** Messages of one task come one after the other, and a later step begins when the one before is done. */
function isOver(last: StreamedPart, now: StreamedPart): boolean {
  if (last.task === now.task) return last.task !== '';
  return last.step !== undefined && now.step !== undefined && now.step > last.step && parentOf(last.task) === parentOf(now.task);
}

function parentOf(task: string): string {
  return task.slice(0, Math.max(0, task.lastIndexOf('|')));
}
