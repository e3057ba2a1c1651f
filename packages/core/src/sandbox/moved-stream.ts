import { Readable } from 'node:stream';
import type { MovedCall } from './moved-call.js';
import type { StreamKind } from './protocol.js';

/** A stream that was dropped unread: its child waits for a pull that never comes, until the stream is collected. */
const dropped = new FinalizationRegistry<MovedCall>((call) => {
  void call.leave();
});

/** A tool's stream as its caller reads it: nothing is asked for before it is wanted. */
export class MovedStream implements AsyncIterator<unknown> {
  readonly #call: MovedCall;
  #n = 0;
  #isOver = false;
  /** Pulls come one after the other, however the reader asks. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(call: MovedCall) {
    this.#call = call;
  }

  next(sent?: unknown): Promise<IteratorResult<unknown>> {
    const step = this.#last.then(() => this.#pull(sent));
    this.#last = step.catch(() => undefined);
    return step;
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.#isOver = true;
    await this.#call.leave();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The same kind of stream as the tool gave. */
  as(kind: StreamKind, objectMode: boolean): AsyncIterable<unknown> {
    const stream = kind === 'async' ? this : kind === 'web' ? this.#web() : this.#node(objectMode);
    dropped.register(stream, this.#call);
    return stream;
  }

  async #pull(sent: unknown): Promise<IteratorResult<unknown>> {
    if (this.#isOver) return { done: true, value: undefined };
    this.#n += 1;
    const step = await this.#call.pull(this.#n - 1, sent);
    if (step.done === true) this.#isOver = true;
    return step;
  }

  #web(): ReadableStream {
    return new ReadableStream(
      {
        pull: async (controller) => {
          const step = await this.next();
          if (step.done === true) controller.close();
          else controller.enqueue(step.value);
        },
        cancel: async () => {
          await this.return();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** As Node's streams take it: `null` would be their end, and an empty chunk would never be followed by another. */
  async #nextChunk(objectMode: boolean): Promise<IteratorResult<unknown>> {
    for (;;) {
      const step = await this.next();
      if (step.done === true) return step;
      const { value } = step;
      if (value === null || value === undefined) throw this.#call.refuseItem('its stream gave a null, which is the end of such a stream and no item');
      if (objectMode) return step;
      if (typeof value !== 'string' && !(value instanceof Uint8Array)) throw this.#call.refuseItem('its stream gave an item that is neither text nor bytes; make it a stream of objects (objectMode)');
      if (value.length > 0) return step;
    }
  }

  #node(objectMode: boolean): Readable {
    const stream = new Readable({
      objectMode,
      highWaterMark: 0,
      read: () => {
        this.#nextChunk(objectMode).then(
          ({ done, value }) => stream.push(done === true ? null : value),
          (error: unknown) => stream.destroy(error instanceof Error ? error : new Error('the stream failed', { cause: error })),
        );
      },
      destroy: (error, done) => {
        const then = (): void => {
          done(error);
        };
        this.return().then(then, then);
      },
    });
    return stream;
  }
}
