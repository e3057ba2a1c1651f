import type { Clock } from '@enforcecore/core';

/** Lets so many pass a second, and counts the rest: a flood of notifications is cut off, not queued. */
export class RateGate {
  readonly #clock: Clock;
  readonly #perSecond: number;
  #windowStart = Number.NEGATIVE_INFINITY;
  #passed = 0;
  /** How many did not pass. */
  dropped = 0;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  passes(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#windowStart >= 1_000) {
      this.#windowStart = now;
      this.#passed = 0;
    }
    this.#passed += 1;
    if (this.#passed <= this.#perSecond) return true;
    this.dropped += 1;
    return false;
  }
}
