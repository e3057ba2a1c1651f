import type { Clock } from '@enforcecore/core';

/** Told at once, then no more than once in a while, and the last of many always: for news that says no more than "look again". */
export class Coalesced {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #tell: () => Promise<void>;
  #lastAt = Number.NEGATIVE_INFINITY;
  #takeBack: (() => void) | undefined;

  constructor(clock: Clock, everyMs: number, tell: () => Promise<void>) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#tell = tell;
  }

  tell(): void {
    if (this.#takeBack !== undefined) return;
    const waitMs = this.#lastAt + this.#everyMs - this.#clock.monotonic();
    if (waitMs <= 0) this.#now();
    else this.#takeBack = this.#clock.schedule(waitMs, () => this.#now(), { isBackground: true });
  }

  close(): void {
    this.#takeBack?.();
    this.#takeBack = undefined;
  }

  #now(): void {
    this.#takeBack = undefined;
    this.#lastAt = this.#clock.monotonic();
    // A client that is gone need not be told.
    this.#tell().catch(() => undefined);
  }
}
