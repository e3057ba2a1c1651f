import { EnforceCoreError } from '../errors.js';
import { microsOf, usdOf } from './money.js';

/** An account that a call draws on, with the most that may be spent from it. */
export interface Budget {
  readonly account: string;
  readonly limitMicros: number;
}

interface Account {
  spent: number;
  reserved: number;
  /** The last budget that a call was held against. */
  limit: number | undefined;
}

/** Told after every change, with the account's state. */
export type LedgerListener = (account: string, spentMicros: number) => void;

/** What calls have cost and what running calls have set aside, in integers. One ledger for a container. */
export class CostLedger {
  readonly #accounts = new Map<string, Account>();
  readonly #listeners = new Set<LedgerListener>();

  /** The first budget that does not cover `micros` more, or `undefined` after setting them aside in all accounts. */
  reserve(accounts: readonly string[], budgets: readonly Budget[], micros: number): (Budget & { spentMicros: number }) | undefined {
    for (const budget of budgets) {
      const account = this.#account(budget.account);
      account.limit = budget.limitMicros;
      const held = account.spent + account.reserved;
      // A call without a declared cost is let in until the budget is used up.
      if (held + micros > budget.limitMicros || (micros === 0 && held >= budget.limitMicros)) {
        return { ...budget, spentMicros: held };
      }
    }
    for (const account of accounts) this.#account(account).reserved += micros;
    return undefined;
  }

  settle(accounts: readonly string[], micros: number): void {
    for (const name of accounts) {
      const account = this.#account(name);
      account.reserved -= micros;
      this.#spend(name, account, micros);
    }
  }

  release(accounts: readonly string[], micros: number): void {
    for (const account of accounts) this.#account(account).reserved -= micros;
  }

  /** Money that is gone already: it always counts, and the next call finds the budget smaller. */
  record(accounts: readonly string[], usd: number): void {
    const micros = microsOf(usd, 'a recorded cost');
    for (const name of accounts) this.#spend(name, this.#account(name), micros);
  }

  spentUsd(account: string): number {
    return usdOf(this.#accounts.get(account)?.spent ?? 0);
  }

  limitOf(account: string): number | undefined {
    return this.#accounts.get(account)?.limit;
  }

  onSpent(listener: LedgerListener): void {
    this.#listeners.add(listener);
  }

  reset(): void {
    this.#accounts.clear();
  }

  #spend(name: string, account: Account, micros: number): void {
    if (!Number.isSafeInteger(account.spent + micros)) {
      throw new EnforceCoreError('COST_INVALID', `account "${name}" cannot hold more: its sum would no longer be exact`);
    }
    account.spent += micros;
    if (micros > 0) for (const listener of this.#listeners) listener(name, account.spent);
  }

  #account(name: string): Account {
    let account = this.#accounts.get(name);
    if (account === undefined) {
      account = { spent: 0, reserved: 0, limit: undefined };
      this.#accounts.set(name, account);
    }
    return account;
  }
}

export const containerAccount = 'container';

/** A policy is one budget, however many functions and files name it. */
export function policyAccount(policyName: string): string {
  return `policy:${policyName}`;
}
