import { EnforceCoreError } from '../../errors.js';
import { isThenable } from '../../pipeline/thenable.js';

/** Money is counted in whole millionths of a US dollar, so that sums are exact. */
export const microsPerUsd = 1_000_000;
const maxUsd = 9_000_000_000;

/**
 * Amounts and prices have to be there at once.
 * @throws EnforceCoreError `COST_INVALID` for a promise, whose rejection ends nothing.
 */
export function mustBeThere(given: unknown, what: string): void {
  if (!isThenable(given)) return;
  Promise.resolve(given).catch(() => undefined);
  throw new EnforceCoreError('COST_INVALID', `${what} must be there at once, got a promise`);
}

/** @throws EnforceCoreError `COST_INVALID` for what is not an amount: NaN, negative, infinite, not a number. */
export function microsOf(usd: number, what: string): number {
  mustBeThere(usd, what);
  if (typeof usd !== 'number' || !Number.isFinite(usd) || usd < 0 || usd > maxUsd) {
    throw new EnforceCoreError('COST_INVALID', `${what} must be US dollars from 0 to ${String(maxUsd)}, got ${shown(usd)}`);
  }
  // Rounded up: a cost below a millionth is still a cost.
  return Math.ceil(Number((usd * microsPerUsd).toPrecision(15)));
}

/** Whether it is an amount that can be counted exactly: whole millionths of a dollar, 0 or more. */
export function isMicros(micros: number): boolean {
  return Number.isSafeInteger(micros) && micros >= 0;
}

/** @throws EnforceCoreError `COST_INVALID` for what is no amount. */
export function mustBeMicros(micros: number): number {
  if (isMicros(micros)) return micros;
  throw new EnforceCoreError('COST_INVALID', `a cost must be a whole number of millionths of a US dollar from 0 to ${String(Number.MAX_SAFE_INTEGER)}, got ${shown(micros)}`);
}

export function usdOf(micros: number): number {
  return micros / microsPerUsd;
}

function shown(given: unknown): string {
  return typeof given === 'number' ? String(given) : `a ${typeof given}`;
}
