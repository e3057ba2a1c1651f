import type { BudgetPeriod } from '@enforcecore/core';

/** The numbers by which the scripts know periods. */
export const periodUnits: Readonly<Record<BudgetPeriod, 0 | 1 | 2 | 3>> = { ever: 0, hour: 1, day: 2, month: 3 };

const hourMs = 3_600_000;

/** The number of a budget's period in UTC; the same as in lua/common.ts. */
export function periodAt(period: BudgetPeriod, wallMs: number): number {
  if (period === 'ever') return 0;
  if (period === 'hour') return Math.floor(wallMs / hourMs);
  if (period === 'day') return Math.floor(wallMs / (24 * hourMs));
  const date = new Date(wallMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
