import { Readable } from 'node:stream';
import { runInFrame, type Frame } from '../call.js';
import { CancelledError, GuardError } from '../errors.js';
import { abortedError } from './aborted.js';
import { failure, whicheverFirst } from './inline-executor.js';
import { pop, push } from './on-stack.js';
import type { Outcome } from './outcome.js';
import type { ChunkFilter, Stage } from './stage.js';
import { isThenable } from './thenable.js';
import type { Walk } from './walk.js';

/** Leaves the rooms; `mayWait` tells whether the consumer of the stream can wait for a promise. */
type Leave = (mayWait: boolean) => unknown;

/**
 * A result that is a stream is followed to its end: the caller gets a stream of the same kind, every chunk passes the
 * rooms' filters, and the rooms are left when the stream ends, fails, runs out of time or is given up.
 * `undefined` for any other result.
 */
export function followResult(walk: Walk, stages: readonly Stage[], value: unknown, leave: Leave): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const kind = streamKind(value);
  if (kind === undefined) return undefined;
  const follower = new Follower(walk, stages, kind === 'iterator' ? 'items' : 'chunks', leave);
  if (kind === 'iterator') return follower.iterate(value as Iterator<unknown>);
  // The tool's code, as the pulls are.
  const source = runInFrame(frameOf(walk), () => (value as AsyncIterable<unknown>)[Symbol.asyncIterator]()) as Partial<AsyncIterator<unknown>> | undefined;
  if (!isAsyncIterator(source)) throw new TypeError('the asynchronous iterable gave no iterator');
  const chunks = follower.iterateAsync(source);
  if (kind === 'async') return chunks;
  return kind === 'web' ? toWebStream(chunks) : Readable.from(chunks, { objectMode: (value as Readable).readableObjectMode });
}

function frameOf(walk: Walk): Frame {
  return { house: walk.house, call: walk.call, walk, egress: walk.egress };
}

function isAsyncIterator(value: Partial<AsyncIterator<unknown>> | undefined): value is AsyncIterator<unknown> {
  return typeof value?.next === 'function';
}

