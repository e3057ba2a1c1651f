import type { BudgetRequest, LimitRequest, RateRequest } from '@enforcecore/core';
import type { Keys } from './keys.js';
import { periodUnits } from './period.js';
import type { AccountKeys } from './spending.js';

/** Longer times are cut: a window of a year is no window. */
const longestMs = 366 * 24 * 3_600_000;

/** A rate as the scripts take it. */
export interface RateKeys {
  readonly key: string;
  readonly isGcra: boolean;
  /** Calls in a window, or at once. */
  readonly max: number;
  /** Microseconds of the window, or between two calls. */
  readonly length: number;
  readonly countsBlocked: boolean;
}

/** What one call touches in Redis. */
export interface CallKeys {
  readonly id: string;
  readonly marker: string;
  readonly rates: readonly RateKeys[];
  readonly accounts: readonly AccountKeys[];
  readonly slots: readonly string[];
}

export function callKeys(keys: Keys, id: string, { rates, budgets, slots }: LimitRequest): CallKeys {
  return {
    id,
    marker: keys.marker(id),
    rates: rates.map((rate) => rateKeys(keys, rate)),
    accounts: budgets.map((budget) => accountKeys(keys, budget)),
    slots: slots.map(({ key }) => keys.slots(key)),
  };
}

export function rateKeys(keys: Keys, { key, rule, countsBlocked = false }: RateRequest): RateKeys {
  const { maxCalls, windowMs, algorithm, burst = maxCalls } = rule;
  const windowUs = Math.max(1, Math.round(Math.min(windowMs, longestMs) * 1_000));
  if (algorithm === undefined || maxCalls === 0) return { key: keys.rate(key, undefined, windowUs / 1_000), isGcra: false, max: maxCalls, length: windowUs, countsBlocked };
  // Rounded up: a whole number of microseconds, and never more calls than the rule says.
  return { key: keys.rate(key, 'gcra', windowUs / 1_000), isGcra: true, max: burst, length: Math.ceil(windowUs / maxCalls), countsBlocked };
}

export function accountKeys(keys: Keys, { account, period }: BudgetRequest): AccountKeys {
  // An account is one sum in one period: the same name by the day and for ever are two.
  const name = period === 'ever' ? account : `${period}:${account}`;
  return { account: keys.account(name), holds: keys.holds(name), unit: periodUnits[period] };
}

export function leaseUs(leaseMs: number): number {
  return Math.max(1_000, Math.round(Math.min(leaseMs, longestMs) * 1_000));
}
