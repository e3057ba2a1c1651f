import type { RateRule } from '../../policy/limits/limit-rules.js';
import { waitUntil, type RateCounter } from './rate-counter.js';

/** The times of the last calls, oldest first, in a ring that grows to the rule's size and no further. */
export class SlidingWindow implements RateCounter {
  #ring = new Float64Array(8);
  #first = 0;
  #size = 0;
  #windowMs = 0;

  wait({ maxCalls, windowMs }: RateRule, now: number): number {
    this.#windowMs = windowMs;
    this.#forget(now);
    if (this.#size < maxCalls) return 0;
    if (maxCalls === 0) return windowMs;
    // The call whose leaving makes room; not always the oldest, when a rule was tightened while calls were counted.
    return waitUntil(this.#at(this.#size - maxCalls) + windowMs, now);
  }

  /** Of more calls than fit, which only blocked ones can be, the first are forgotten: those that leave last decide. */
  take({ maxCalls, windowMs }: RateRule, now: number): void {
    this.#windowMs = windowMs;
    if (this.#size === this.#ring.length) {
      if (this.#size < maxCalls) this.#grow(maxCalls);
      else this.#drop();
    }
    this.#ring[this.#slot(this.#size)] = now;
    this.#size += 1;
  }

  giveBack(_rule: RateRule, takenAt: number): void {
    for (let i = this.#size - 1; i >= 0; i -= 1) {
      if (this.#at(i) !== takenAt) continue;
      for (let j = i; j < this.#size - 1; j += 1) this.#ring[this.#slot(j)] = this.#at(j + 1);
      this.#size -= 1;
      return;
    }
  }

  isIdle(now: number): boolean {
    this.#forget(now);
    return this.#size === 0;
  }

  count(since: number): number {
    let n = 0;
    while (n < this.#size && this.#at(this.#size - 1 - n) > since) n += 1;
    return n;
  }

  /** A call leaves the window when it is exactly `windowMs` old. */
  #forget(now: number): void {
    while (this.#size > 0 && this.#at(0) + this.#windowMs <= now) this.#drop();
  }

  #drop(): void {
    this.#first = this.#slot(1);
    this.#size -= 1;
  }

  #slot(i: number): number {
    const slot = this.#first + i;
    return slot < this.#ring.length ? slot : slot - this.#ring.length;
  }

  #at(i: number): number {
    return this.#ring[this.#slot(i)] ?? 0;
  }

  #grow(maxCalls: number): void {
    const larger = new Float64Array(Math.max(this.#size + 1, Math.min(this.#ring.length * 2, maxCalls)));
    for (let i = 0; i < this.#size; i += 1) larger[i] = this.#at(i);
    this.#ring = larger;
    this.#first = 0;
  }
}
