import type { BudgetPeriod } from '../../policy/limits/limit-rules.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The number of the period that a time falls into, in UTC; it grows with time. */
export function periodAt(period: BudgetPeriod, wallMs: number): number {
  switch (period) {
    case 'ever':
      return 0;
    case 'hour':
      return Math.floor(wallMs / hourMs);
    case 'day':
      return Math.floor(wallMs / dayMs);
    case 'month': {
      const date = new Date(wallMs);
      return date.getUTCFullYear() * 12 + date.getUTCMonth();
    }
  }
}
