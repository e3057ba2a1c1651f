import { currentFrame, runInFrame } from '../call.js';
import { Enforcer, type EnforcerOptions, type RunOptions } from '../enforcer.js';
import { InvalidInputError } from '../errors.js';
import type { PolicyRef } from '../pipeline/house.js';
import type { EnforcementResult } from '../pipeline/result.js';

export interface EnforceStreamOptions extends Omit<RunOptions, 'args'>, EnforcerOptions {
  /** A policy file, or a policy; the container's own by default. */
  readonly policy?: PolicyRef;
  /** The name the stream goes by in the policy and in the trail; `stream` by default. */
  readonly tool?: string;
  /** What the stream was asked for: decided on and cleaned like the arguments of any call. */
  readonly args?: readonly unknown[];
}

/** What streams can come from. */
export type StreamSource<T> = AsyncIterable<T> | Iterable<T> | ReadableStream<T>;

/**
 * Lets a stream through as the result of a call: the tool lists, rules, limits and rates of the policy are asked before
 * its first chunk is read, its text is cleaned as it passes, and one entry with the counts is written when it ends. What
 * the policy refuses is thrown at the reader, and the source is closed; it is closed as well when the reader leaves.
 *
 * @param source chunks of text, or anything else a result may be; each that is no text is a value of its own
 */
export function enforceStream<T>(source: StreamSource<T>, options: EnforceStreamOptions = {}): EnforcedStream<T> {
  return new EnforcedStream(source, options);
}

/** A stream under enforcement. It can be read once. */
export class EnforcedStream<T> implements AsyncIterable<T>, AsyncDisposable {
  /** How the call ended; settles when the stream has, whichever way it did. */
  readonly result: Promise<EnforcementResult | undefined>;
  readonly #chunks: AsyncGenerator<T>;
  readonly #source: AsyncIterator<T>;
  readonly #leaving = new AbortController();
  #begun = false;
  #tell: (result: EnforcementResult | undefined) => void = () => undefined;

  constructor(source: StreamSource<T>, options: EnforceStreamOptions) {
    this.#source = iterate(source);
    this.result = new Promise((resolve) => {
      this.#tell = resolve;
    });
    this.#chunks = this.#read(options);
  }

  [Symbol.asyncIterator](): AsyncGenerator<T> {
    const chunks = this.#chunks;
    return {
      next: () => chunks.next(),
      return: () => this.#leave(),
      throw: async (error: unknown) => {
        await this.#leave();
        throw error;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
      [Symbol.asyncDispose]: () => this[Symbol.asyncDispose](),
    };
  }

  /** Leaves the stream: the source is closed, and what was held back is dropped. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#leave();
  }

  /** The same as a Web stream. */
  toWebStream(): ReadableStream<T> {
    const chunks = this.#chunks;
    const leave = (): Promise<unknown> => this.#leave();
    return new ReadableStream<T>({
      async pull(controller) {
        const step = await chunks.next();
        if (step.done === true) controller.close();
        else controller.enqueue(step.value);
      },
      async cancel() {
        await leave();
      },
    });
  }

  /** A read that the source does not answer is given up with the stream: leaving never waits for it. */
  async #leave(): Promise<IteratorResult<T>> {
    this.#leaving.abort();
    const ended = this.#chunks.return(undefined).catch(() => undefined);
    if (!this.#begun) {
      // A generator that was never begun runs no `finally`.
      await this.#source.return?.();
      this.#tell(undefined);
    }
    await ended;
    return { done: true, value: undefined };
  }

  async *#read({ policy, container, tool = 'stream', signal, ...options }: EnforceStreamOptions): AsyncGenerator<T> {
    let ended: EnforcementResult | undefined;
    const state = { handedOver: false };
    this.#begun = true;
    const frame = currentFrame();
    const onResult = (result: EnforcementResult): void => {
      ended = result;
    };
    const body = (): AsyncIterable<T> => {
      state.handedOver = true;
      return { [Symbol.asyncIterator]: () => this.#source };
    };
    const stop = signal === undefined ? this.#leaving.signal : AbortSignal.any([signal, this.#leaving.signal]);
    try {
      const enforcer = new Enforcer(policy, container === undefined ? {} : { container });
      const stream = await runInFrame({ ...frame, house: frame?.house, call: frame?.call, onResult }, () => enforcer.run(body, { ...options, tool, signal: stop }));
      yield* stream;
    } catch (error) {
      // Who left is not there to hear that it left.
      if (!this.#leaving.signal.aborted) throw error;
    } finally {
      // Nobody reads on: a refused stream was never begun, and still has to hear of it.
      if (!state.handedOver) await this.#source.return?.();
      this.#tell(ended);
    }
  }
}

function iterate<T>(source: StreamSource<T>): AsyncIterator<T> {
  const { [Symbol.asyncIterator]: isAsync, [Symbol.iterator]: isSync } = source as Partial<AsyncIterable<T> & Iterable<T>>; // either is asked for
  if (typeof isAsync === 'function') return isAsync.call(source);
  if (typeof isSync === 'function') return later(isSync.call(source));
  throw new InvalidInputError('enforceStream() takes an asynchronous iterable, an iterable or a ReadableStream');
}

function later<T>(source: Iterator<T>): AsyncIterator<T> {
  return {
    next: () => Promise.resolve(source.next()),
    return: () => Promise.resolve(source.return?.() ?? { done: true, value: undefined }),
  };
}
