import { token } from '../../container/token.js';
import type { BudgetPeriod, RateRule, SharedLimits } from '../../policy/limits/limit-rules.js';

/** One counter of calls. */
export interface RateRequest {
  readonly key: string;
  readonly rule: RateRule;
  /** Counts also when the call is refused, by this or by another limit. */
  readonly countsBlocked?: boolean;
  /** The limit that the key is one of: a store that keeps only so many keys bounds each limit by itself. */
  readonly pool?: string;
}

/** One account, and what this call sets aside in it. */
export interface BudgetRequest {
  readonly account: string;
  /** `undefined` where the account is only kept. */
  readonly limitMicros: number | undefined;
  readonly period: BudgetPeriod;
  /** As of a rate. */
  readonly pool?: string;
}

/** One set of slots. */
export interface SlotRequest {
  readonly key: string;
  readonly maxCalls: number;
}

/** Everything that one call needs: it gets all of it, or none. */
export interface LimitRequest {
  /** The call's id; what is held is held under it. */
  readonly id: string;
  /** The container's monotonic milliseconds. Shared stores go by the time of their server. */
  readonly now: number;
  /** The container's wall clock, for the periods of budgets. Shared stores go by their server's. */
  readonly wallMs: number;
  readonly rates: readonly RateRequest[];
  readonly budgets: readonly BudgetRequest[];
  /** Set aside in every account. */
  readonly costMicros: number;
  readonly slots: readonly SlotRequest[];
  /** How long the call may hold what it holds, should its process die: slots come free, money set aside counts as spent. */
  readonly leaseMs: number;
  readonly shared: SharedLimits | undefined;
}

/** Which limit had no room. `index` is that of the request's list. */
export type LimitRefusal =
  | { readonly refused: 'rate'; readonly index: number; readonly retryAfterMs: number }
  | { readonly refused: 'budget'; readonly index: number; readonly heldMicros: number }
  | { readonly refused: 'slot'; readonly index: number };

/** What a call holds until it ends; exactly one of the two is called, once. What they set off goes on by itself. */
export interface LimitHold {
  readonly refused?: undefined;
  /** The tool ran and cost this much: more or less than what was set aside. Slots come free. */
  settle(costMicros: number): void;
  /** The tool did not run: money, slots and places in the rates are given back. */
  release(): void;
  /**
   * The call has ended, and its tool goes on: money counts now, slots come free with `settle`, or at this monotonic time
   * at the latest. A store without it is told of such a call by `settle`, when the tool ends.
   */
  charge?(costMicros: number, slotsUntil: number): void;
}

/**
 * Keeps count. One in memory for a process, one on a server for many; the laws of `core/testing` hold for both.
 * `take` of a shared store answers later, so synchronous tools cannot be limited by it.
 */
export interface LimitStore {
  readonly name: string;
  /** Whether other processes see the same counts. */
  readonly isShared: boolean;
  /** @throws GuardError `LIMIT_STORE` when it cannot be asked, unless the request allows a local share. */
  take(request: LimitRequest): LimitHold | LimitRefusal | Promise<LimitHold | LimitRefusal>;
  /** Counts a call that was blocked elsewhere; never refuses. */
  count(rates: readonly RateRequest[], now: number): void | Promise<void>;
  /** Money that is gone already. */
  spend(accounts: readonly BudgetRequest[], costMicros: number, wallMs: number): void | Promise<void>;
  /** Micro-dollars spent, without what running calls have set aside. */
  spent(account: BudgetRequest, wallMs: number): number | Promise<number>;
  /** Called whenever a slot may have come free; the returned function takes the listener back. */
  onFreed?(listener: () => void): () => void;
  /** Tells a server what it has not heard yet, and lets go of it; may be called twice. The container waits for it at its end. */
  close?(): Promise<void>;
}

export const LimitStore = token<LimitStore>('LimitStore');
