import type { Clock } from '@enforcecore/core';

interface Waiting {
  readonly dueMs: number;
  readonly expire: () => void;
  isOver: boolean;
}

/** Raised for an answer that did not come in time; whether the server did what was asked is not known. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
}

/** One timer for all answers that are waited for, since all have the same time. */
export class Deadlines {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #timeoutMs: number;
  #waiting: Waiting[] = [];
  #first = 0;
  #isSet = false;

  constructor(clock: Pick<Clock, 'monotonic'>, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws NoAnswer when the promise does not settle in time. */
  within<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const expire = (): void => {
        reject(new NoAnswer(`no answer within ${String(this.#timeoutMs)} ms`));
      };
      const waiting: Waiting = { dueMs: this.#clock.monotonic() + this.#timeoutMs, expire, isOver: false };
      this.#waiting.push(waiting);
      this.#arm();
      answer.then(
        (value) => {
          waiting.isOver = true;
          resolve(value);
        },
        (error: unknown) => {
          waiting.isOver = true;
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  #arm(): void {
    this.#skip();
    const next = this.#waiting[this.#first];
    if (this.#isSet || next === undefined) return;
    this.#isSet = true;
    setTimeout(() => {
      // A process that was busy finds its answers only after its timers: they are looked at first.
      setImmediate(() => {
        this.#isSet = false;
        this.#expire();
        this.#arm();
      });
    }, Math.max(1, next.dueMs - this.#clock.monotonic())).unref(); // what is waited for holds the process, not the wait
  }

  #expire(): void {
    const now = this.#clock.monotonic();
    for (let next = this.#waiting[this.#first]; next !== undefined && (next.isOver || next.dueMs <= now); next = this.#waiting[this.#first]) {
      this.#first += 1;
      if (!next.isOver) next.expire();
    }
  }

  /** Leaves out what has been answered. */
  #skip(): void {
    while (this.#waiting[this.#first]?.isOver === true) this.#first += 1;
    if (this.#first < 1_024 && this.#first < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#first);
    this.#first = 0;
  }
}
