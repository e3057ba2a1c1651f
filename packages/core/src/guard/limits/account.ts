import type { BudgetPeriod } from '../../policy/limits/limit-rules.js';

/** What was spent from one account in one period, and what running calls have set aside. Micro-dollars. */
export interface AccountState {
  readonly name: string;
  readonly spentMicros: number;
  /** The last budget that a call was held against. */
  readonly limitMicros: number | undefined;
}

/** INVARIANT: one object for an account and a period; what a call set aside is settled in the period that it began in. */
export class Account implements AccountState {
  readonly name: string;
  readonly period: BudgetPeriod;
  /** The number of its period. */
  readonly at: number;
  /** The limit that it is one account of. */
  readonly pool: string;
  spentMicros = 0;
  reservedMicros = 0;
  limitMicros: number | undefined = undefined;

  constructor(name: string, period: BudgetPeriod, at: number, pool = '') {
    this.name = name;
    this.period = period;
    this.at = at;
    this.pool = pool;
  }

  get heldMicros(): number {
    return this.spentMicros + this.reservedMicros;
  }

  get isIdle(): boolean {
    return this.spentMicros === 0 && this.reservedMicros === 0;
  }
}