function streamKind(value: object): 'iterator' | 'async' | 'web' | 'node' | undefined {
  if (value instanceof ReadableStream) return 'web';
  if (value instanceof Readable) return 'node';
  if (typeof (value as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === 'function') return 'async';
  const iterator = value as { next?: unknown; [Symbol.iterator]?: unknown };
  return typeof iterator.next === 'function' && typeof iterator[Symbol.iterator] === 'function' ? 'iterator' : undefined;
}

/** A stream that was dropped unread never ends by itself; its call is closed when the stream is collected. */
const dropped = new FinalizationRegistry<() => void>((close) => {
  close();
});

class Follower {
  readonly #walk: Walk;
  readonly #filters: readonly ChunkFilter[];
  readonly #leave: Leave;
  #settled = false;
  /** Whether the consumer has what it asked for, and nothing is under way. */
  #isIdle = true;
  #closed = false;

  constructor(walk: Walk, stages: readonly Stage[], gives: 'items' | 'chunks', leave: Leave) {
    this.#walk = walk;
    this.#leave = leave;
    // Innermost first, as results travel: cleaned before they are inspected.
    this.#filters = stages.toReversed().flatMap((stage) => stage.follow?.(walk, gives) ?? []);
    walk.outcome = { kind: 'ok', value: undefined };
    walk.wait();
  }

  iterate(source: Iterator<unknown>): Generator {
    this.#walk.abort?.onAbort(() => {
      this.#endUnread(() => {
        this.#close(source);
      });
    });
    return this.#primed(this.#generate(source));
  }

  iterateAsync(source: AsyncIterator<unknown>): AsyncGenerator {
    // Nobody may be reading just now: the source is told at once, the reader when it reads on.
    this.#walk.abort?.onAbort(() => {
      this.#closeLater(source);
      this.#endUnread(() => undefined);
    });
    return this.#primed(this.#generateAsync(source));
  }

  /** Run up to the first yield at once, so that leaving before the first chunk still passes through `finally`. */
  #primed<T extends Generator | AsyncGenerator>(generator: T): T {
    void generator.next();
    dropped.register(generator, () => this.#abandon());
    return generator;
  }

  *#generate(source: Iterator<unknown>): Generator {
    let end: Outcome | undefined;
    try {
      let sent: unknown = yield undefined;
      for (;;) {
        this.#refuseAborted();
        this.#isIdle = false;
        const step = this.#pull(() => source.next(sent)) as IteratorResult<unknown>;
        for (const chunk of this.#pass(step)) {
          this.#handOut();
          sent = yield chunk;
        }
        if (step.done !== true) continue;
        const last = this.#last(step.value);
        this.#refuseAborted();
        end = { kind: 'ok', value: undefined };
        return last;
      }
    } catch (error) {
      end = failure(this.#walk, error);
    } finally {
      if (end?.kind !== 'ok') this.#close(source);
      this.#settle(end ?? this.#left(), false, end === undefined);
    }
  }

  async *#generateAsync(source: AsyncIterator<unknown>): AsyncGenerator {
    let end: Outcome | undefined;
    try {
      let sent: unknown = yield undefined;
      for (;;) {
        this.#refuseAborted();
        this.#isIdle = false;
        const outcome = await this.#pullAsync(source, sent);
        if (outcome.kind !== 'ok') {
          end = outcome;
          return undefined;
        }
        const step = outcome.value as IteratorResult<unknown>;
        for (const chunk of await this.#passAsync(step)) {
          this.#handOut();
          sent = yield chunk;
        }
        if (step.done !== true) continue;
        const last = await this.#lastAsync(step.value);
        this.#refuseAborted();
        end = { kind: 'ok', value: undefined };
        return last;
      }
    } catch (error) {
      end = failure(this.#walk, error);
    } finally {
      if (end?.kind !== 'ok') this.#closeLater(source);
      await this.#settle(end ?? this.#left(), true, end === undefined);
    }
  }

  /** One pull may give several chunks, and the call may be ended from outside before the reader asks for the next one. */
  #handOut(): void {
    this.#refuseAborted();
    this.#isIdle = true;
  }

  /** Between two pulls the call may have been ended from outside. */
  #refuseAborted(): void {
    if (this.#walk.abort?.isAborted !== true) return;
    const error = abortedError(this.#walk, 'between two items of its result');
    if (!this.#settled) this.#walk.conclude({ kind: 'cancelled', error });
    throw error;
  }

  #pull(next: () => unknown): unknown {
    const walk = this.#walk;
    const start = walk.house.clock.monotonic();
    push(walk, () => undefined);
    try {
      return walk.house.executor.step(walk, next);
    } finally {
      pop(walk);
      walk.toolMs += walk.house.clock.monotonic() - start;
    }
  }

  /** The source is told that nobody reads on. How it takes that changes nothing, and it has as long as any pull. */
  #close(source: Iterator<unknown> | AsyncIterator<unknown>): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      Promise.resolve(this.#pull(() => source.return?.())).catch(() => undefined);
    } catch {
      // As above.
    }
  }

  /** Not by way of the watchdog, whose time may be up: what an asynchronous source does to close is not waited for. */
  #closeLater(source: AsyncIterator<unknown>): void {
    if (this.#closed) return;
    this.#closed = true;
    const walk = this.#walk;
    push(walk, () => undefined);
    try {
      Promise.resolve(runInFrame(frameOf(walk), () => source.return?.())).catch(() => undefined);
    } catch {
      // As above.
    } finally {
      pop(walk);
    }
  }

  #pullAsync(source: AsyncIterator<unknown>, sent: unknown): Promise<Outcome> {
    const walk = this.#walk;
    const clock = walk.house.clock;
    const pending = this.#pull(() => source.next(sent));
    const start = clock.monotonic();
    const ended = Promise.resolve(pending).then(
      (value): Outcome => ({ kind: 'ok', value }),
      (error: unknown): Outcome => ({ kind: 'tool_error', error }),
    );
    // Only the tool's time counts: a consumer that reads slowly does not run the tool out of time.
    const left = walk.timeoutMs === undefined ? undefined : walk.timeoutMs - walk.toolMs;
    return (walk.house.executor.wait?.(walk, ended, left) ?? whicheverFirst(walk, ended, left)).finally(() => {
      walk.toolMs += clock.monotonic() - start;
    });
  }

  /** What a generator returns at its end, as against what it yields. */
  #last(value: unknown): unknown {
    return this.#guarded(() => this.#filters.reduce((last, filter) => atOnce(filter.last?.(last)) ?? last, value));
  }

  async #lastAsync(value: unknown): Promise<unknown> {
    let last = value;
    try {
      for (const filter of this.#filters) last = (await filter.last?.(last)) ?? last;
    } catch (error) {
      this.#walk.fail(error, 'stream');
      throw error;
    }
    return last;
  }

  /** The chunk, or at the end what was held back, through every filter in turn. */
  #pass(step: IteratorResult<unknown>): readonly unknown[] {
    const ended = step.done === true;
    let chunks: readonly unknown[] = ended ? [] : [step.value];
    for (const filter of this.#filters) {
      chunks = this.#guarded(() => {
        const passed = chunks.flatMap((chunk) => atOnce(filter.push(chunk)));
        return ended ? [...passed, ...atOnce(filter.end())] : passed;
      });
    }
    return chunks;
  }

  async #passAsync(step: IteratorResult<unknown>): Promise<readonly unknown[]> {
    const ended = step.done === true;
    let chunks: readonly unknown[] = ended ? [] : [step.value];
    try {
      for (const filter of this.#filters) {
        const passed: unknown[] = [];
        for (const chunk of chunks) {
          const given = filter.push(chunk);
          passed.push(...(isThenable(given) ? await given : given));
        }
        const rest = ended ? filter.end() : [];
        chunks = [...passed, ...(isThenable(rest) ? await rest : rest)];
      }
    } catch (error) {
      this.#walk.fail(error, 'stream');
      throw error;
    }
    return chunks;
  }

  /** A filter's refusal is not the tool's failure: it is noted before it travels on. */
  #guarded<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      this.#walk.fail(error, 'stream');
      throw error;
    }
  }

  /** What a call holds that was ended while nobody reads is given back at once: the reader may never come. */
  #endUnread(close: () => void): void {
    if (!this.#isIdle || this.#settled) return;
    close();
    void this.#settle({ kind: 'cancelled', error: abortedError(this.#walk, 'between two items of its result') }, true, true);
  }

  /** @param isGone that the consumer left, and is not there to hear how the call ended */
  #settle(outcome: Outcome, mayWait: boolean, isGone: boolean): unknown {
    if (this.#settled) {
      const { outcome } = this.#walk;
      // Ended while nobody read: who reads on is told now.
      if (!isGone && outcome !== undefined && 'error' in outcome) throw outcome.error;
      return undefined;
    }
    this.#settled = true;
    // A filter that refused has already said how the call ended.
    if (this.#walk.outcome?.kind === 'ok') this.#walk.conclude(outcome);
    try {
      const left = this.#leave(mayWait);
      return isGone ? Promise.resolve(left).catch(() => undefined) : left;
    } catch (error) {
      if (isGone) return undefined;
      throw error;
    }
  }

  #left(): Outcome {
    const { tool, policy } = this.#walk;
    const error = new CancelledError(`the stream of "${tool}" was left before its end`, {
      toolName: tool,
      policyName: policy.name,
    });
    return { kind: 'cancelled', error };
  }

  #abandon(): void {
    void this.#settle(this.#left(), true, true);
  }
}

function atOnce<T>(given: T | Promise<T>): T {
  if (!isThenable(given)) return given;
  given.then(undefined, () => undefined); // nobody else will look at it
  throw new GuardError('GUARD', 'a service that answers later stands in front of an iterator, whose reader cannot wait: make the tool asynchronous');
}

function toWebStream(chunks: AsyncGenerator): ReadableStream {
  return new ReadableStream({
    async pull(controller) {
      const step = await chunks.next();
      if (step.done === true) controller.close();
      else controller.enqueue(step.value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}
