import type { Clock } from '@enforcecore/core';

/** The first pause after a failure, doubled with each further one. */
const firstPauseMs = 250;
const longestPauseMs = 30_000;
/** After so many failures in a row a server is down. */
const mostFailures = 6;
/** A server that is down is left alone this long, and then tried once. */
export const downMs = 60_000;
/** A connection that lasted this long was a good one. */
const goodMs = 30_000;

/** How often a server may be started: pauses that grow, then a rest. */
export class RestartPace {
  readonly #clock: Clock;
  #failures = 0;
  #notBefore = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the next start may be tried. */
  get waitMs(): number {
    return Math.max(0, this.#notBefore - this.#clock.monotonic());
  }

  get isDown(): boolean {
    return this.#failures >= mostFailures;
  }

  /** A connection ended that nobody had closed, or none came to be. `livedMs`: how long it was ready. */
  failed(livedMs: number): void {
    this.#failures = livedMs >= goodMs ? 1 : this.#failures + 1;
    const pause = this.isDown ? downMs : Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#failures - 1));
    this.#notBefore = this.#clock.monotonic() + pause;
  }

  /** It came up, or was closed on purpose after it had served. */
  servedWell(): void {
    this.#failures = 0;
    this.#notBefore = 0;
  }
}
