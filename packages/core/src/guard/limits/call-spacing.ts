import type { RateRule } from '../../policy/limits/limit-rules.js';
import { waitUntil, type RateCounter } from './rate-counter.js';

/** GCRA (ITU-T I.371): calls spread evenly over the window, `burst` of them at once. Two numbers, however many calls. */
export class CallSpacing implements RateCounter {
  /** When the next call would come if all calls so far had come evenly. */
  #due = Number.NEGATIVE_INFINITY;
  /** Since when calls have been owed without a pause. */
  #busySince = Number.NEGATIVE_INFINITY;

  wait(rule: RateRule, now: number): number {
    const { maxCalls, windowMs } = rule;
    if (maxCalls === 0) return windowMs;
    return waitUntil(this.#due - (burstOf(rule) - 1) * (windowMs / maxCalls), now);
  }

  /** However many blocked calls were counted, one call fits after one interval without any. */
  take(rule: RateRule, now: number): void {
    if (this.#due <= now) {
      this.#due = now;
      this.#busySince = now;
    }
    const { maxCalls, windowMs } = rule;
    if (maxCalls === 0) return;
    const interval = windowMs / maxCalls;
    this.#due = Math.min(this.#due + interval, now + burstOf(rule) * interval);
  }

  /** After a pause every place is free again: what was taken before it has come back by itself. */
  giveBack({ maxCalls, windowMs }: RateRule, takenAt: number): void {
    if (takenAt >= this.#busySince && maxCalls > 0) this.#due -= windowMs / maxCalls;
  }

  count(_since: number): number {
    return 0;
  }

  isIdle(now: number): boolean {
    return this.#due <= now;
  }
}

function burstOf({ burst, maxCalls }: RateRule): number {
  return burst ?? maxCalls;
}
