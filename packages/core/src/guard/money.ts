import { EnforceCoreError } from '../errors.js';

/** Money is counted in whole millionths of a US dollar, so that sums are exact. */
export const microsPerUsd = 1_000_000;
const maxUsd = 9_000_000_000;

/** @throws EnforceCoreError `COST_INVALID` for what is not an amount: NaN, negative, infinite, not a number. */
export function microsOf(usd: number, what: string): number {
  if (typeof usd !== 'number' || !Number.isFinite(usd) || usd < 0 || usd > maxUsd) {
    throw new EnforceCoreError('COST_INVALID', `${what} must be US dollars from 0 to ${String(maxUsd)}, got ${shown(usd)}`);
  }
  // Rounded up: a cost below a millionth is still a cost.
  return Math.ceil(Number((usd * microsPerUsd).toPrecision(15)));
}

export function usdOf(micros: number): number {
  return micros / microsPerUsd;
}

function shown(given: unknown): string {
  return typeof given === 'number' ? String(given) : `a ${typeof given}`;
}
