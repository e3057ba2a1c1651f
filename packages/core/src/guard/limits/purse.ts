import { GuardError } from '../../errors.js';
import { logQuietly } from '../../logging/log-quietly.js';
import type { Logger } from '../../logging/logger.js';
import type { Clock } from '../../time/clock.js';
import type { BudgetRequest, LimitStore, RateRequest } from './limit-store.js';
import { tellFailure } from './tell-failure.js';

/** Tells a store what nobody waits for: money that is spent already, and calls that were blocked. */
export class Purse {
  readonly #store: LimitStore;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(store: LimitStore, clock: Clock, logger: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * The clock's monotonic milliseconds.
   * @throws GuardError where the clock gives no time: what is counted at no time limits nobody.
   */
  get now(): number {
    return known(this.#clock.monotonic());
  }

  /** The time of day; throws as `now` does. */
  get wallMs(): number {
    return known(this.#clock.now());
  }

  /** @throws EnforceCoreError `COST_INVALID` for what is no amount. */
  spend(accounts: readonly BudgetRequest[], micros: number): void {
    if (accounts.length === 0) return;
    const wallMs = this.#clock.now();
    // Spent is spent: without a time of day it counts at the latest one known.
    const pending = this.#store.spend(accounts, micros, Number.isFinite(wallMs) ? wallMs : 0);
    tellFailure(pending, `${String(micros)} micro-dollars that were spent`, this.#store, this.#logger);
  }

  /** INVARIANT: never throws; the call is blocked already, by an error that its caller is to see. */
  count(rates: readonly RateRequest[]): void {
    if (rates.length === 0) return;
    try {
      tellFailure(this.#store.count(rates, this.now), 'a blocked call', this.#store, this.#logger);
    } catch (error) {
      logQuietly(this.#logger, 'error', `${this.#store.name} could not count a blocked call: ${error instanceof Error ? error.message : 'no error was given'}`);
    }
  }
}

function known(ms: number): number {
  if (Number.isFinite(ms)) return ms;
  throw new GuardError('GUARD', 'the clock gives no time, so no limit can be held');
}
