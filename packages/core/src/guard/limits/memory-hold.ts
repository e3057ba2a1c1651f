import type { Account } from './account.js';
import type { LimitHold, RateRequest } from './limit-store.js';
import type { MemoryLimitStore } from './memory-limit-store.js';
import { isMicros, mustBeMicros } from '../cost/money.js';
import type { SlotSet } from './slot-table.js';

/** What one call holds of a MemoryLimitStore. */
export class MemoryHold implements LimitHold {
  readonly slots: readonly SlotSet[];
  readonly expiresAt: number;
  readonly #store: MemoryLimitStore;
  readonly #accounts: readonly Account[];
  readonly #setAside: number;
  readonly #rates: readonly RateRequest[];
  readonly #takenAt: number;
  #state: 'held' | 'expired' | 'ended' = 'held';

  constructor(
    store: MemoryLimitStore,
    accounts: readonly Account[],
    setAside: number,
    rates: readonly RateRequest[],
    takenAt: number,
    slots: readonly SlotSet[],
    expiresAt: number,
  ) {
    this.#store = store;
    this.#accounts = accounts;
    this.#setAside = setAside;
    this.#rates = rates;
    this.#takenAt = takenAt;
    this.slots = slots;
    this.expiresAt = expiresAt;
  }

  /** @throws EnforceCoreError `COST_INVALID` for what is no amount; what was set aside is charged then. */
  settle(costMicros: number): void {
    const state = this.#state;
    if (state === 'ended') return;
    this.#state = 'ended';
    const cost = isMicros(costMicros) ? costMicros : this.#setAside;
    // What was set aside was charged when the lease ran out; what it cost beyond that was not.
    if (state === 'expired') this.#store.ledger.charge(this.#accounts, 0, Math.max(0, cost - this.#setAside));
    else this.#end(cost);
    mustBeMicros(costMicros);
  }

  release(): void {
    if (this.#state !== 'held') return;
    this.#state = 'ended';
    this.#store.ledger.giveBack(this.#accounts, this.#setAside);
    // The attempt was made, whatever came of it.
    for (const rate of this.#rates) if (rate.countsBlocked !== true) this.#store.limiter.release([rate], this.#takenAt);
    this.#store.ended(this);
  }

  /** The lease ran out: nobody will say any more what the call cost. */
  expire(): void {
    if (this.#state !== 'held') return;
    this.#state = 'expired';
    this.#end(this.#setAside);
  }

  #end(cost: number): void {
    this.#store.ledger.charge(this.#accounts, this.#setAside, cost);
    this.#store.ended(this);
  }
}
