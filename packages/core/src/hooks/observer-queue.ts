import { runOutside } from '../call.js';
import { logQuietly } from '../logging/log-quietly.js';
import type { Logger } from '../logging/logger.js';

/** Notifications that wait; past this many the newest are dropped and counted, so that a stuck observer costs no memory. */
const capacity = 10_000;

/** Runs observers one after the other, outside the calls they tell of. What they throw is logged and changes nothing. */
export class ObserverQueue {
  readonly #logger: Logger;
  readonly #timeoutMs: number;
  readonly #waiting: (() => unknown)[] = [];
  #draining: Promise<void> | undefined;
  #dropped = 0;

  constructor(logger: Logger, timeoutMs: number) {
    this.#logger = logger;
    this.#timeoutMs = timeoutMs;
  }

  add<T>(observer: (context: T) => unknown, context: T): void {
    if (this.#waiting.length >= capacity) {
      this.#dropped += 1;
      if (this.#dropped % 1_000 === 1) {
        logQuietly(this.#logger, 'error', 'observers are too slow; notifications are being dropped', { dropped: this.#dropped });
      }
      return;
    }
    this.#waiting.push(() => observer(Object.freeze(context)));
    // Outside the call that woke the queue: what observers do is not part of it.
    this.#draining ??= runOutside(() => this.#drain());
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Resolves when everything queued so far has run. */
  async flush(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining;
  }

  /** As `flush`, for this long at most; what waits then is dropped and counted. */
  async close(withinMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([this.flush(), tooLong]);
    clearTimeout(timer);
    if (this.#waiting.length === 0) return;
    this.#dropped += this.#waiting.splice(0).length;
    logQuietly(this.#logger, 'error', 'observers were too slow for the end of the container; notifications were dropped', { dropped: this.#dropped });
  }

  async #drain(): Promise<void> {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#within(next);
      } catch (error) {
        logQuietly(this.#logger, 'error', 'an observer failed', { error: error instanceof Error ? error.name : typeof error });
      }
    }
    this.#draining = undefined;
  }

  /** An observer that never ends must not keep the others from being told. */
  async #within(run: () => unknown): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error('an observer took too long'));
      }, this.#timeoutMs);
    });
    try {
      await Promise.race([Promise.resolve().then(run), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }
}

