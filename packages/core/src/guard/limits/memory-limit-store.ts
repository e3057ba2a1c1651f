import type { Account } from './account.js';
import { CostLedger } from './cost-ledger.js';
import type { BudgetRequest, LimitHold, LimitRefusal, LimitRequest, LimitStore, RateRequest } from './limit-store.js';
import { MemoryHold } from './memory-hold.js';
import { mustBeMicros } from '../cost/money.js';
import { RateLimiter } from './rate-limiter.js';
import { SlotTable } from './slot-table.js';

const noAccounts: readonly Account[] = Object.freeze([]);

/** Keeps count in this process: of rates in a RateLimiter, of money in a CostLedger. Answers at once. */
export class MemoryLimitStore implements LimitStore {
  readonly name = 'MemoryLimitStore';
  readonly isShared = false;
  readonly ledger: CostLedger;
  readonly limiter: RateLimiter;
  readonly slots = new SlotTable();
  readonly #listeners = new Set<() => void>();
  /** Holds that end by themselves. */
  readonly #leased = new Set<MemoryHold>();
  #nextExpiry = Number.POSITIVE_INFINITY;

  constructor(ledger: CostLedger = new CostLedger(), limiter: RateLimiter = new RateLimiter()) {
    this.ledger = ledger;
    this.limiter = limiter;
  }

  /** INVARIANT: everything is checked before anything is taken, and nothing runs in between. */
  take(request: LimitRequest): LimitHold | LimitRefusal {
    const { rates, budgets, slots, costMicros, now, leaseMs } = request;
    mustBeMicros(costMicros);
    if (now >= this.#nextExpiry) this.#expire(now);
    const accounts = budgets.length === 0 ? noAccounts : this.ledger.accountsOf(budgets, request.wallMs);
    const refusal = this.#refusal(request, accounts);
    if (refusal !== undefined) {
      this.#countBlocked(rates, now);
      return this.#toldAfter(refusal, rates, now);
    }
    this.ledger.setAside(accounts, costMicros);
    const hold = new MemoryHold(this, accounts, costMicros, rates, now, this.slots.take(slots), now + leaseMs);
    if (leaseMs < Number.POSITIVE_INFINITY) this.lease(hold);
    return hold;
  }

  count(rates: readonly RateRequest[], now: number): void {
    this.limiter.count(rates, now);
  }

  /** @throws EnforceCoreError `COST_INVALID` for what is no amount, and where a sum would no longer be exact. */
  spend(accounts: readonly BudgetRequest[], costMicros: number, wallMs: number): void {
    mustBeMicros(costMicros);
    this.ledger.spend(accounts, costMicros, wallMs);
  }

  spent({ account, period }: BudgetRequest, wallMs: number): number {
    return this.ledger.spentMicros(account, period, wallMs);
  }

  onFreed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** A hold has ended. */
  ended(hold: MemoryHold): void {
    if (this.#leased.size > 0) this.#leased.delete(hold);
    if (hold.slots.length === 0) return;
    this.slots.free(hold.slots);
    for (const listener of [...this.#listeners]) listener();
  }

  /** The hold ends by itself when its time has come. */
  lease(hold: MemoryHold): void {
    this.#leased.add(hold);
    this.#nextExpiry = Math.min(this.#nextExpiry, hold.expiresAt);
  }

  #refusal({ rates, budgets, slots, costMicros, now }: LimitRequest, accounts: readonly Account[]): LimitRefusal | undefined {
    const short = accounts.length === 0 ? undefined : this.ledger.shortage(accounts, budgets, costMicros);
    if (short !== undefined) return { refused: 'budget', index: short.index, heldMicros: short.spentMicros };
    const index = slots.length === 0 ? -1 : this.slots.full(slots);
    // Asked last, since it takes what it finds; without a slot it only looks, so that no call waits for one in vain.
    if (index < 0) {
      const full = rates.length === 0 ? undefined : this.limiter.acquire(rates, now);
      return full && { refused: 'rate', index: full.index, retryAfterMs: full.retryAfterMs };
    }
    const longest = this.limiter.longestWait(rates, now);
    return longest.index < 0 ? { refused: 'slot', index } : { refused: 'rate', ...longest };
  }

  #countBlocked(rates: readonly RateRequest[], now: number): void {
    for (const rate of rates) if (rate.countsBlocked === true) this.limiter.count([rate], now);
  }

  /** Where the blocked call counts too, the wait is longer by it. */
  #toldAfter(refusal: LimitRefusal, rates: readonly RateRequest[], now: number): LimitRefusal {
    if (refusal.refused !== 'rate' || !rates.some(({ countsBlocked }) => countsBlocked)) return refusal;
    return { refused: 'rate', ...this.limiter.longestWait(rates, now) };
  }

  #expire(now: number): void {
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const hold of this.#leased) {
      if (hold.expiresAt <= now) hold.expire();
      else this.#nextExpiry = Math.min(this.#nextExpiry, hold.expiresAt);
    }
  }
}
