import { CancelledError } from '../../errors.js';
import { isThenable } from '../../pipeline/thenable.js';
import type { Clock } from '../../time/clock.js';
import type { LimitHold, LimitRefusal, SlotRequest } from './limit-store.js';

type Answer = LimitHold | LimitRefusal;

export interface WaitRequest {
  readonly tool: string;
  readonly slots: readonly SlotRequest[];
  /** Which of them had no room. */
  readonly index: number;
  readonly signal: AbortSignal;
  readonly maxWaitMs: number;
  /** Asks the store again. */
  take(): Answer | Promise<Answer>;
}

/** One call that waits for a slot, until it gets one, its time is over or its caller gives up. */
export class Waiter {
  readonly answer: Promise<Answer>;
  readonly #request: WaitRequest;
  readonly #clock: Clock;
  readonly #left: () => void;
  #resolve: (answer: Answer) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;
  #stopTimer: (() => void) | undefined;
  #isOver = false;
  #index: number;

  /** @param left called once, when the call waits no more */
  constructor(request: WaitRequest, clock: Clock, left: () => void) {
    this.#request = request;
    this.#clock = clock;
    this.#left = left;
    this.#index = request.index;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get slots(): readonly SlotRequest[] {
    return this.#request.slots;
  }

  /** The key that had no room when it was last known: only for that one it goes before those who come later. */
  get lacks(): string | undefined {
    return this.slots[this.#index]?.key;
  }

  /** It lacks another slot now. */
  lacksAt(index: number): void {
    this.#index = index;
  }

  start(): void {
    const { signal, maxWaitMs } = this.#request;
    if (signal.aborted) {
      this.#onAbort();
      return;
    }
    signal.addEventListener('abort', this.#onAbort);
    this.#stopTimer = this.#clock.schedule(maxWaitMs, () => {
      this.settle({ refused: 'slot', index: this.#index });
    });
  }

  /** Asks the store; `undefined` where the question itself failed, or where nobody waits any more. */
  ask(): Answer | Promise<Answer> | undefined {
    if (this.#isOver) return undefined;
    try {
      const answer = this.#request.take();
      return isThenable(answer) ? Promise.resolve(answer) : answer;
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  settle(answer: Answer): void {
    if (this.#leave()) this.#resolve(answer);
    // The store was asked while the call gave up: what it got is given back.
    else if (answer.refused === undefined) answer.release();
  }

  fail(error: unknown): void {
    if (this.#leave()) this.#reject(error);
  }

  readonly #onAbort = (): void => {
    const { tool, signal } = this.#request;
    this.fail(new CancelledError(`call to "${tool}" was cancelled while it waited for a slot`, { toolName: tool, cause: signal.reason }));
  };

  #leave(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#stopTimer?.();
    this.#request.signal.removeEventListener('abort', this.#onAbort);
    this.#left();
    return true;
  }
}
