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

  /** @throws EnforceCoreError `COST_INVALID` for what is no amount. */
  spend(accounts: readonly BudgetRequest[], micros: number): void {
    if (accounts.length === 0) return;
    const pending = this.#store.spend(accounts, micros, this.#clock.now());
    tellFailure(pending, `${String(micros)} micro-dollars that were spent`, this.#store, this.#logger);
  }

  count(rates: readonly RateRequest[]): void {
    if (rates.length === 0) return;
    tellFailure(this.#store.count(rates, this.#clock.monotonic()), 'a blocked call', this.#store, this.#logger);
  }
}
