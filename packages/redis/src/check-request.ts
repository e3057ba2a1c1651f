import { GuardError, type LimitRequest, type RateRequest } from '@enforcecore/core';

/** @throws GuardError `GUARD` for what is no limit: a script would compare with it, and let through what it should not. */
export function checkRequest({ rates, budgets, slots, leaseMs }: LimitRequest): void {
  checkRates(rates);
  for (const { limitMicros = 0 } of budgets) if (!isCount(limitMicros)) throw refused('the limit of a budget', 'from 0', limitMicros);
  for (const { maxCalls } of slots) if (!isCount(maxCalls)) throw refused('the number of slots', 'from 0', maxCalls);
  if (!isLength(leaseMs)) throw refused('a lease', 'above 0', leaseMs);
}

/** @throws GuardError `GUARD` */
export function checkRates(rates: readonly RateRequest[]): void {
  for (const { rule } of rates) {
    if (!isCount(rule.maxCalls)) throw refused('the calls of a window', 'from 0', rule.maxCalls);
    if (!isLength(rule.windowMs)) throw refused('a window', 'above 0', rule.windowMs);
    if (rule.burst !== undefined && !isCount(rule.burst)) throw refused('a burst', 'from 0', rule.burst);
  }
}

function isCount(value: unknown): boolean {
  return Number.isFinite(value) && Number(value) >= 0;
}

function isLength(value: unknown): boolean {
  return Number.isFinite(value) && Number(value) > 0;
}

function refused(what: string, range: string, got: unknown): GuardError {
  return new GuardError('GUARD', `${what} must be a finite number ${range}, got ${typeof got === 'number' ? String(got) : `a ${typeof got}`}`);
}
