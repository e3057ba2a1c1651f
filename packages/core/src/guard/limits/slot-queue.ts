import { isThenable } from '../../pipeline/thenable.js';
import type { Clock } from '../../time/clock.js';
import type { LimitHold, LimitRefusal, LimitStore, SlotRequest } from './limit-store.js';
import { Waiter, type WaitRequest } from './waiter.js';

const firstPollMs = 10;
const longestPollMs = 320;

/**
 * Calls of one policy that wait for slots, first come first served by slot. They hold nothing while they wait: what a
 * call needs is taken together, when its turn has come. A waiting call holds up only those that need the slot it lacks.
 */
export class SlotQueue {
  readonly #store: LimitStore;
  readonly #clock: Clock;
  readonly #onEmpty: () => void;
  readonly #waiting = new Set<Waiter>();
  /** How many wait for each key that has no room. */
  readonly #lacking = new Map<string, number>();
  #stopListening: (() => void) | undefined;
  #stopPoll: (() => void) | undefined;
  #pollMs = firstPollMs;
  #isServing = false;
  /** A slot came free while the queue was being served: it is served once more, so that no wake-up is lost. */
  #again = false;

  constructor(store: LimitStore, clock: Clock, onEmpty: () => void) {
    this.#store = store;
    this.#clock = clock;
    this.#onEmpty = onEmpty;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The first of these slots that somebody waits for already; -1 where nobody does. */
  takenBefore(slots: readonly SlotRequest[]): number {
    if (this.#waiting.size === 0) return -1;
    return slots.findIndex(({ key }) => this.waitingFor(key) > 0);
  }

  /** Calls that wait because this key has no room. */
  waitingFor(key: string | undefined): number {
    return key === undefined ? 0 : (this.#lacking.get(key) ?? 0);
  }

  /** What the store answers once there is a slot, or that there was none in time. Rejects when the call is taken back. */
  async wait(request: WaitRequest): Promise<LimitHold | LimitRefusal> {
    this.#stopListening ??= this.#store.onFreed?.(this.#serve);
    const waiter = new Waiter(request, this.#clock, () => {
      this.#waiting.delete(waiter);
      this.#lack(waiter.lacks, -1);
      if (this.#waiting.size === 0) this.#close();
    });
    this.#waiting.add(waiter);
    this.#lack(waiter.lacks, 1);
    this.#pollMs = firstPollMs;
    waiter.start();
    this.#schedulePoll();
    return waiter.answer;
  }

  readonly #serve = (): void => {
    if (this.#isServing) {
      this.#again = true;
      return;
    }
    this.#isServing = true;
    this.#serveFrom(this.#waiting.values(), new Set());
  };

  /** INVARIANT: ends with `#isServing` false, whatever the store does. Waits for a store only where it answers later. */
  #serveFrom(waiters: Iterator<Waiter>, full: Set<string>): void {
    for (let next = waiters.next(); next.done !== true; next = waiters.next()) {
      const waiter = next.value;
      // Who came later for the same slot does not overtake; for any other slot, everybody asks.
      const taken = full.size === 0 ? -1 : waiter.slots.findIndex(({ key }) => full.has(key));
      if (taken >= 0) {
        this.#lacksAt(waiter, taken);
        continue;
      }
      const answer = waiter.ask();
      if (isThenable(answer)) {
        const goOn = (): void => {
          this.#serveFrom(waiters, full);
        };
        answer.then((told) => { this.#told(waiter, told, full); }, (error: unknown) => { waiter.fail(error); }).then(goOn, goOn);
        return;
      }
      if (answer !== undefined) this.#told(waiter, answer, full);
    }
    this.#isServing = false;
    if (!this.#again) return;
    this.#again = false;
    this.#serve();
  }

  #told(waiter: Waiter, answer: LimitHold | LimitRefusal, full: Set<string>): void {
    if (answer.refused !== 'slot') {
      waiter.settle(answer);
      return;
    }
    this.#lacksAt(waiter, answer.index);
    if (waiter.lacks !== undefined) full.add(waiter.lacks);
  }

  #lacksAt(waiter: Waiter, index: number): void {
    // A call that gave up while the store was asked is counted no more.
    const isWaiting = this.#waiting.has(waiter);
    if (isWaiting) this.#lack(waiter.lacks, -1);
    waiter.lacksAt(index);
    if (isWaiting) this.#lack(waiter.lacks, 1);
  }

  #lack(key: string | undefined, by: 1 | -1): void {
    if (key === undefined) return;
    const count = this.waitingFor(key) + by;
    if (count === 0) this.#lacking.delete(key);
    else this.#lacking.set(key, count);
  }

  /** Other processes free slots without a word, or a word is lost: asked again, less and less often. */
  #schedulePoll(): void {
    if (!this.#store.isShared && this.#stopListening !== undefined) return;
    if (this.#stopPoll !== undefined || this.#waiting.size === 0) return;
    this.#stopPoll = this.#clock.schedule(this.#pollMs, () => {
      this.#stopPoll = undefined;
      this.#pollMs = Math.min(this.#pollMs * 2, longestPollMs);
      this.#serve();
      this.#schedulePoll();
    });
  }

  #close(): void {
    this.#stopPoll?.();
    this.#stopPoll = undefined;
    this.#stopListening?.();
    this.#stopListening = undefined;
    this.#onEmpty();
  }
}
