import { Enforcer, InvalidInputError, type EnforceStreamOptions } from '@enforcecore/core';
import { TextCleaner } from '../shared/text-cleaner.js';
import { ChunkCleaner, readableTexts } from './chunk-cleaner.js';
import { cleanedWith, modelMessagesIn } from './packed.js';
import { endedRun, isQuestion, placeOf, streamedPart, type Place, type StreamedPart } from './streamed-part.js';
import { TextChannel } from './text-channel.js';

/** How a stream of chunks is enforced: as `enforceStream`, by the name `stream` where nothing else is said. */
export type EnforceChunksOptions = EnforceStreamOptions;

/**
 * Enforces what a model or a graph streams to a person. Each text of a model is an enforced call of its own: cleaned across its
 * chunks, also where several messages come mixed, held to the policy's rules and limits, one entry each, also where it comes as a
 * whole message in a value or an update. Everything else in the stream is cleaned as data, piece by piece. Leaving early closes
 * the source.
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
  place: Place | undefined;
}

class ChunkRun<T> {
  readonly #source: AsyncIterable<T> | PromiseLike<AsyncIterable<T>>;
  readonly #options: EnforceChunksOptions;
  readonly #cleaner: TextCleaner;
  readonly #texts = new Map<string, Text>();
  /** Digests of texts that have passed. */
  readonly #passed = new Set<string>();
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
    const place = placeOf(chunk);
    for (const [key, text] of [...this.#texts]) if (key !== part?.key && isOver(text.place, place)) yield* this.#end(key);
    if (part === undefined) {
      const run = endedRun(chunk);
      if (run !== undefined) yield* this.#endRun(`run ${run}`);
      await this.#passWhole(chunk);
      yield await cleanedWith(chunk, (data) => this.#cleaner.clean(data));
      return;
    }
    const text = this.#textOf(part);
    text.last = part;
    text.place = place;
    for (const { index, args } of part.toolArgs) text.toolArgs.set(index, (text.toolArgs.get(index) ?? '') + args);
    yield await this.#cleanedRest(part.with(await text.cleaner.push(part.written)) as T); // the same chunk, with another text
    if (part.isLast) yield* this.#end(part.key);
  }

  /** A whole message that a model wrote, unless its text has passed already: each text is a call. */
  async #passWhole(chunk: T): Promise<void> {
    if (isQuestion(chunk)) return;
    const written = modelMessagesIn(chunk).flatMap(({ content, additional_kwargs: kwargs }) => [...readableTexts(content), ...readableTexts(kwargs, '')]);
    for (const text of new Set(written)) {
      const digest = TextChannel.digestOf(text);
      if (this.#isPassed(digest)) continue;
      this.#passed.add(digest);
      const channel = new TextChannel(this.#options);
      await channel.push(text);
      await channel.flush();
    }
  }

  #isPassed(digest: string): boolean {
    return this.#passed.has(digest) || [...this.#texts.values()].some(({ channels }) => channels.some((channel) => channel.digest === digest));
  }

  /** What is no text in it: the arguments of tool calls, metadata. */
  #cleanedRest(chunk: T): Promise<T> {
    return typeof chunk === 'string' ? Promise.resolve(chunk) : cleanedWith(chunk, (data) => this.#cleaner.clean(data));
  }

  async *#endRun(run: string): AsyncGenerator<T> {
    for (const key of [...this.#texts.keys()]) if (key === run || key.startsWith(`${run} `)) yield* this.#end(key);
  }

  async *#end(key: string): AsyncGenerator<T> {
    const text = this.#texts.get(key);
    if (text === undefined) return;
    this.#texts.delete(key);
    const rest = await text.cleaner.end();
    for (const channel of text.channels) this.#passed.add(channel.digest);
    const toolArgs = await Promise.all([...text.toolArgs].map(async ([index, args]) => ({ index, args: await this.#cleaner.clean(args) })));
    if (rest !== undefined || toolArgs.length > 0) yield text.last.rest(rest ?? { content: '', additional_kwargs: {} }, toolArgs) as T; // a chunk like its last
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
      text = { channels, cleaner: new ChunkCleaner({ open, aside: () => this.#cleaner.pipe() }), toolArgs: new Map(), last: part, place: undefined };
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

/** A later step of the same graph begins when those before it are done. Nothing else tells that a message is over: models may run side by side. */
function isOver(before: Place | undefined, now: Place | undefined): boolean {
  return before !== undefined && now !== undefined && now.step > before.step && now.parent === before.parent;
}
