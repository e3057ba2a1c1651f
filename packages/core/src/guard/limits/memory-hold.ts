import type { Account } from './account.js';
import type { LimitHold, RateRequest } from './limit-store.js';
import type { MemoryLimitStore } from './memory-limit-store.js';
import { isMicros, mustBeMicros } from '../cost/money.js';
import type { SlotSet } from './slot-table.js';

/** What one call holds of a MemoryLimitStore. */
export class MemoryHold implements LimitHold {
  readonly slots: readonly SlotSet[];
  readonly #store: MemoryLimitStore;
  readonly #accounts: readonly Account[];
  readonly #setAside: number;
  readonly #rates: readonly RateRequest[];
  readonly #takenAt: number;
  #expiresAt: number;
  /** `charged`: its money counts, and only slots are held. */
  #state: 'held' | 'charged' | 'expired' | 'ended' = 'held';

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
    this.#expiresAt = expiresAt;
  }

  get expiresAt(): number {
    return this.#expiresAt;
  }

  /** @throws EnforceCoreError `COST_INVALID` for what is no amount; what was set aside is charged then. */
  settle(costMicros: number): void {
    const state = this.#state;
    if (state === 'ended') return;
    this.#state = 'ended';
    if (state === 'charged') {
      this.#store.ended(this);
      return;
    }
    const cost = isMicros(costMicros) ? costMicros : this.#setAside;
    // What was set aside was charged when the lease ran out; what it cost beyond that was not.
    if (state === 'expired') this.#store.ledger.charge(this.#accounts, 0, Math.max(0, cost - this.#setAside));
    else this.#end(cost);
    mustBeMicros(costMicros);
  }

  /** As `settle` does, but for slots. */
  charge(costMicros: number, slotsUntil: number): void {
    if (this.#state !== 'held' || this.slots.length === 0) {
      this.settle(costMicros);
      return;
    }
    this.#state = 'charged';
    this.#store.ledger.charge(this.#accounts, this.#setAside, isMicros(costMicros) ? costMicros : this.#setAside);
    this.#expiresAt = Math.min(this.#expiresAt, slotsUntil);
    this.#store.lease(this);
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
    if (this.#state === 'charged') {
      this.settle(0);
      return;
    }
    if (this.#state !== 'held') return;
    this.#state = 'expired';
    this.#end(this.#setAside);
  }

  #end(cost: number): void {
    this.#store.ledger.charge(this.#accounts, this.#setAside, cost);
    this.#store.ended(this);
  }
}
