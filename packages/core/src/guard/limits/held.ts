import type { Reservation } from '../guard.js';
import type { BudgetRequest, LimitHold, RateRequest } from './limit-store.js';
import type { Wants } from './limit-terms.js';
import type { Purse } from './purse.js';

/** What a call holds of a store until it ends. */
export class Held implements Reservation {
  readonly #hold: LimitHold;
  readonly #wants: Wants;
  readonly #costMicros: number;
  readonly #purse: Purse;
  readonly #attempts: readonly RateRequest[];

  /** @param attempts rates that count the call as an attempt, should it not run; a store that was told of them counts by itself */
  constructor(hold: LimitHold, wants: Wants, costMicros: number, purse: Purse, attempts: readonly RateRequest[]) {
    this.#hold = hold;
    this.#wants = wants;
    this.#costMicros = costMicros;
    this.#purse = purse;
    this.#attempts = attempts;
  }

  commit(costMicros: number = this.#costMicros): void {
    this.#hold.settle(costMicros);
    // Accounts without a limit hold nothing for a call that was to cost nothing.
    if (this.#costMicros === 0 && costMicros > 0) this.#purse.spend(keptOnly(this.#wants), costMicros);
  }

  release(): void {
    this.#hold.release();
    this.#purse.count(this.#attempts);
  }

  spend(costMicros: number): void {
    this.#purse.spend(this.#wants.accounts, costMicros);
  }
}

/** For a call that no limit is asked about: its money is counted all the same. */
export class NothingHeld implements Reservation {
  readonly #accounts: readonly BudgetRequest[];
  readonly #costMicros: number;
  readonly #purse: Purse;

  constructor(accounts: readonly BudgetRequest[], costMicros: number, purse: Purse) {
    this.#accounts = accounts;
    this.#costMicros = costMicros;
    this.#purse = purse;
    Object.freeze(this);
  }

  commit(costMicros: number = this.#costMicros): void {
    if (costMicros !== 0) this.#purse.spend(this.#accounts, costMicros);
  }

  release(): void {
    // Nothing is held.
  }

  spend(costMicros: number): void {
    this.#purse.spend(this.#accounts, costMicros);
  }
}

function keptOnly({ accounts, budgets }: Wants): Wants['accounts'] {
  return accounts.slice(budgets.length);
}
