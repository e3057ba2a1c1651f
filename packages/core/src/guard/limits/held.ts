import type { Reservation } from '../guard.js';
import type { BudgetRequest, LimitHold, RateRequest } from './limit-store.js';
import type { Wants } from './limit-terms.js';
import type { Purse } from './purse.js';

export interface Holding {
  readonly hold: LimitHold;
  readonly wants: Wants;
  readonly costMicros: number;
  readonly purse: Purse;
  /** Rates that count the call as an attempt, should it not run; a store that was told of them counts by itself. */
  readonly attempts: readonly RateRequest[];
  /** How long a tool that goes on when its call has ended keeps its slots at most. */
  readonly leaseMs: number;
  /** What the call holds that this one was made in. */
  readonly outer: Held | undefined;
}

/** What a call holds of a store until it ends. */
export class Held implements Reservation {
  readonly #holding: Holding;
  #hasSlots: boolean;

  constructor(holding: Holding) {
    this.#holding = holding;
    this.#hasSlots = holding.wants.slots.length > 0;
  }

  commit(costMicros: number = this.#holding.costMicros, stillRuns?: Promise<unknown>): void {
    const { wants, purse, costMicros: setAside } = this.#holding;
    if (stillRuns === undefined || !this.#hasSlots) this.#settle(costMicros);
    else this.#settleAfter(stillRuns, costMicros);
    // Accounts without a limit hold nothing for a call that was to cost nothing.
    if (setAside === 0 && costMicros > 0) purse.spend(keptOnly(wants), costMicros);
  }

  release(): void {
    const { hold, purse, attempts } = this.#holding;
    this.#hasSlots = false;
    hold.release();
    purse.count(attempts);
  }

  spend(costMicros: number): void {
    this.#holding.purse.spend(this.#holding.wants.accounts, costMicros);
  }

  /** How many slots under a key this call and those around it hold of the same guard. */
  slotsUnder(key: string, asked: Purse): number {
    const { wants, purse, outer } = this.#holding;
    const own = this.#hasSlots && purse === asked && wants.slots.some((slot) => slot.key === key) ? 1 : 0;
    return own + (outer?.slotsUnder(key, asked) ?? 0);
  }

  #settle(costMicros: number): void {
    this.#hasSlots = false;
    this.#holding.hold.settle(costMicros);
  }

  /** Nobody waits for the tool any more, and it runs all the same: its slots are in use. */
  #settleAfter(stillRuns: Promise<unknown>, costMicros: number): void {
    const { hold, purse, leaseMs } = this.#holding;
    hold.charge?.(costMicros, purse.now + leaseMs);
    const settle = (): void => {
      this.#settle(costMicros);
    };
    stillRuns.then(settle, settle);
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
