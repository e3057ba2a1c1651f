import { MemoryLimitStore, type BudgetRequest, type LimitHold, type LimitRefusal, type LimitRequest, type RateRequest, type SlotRequest } from '@enforcecore/core';
import type { RateKeys } from './call-keys.js';
import type { Operation, Parcel } from './operation.js';

interface LocalCall {
  readonly rates: readonly RateKeys[];
  readonly atMs: number;
}

/** Calls that are told to the server when it is back; of more, the oldest are forgotten. */
const mostCalls = 5_000;

/**
 * What this process may use up while the server is away, and what it has to tell afterwards.
 * INVARIANT: counted in one store for the life of the process: a share that is used up stays so, however often the server goes and comes.
 */
export class Allowance {
  readonly #store = new MemoryLimitStore();
  readonly #calls = new Map<string, LocalCall>();

  take(request: LimitRequest, share: number): LimitHold | LimitRefusal {
    return this.#store.take(sharedOut(request, share));
  }

  count(rates: readonly RateRequest[], now: number): void {
    this.#store.count(rates, now);
  }

  /** A call that counts in rates the server does not hear of now. */
  remember(id: string, rates: readonly RateKeys[], atMs: number): void {
    if (rates.length === 0) return;
    this.#calls.set(id, { rates, atMs });
    if (this.#calls.size <= mostCalls) return;
    for (const oldest of this.#calls.keys()) {
      this.#calls.delete(oldest);
      return;
    }
  }

  /** The call did not run; where attempts count it stays. */
  takeBack(id: string): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.set(id, { ...call, rates: call.rates.map((rate) => (rate.countsBlocked ? rate : { ...rate, length: 0 })) });
  }

  /** What the server has to hear of them; it is told once. */
  takeRemembered(nowMs: number): readonly Parcel[] {
    const parcels = [...this.#calls].map(([id, { rates, atMs }]) => countOperations(id, rates, nowMs - atMs));
    this.#calls.clear();
    return parcels;
  }
}

/** Counts a call of `ageMs` ago. */
export function countOperations(id: string, rates: readonly RateKeys[], ageMs: number): Parcel {
  const operations: Operation[] = [];
  rates.forEach(({ key, isGcra, max, length }, i) => {
    if (length === 0) return;
    const age = Math.max(0, Math.round(ageMs * 1_000));
    operations.push({ keys: [key], args: ['c', isGcra ? 1 : 0, max, length, `${id}:${String(i + 1)}`, age] });
  });
  return operations;
}

/** The same request with a share of each limit. */
export function sharedOut(request: LimitRequest, share: number): LimitRequest {
  return {
    ...request,
    // Kept by the process that runs the call: there is nobody whose death it would have to outlast.
    leaseMs: Number.POSITIVE_INFINITY,
    rates: request.rates.map((rate) => rateShare(rate, share)),
    budgets: request.budgets.map((budget) => budgetShare(budget, share)),
    slots: request.slots.map((slots) => slotShare(slots, share)),
  };
}

function rateShare({ rule, ...rest }: RateRequest, share: number): RateRequest {
  const maxCalls = shareOf(rule.maxCalls, share);
  if (rule.burst === undefined) return { ...rest, rule: { ...rule, maxCalls } };
  return { ...rest, rule: { ...rule, maxCalls, burst: Math.min(maxCalls, shareOf(rule.burst, share)) } };
}

function budgetShare(budget: BudgetRequest, share: number): BudgetRequest {
  return budget.limitMicros === undefined ? budget : { ...budget, limitMicros: Math.floor(budget.limitMicros * share) };
}

function slotShare(slots: SlotRequest, share: number): SlotRequest {
  return { ...slots, maxCalls: shareOf(slots.maxCalls, share) };
}

/** At least one call; a limit of nothing stays one. */
function shareOf(limit: number, share: number): number {
  return limit === 0 ? 0 : Math.max(1, Math.floor(limit * share));
}
