import { EnforceCoreError } from '../../errors.js';
import type { BudgetPeriod } from '../../policy/limits/limit-rules.js';
import { Account, type AccountState } from './account.js';
import { periodAt } from './budget-period.js';
import { LiveKeys } from './live-keys.js';
import { microsOf, usdOf } from '../cost/money.js';

/** An account that a call draws on, with the most that may be spent from it. */
export interface Budget {
  readonly account: string;
  /** `undefined` where the account is only kept. */
  readonly limitMicros: number | undefined;
  /** Over which time it adds up; `ever` by default. */
  readonly period?: BudgetPeriod;
  /** The limit that the account is one of; the number of accounts is bounded for each. */
  readonly pool?: string;
}

/** A budget without room for a call. */
export type Shortage = Budget & {
  readonly index: number;
  /** Spent, and set aside by running calls. */
  readonly spentMicros: number;
};

/** Told after every change, with the account's state. */
export type LedgerListener = (account: AccountState) => void;

/** What calls have cost and what running calls have set aside, in whole micro-dollars. One ledger for a container. */
export class CostLedger {
  readonly #accounts: LiveKeys<Account>;
  readonly #listeners = new Set<LedgerListener>();
  /** INVARIANT: only grows, so that no period starts anew because the clock went back. */
  #wallMs = 0;
  /** An account without money answers like a new one, and so does one whose period is over. */
  readonly #isIdle = (account: Account): boolean => account.isIdle || periodAt(account.period, this.#wallMs) > account.at;

  /** @param maxAccounts accounts of one pool that are kept at the same time; a call on a new one beyond is refused. */
  constructor(maxAccounts?: number) {
    this.#accounts = new LiveKeys(maxAccounts);
  }

  /** The first budget that does not cover `micros` more, or `undefined` after setting them aside in all accounts. */
  reserve(accounts: readonly string[], budgets: readonly Budget[], micros: number): Shortage | undefined {
    const short = this.shortage(this.accountsOf(budgets, 0), budgets, micros);
    if (short === undefined) this.setAside(accounts.map((name) => this.#account(name, 'ever', 0)), micros);
    return short;
  }

  settle(accounts: readonly string[], micros: number): void {
    this.charge(accounts.map((name) => this.#account(name, 'ever', 0)), micros, micros);
  }

  release(accounts: readonly string[], micros: number): void {
    this.giveBack(accounts.map((name) => this.#account(name, 'ever', 0)), micros);
  }

  /** Money that is gone already: it always counts, and the next call finds the budget smaller. */
  record(accounts: readonly string[], usd: number): void {
    this.spend(accounts.map((account) => ({ account, limitMicros: undefined })), microsOf(usd, 'a recorded cost'), 0);
  }

  /**
   * The accounts of these budgets at a time, or at the latest time known.
   * @throws GuardError when there are more accounts than can be kept.
   */
  accountsOf(budgets: readonly Budget[], wallMs: number): readonly Account[] {
    // Of its full length from the start: a list that grows takes room for many more.
    const accounts = new Array<Account>(budgets.length);
    for (let i = 0; i < budgets.length; i += 1) {
      const { account, period = 'ever', pool } = budgets[i] as Budget; // i < length
      accounts[i] = this.#account(account, period, wallMs, pool);
    }
    return accounts;
  }

  /** The first budget that does not cover `micros` more. `accounts` are those of the budgets. */
  shortage(accounts: readonly Account[], budgets: readonly Budget[], micros: number): Shortage | undefined {
    for (let index = 0; index < accounts.length; index += 1) {
      const account = accounts[index] as Account; // index < length
      const budget = budgets[index] as Budget; // as many budgets as accounts
      const held = account.heldMicros;
      const { limitMicros } = budget;
      if (limitMicros === undefined) {
        if (!Number.isSafeInteger(held + micros)) throw tooMuch(account);
        continue;
      }
      account.limitMicros = limitMicros;
      // A call without a declared cost is let in until the budget is used up.
      if (held + micros > limitMicros || (micros === 0 && held >= limitMicros)) return { ...budget, index, spentMicros: held };
    }
    return undefined;
  }

  setAside(accounts: readonly Account[], micros: number): void {
    if (micros === 0) return;
    for (const account of accounts) {
      this.#live(account).reservedMicros += micros;
    }
  }

  /** Takes back what was set aside, and counts what the call cost instead. */
  charge(accounts: readonly Account[], setAside: number, micros: number): void {
    for (const account of accounts) {
      account.reservedMicros -= setAside;
      if (micros === 0) continue;
      const live = this.#live(account);
      // Past what can be counted exactly the account is full for good, which no budget can be.
      live.spentMicros = Math.min(live.spentMicros + micros, Number.MAX_SAFE_INTEGER);
      if (this.#listeners.size > 0) this.#tell(live);
    }
  }

  giveBack(accounts: readonly Account[], micros: number): void {
    for (const account of accounts) account.reservedMicros -= micros;
  }

  /** Money that is gone already, in all accounts or in none. */
  spend(budgets: readonly Budget[], micros: number, wallMs: number): void {
    const accounts = this.accountsOf(budgets, wallMs);
    for (const account of accounts) if (!Number.isSafeInteger(account.heldMicros + micros)) throw tooMuch(account);
    this.charge(accounts, 0, micros);
  }

  spentMicros(account: string, period: BudgetPeriod, wallMs: number): number {
    const known = this.#accounts.get(account);
    return known === undefined || periodAt(period, Math.max(wallMs, this.#wallMs)) > known.at ? 0 : known.spentMicros;
  }

  spentUsd(account: string): number {
    return usdOf(this.#accounts.get(account)?.spentMicros ?? 0);
  }

  limitOf(account: string): number | undefined {
    return this.#accounts.get(account)?.limitMicros;
  }

  /** Accounts that are kept at the moment. */
  get size(): number {
    return this.#accounts.size;
  }

  /** The returned function takes the listener back. */
  onSpent(listener: LedgerListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  reset(): void {
    this.#accounts.clear();
  }

  #tell(account: Account): void {
    for (const listener of this.#listeners) listener(account);
  }

  #account(name: string, period: BudgetPeriod, wallMs: number, pool = poolOf(name)): Account {
    const known = this.#accounts.get(name);
    if (wallMs > this.#wallMs) this.#wallMs = wallMs;
    if (known !== undefined && (period === 'ever' || periodAt(period, this.#wallMs) === known.at)) return known;
    const account = new Account(name, period, periodAt(period, this.#wallMs), pool);
    if (known === undefined) this.#accounts.add(name, account, this.#isIdle, pool);
    else this.#accounts.replace(name, account, pool);
    return account;
  }

  /** The account that counts: without money an account may have been swept, and begun anew, since a call asked for it. */
  #live(account: Account): Account {
    if (!account.isIdle) return account;
    const known = this.#accounts.get(account.name);
    if (known === undefined) this.#accounts.replace(account.name, account, account.pool);
    return known?.at === account.at ? known : account;
  }
}

function tooMuch({ name }: Account): EnforceCoreError {
  // What a key has besides its limit's place comes from callers.
  return new EnforceCoreError('COST_INVALID', `the account of ${name.split('\0')[1] ?? name} cannot hold more: its sum would no longer be exact`);
}

export const containerAccount = 'container';

/** Accounts that policies name, and not callers, leave room for each other. */
function poolOf(name: string): string {
  return name === containerAccount || name.startsWith(policyAccount('')) ? name : '';
}

/** A policy is one budget, however many functions and files name it. */
export function policyAccount(policyName: string): string {
  return `policy:${policyName}`;
}
