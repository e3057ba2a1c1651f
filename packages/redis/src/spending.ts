import type { Operation } from './operation.js';

/** An account as the server names it. */
export interface AccountKeys {
  readonly account: string;
  readonly holds: string;
  readonly unit: 0 | 1 | 2 | 3;
}

/** What this process has spent in one account and period. */
export interface Entry extends AccountKeys {
  readonly period: number;
  /** Its own field in the account. INVARIANT: a new one wherever counting starts again, so that no sum is taken for another. */
  readonly field: string;
  own: number;
  /** How much of it is on its way, or there. */
  sent: number;
  /** How much of it the server has confirmed. */
  confirmed: number;
  confirmedAtMs: number;
}

/** Accounts that are remembered; those that were not used for longest are forgotten, once the server knows of them. */
const mostEntries = 10_000;
/** The server may forget a field that was silent for a day. */
const staleAfterMs = 12 * 3_600_000;

/**
 * What this process has spent, account by account. Sums and not differences are sent: a sum may arrive twice, or late, and
 * puts back what a server has lost.
 */
export class Spending {
  readonly #entries = new Map<string, Entry>();
  readonly #unsent = new Set<Entry>();
  readonly #process: string;
  #fields = 0;

  constructor(process: string) {
    this.#process = process;
  }

  get hasUnsent(): boolean {
    return this.#unsent.size > 0;
  }

  /** Whether so much waits for the server that no more can be remembered. */
  get isFull(): boolean {
    return this.#unsent.size >= mostEntries;
  }

  of(account: string, nowMs: number): Entry | undefined {
    const entry = this.#entries.get(account);
    if (entry === undefined || !isStale(entry, nowMs)) return entry;
    this.#forget(entry);
    return undefined;
  }

  add(keys: AccountKeys, period: number, micros: number, nowMs: number): void {
    if (micros === 0) return;
    const entry = this.#entry(keys, period, nowMs);
    // Its period is over: nothing depends on it any more.
    if (entry === undefined) return;
    entry.own = Math.min(entry.own + micros, Number.MAX_SAFE_INTEGER);
    this.#unsent.add(entry);
  }

  /** What has to be sent; it counts as on its way from now on. */
  takeUnsent(most: number): Entry[] {
    const taken: Entry[] = [];
    for (const entry of this.#unsent) {
      if (taken.length >= most) break;
      this.#unsent.delete(entry);
      entry.sent = entry.own;
      taken.push(entry);
    }
    return taken;
  }

  /** All of it is sent once more: the server may have lost some. */
  resendAll(nowMs: number): void {
    for (const entry of [...this.#entries.values()]) {
      if (isStale(entry, nowMs)) this.#forget(entry);
      else if (entry.own > 0) this.#unsent.add(entry);
    }
  }

  confirmed(entry: Entry, micros: number, nowMs: number): void {
    entry.confirmed = Math.max(entry.confirmed, micros);
    entry.confirmedAtMs = nowMs;
  }

  /** The message was lost: it is sent again. */
  lost(entry: Entry): void {
    if (this.#entries.get(entry.account) === entry) this.#unsent.add(entry);
  }

  #entry(keys: AccountKeys, period: number, nowMs: number): Entry | undefined {
    const known = this.of(keys.account, nowMs);
    if (known !== undefined && known.period > period) return undefined;
    if (known?.period === period) {
      this.#entries.delete(keys.account);
      this.#entries.set(keys.account, known);
      return known;
    }
    if (known !== undefined) this.#forget(known);
    if (this.#entries.size >= mostEntries) this.#makeRoom();
    this.#fields += 1;
    const field = `p${this.#process}.${this.#fields.toString(36)}`;
    const entry: Entry = { ...keys, period, field, own: 0, sent: 0, confirmed: 0, confirmedAtMs: nowMs };
    this.#entries.set(keys.account, entry);
    return entry;
  }

  #makeRoom(): void {
    for (const entry of this.#entries.values()) {
      if (entry.confirmed < entry.own) continue;
      this.#forget(entry);
      return;
    }
  }

  #forget(entry: Entry): void {
    this.#entries.delete(entry.account);
    this.#unsent.delete(entry);
  }
}

/** Nobody knows any more whether the server still has its field; what was spent is in its sum. */
function isStale({ own, confirmed, confirmedAtMs }: Entry, nowMs: number): boolean {
  return own === confirmed && nowMs - confirmedAtMs > staleAfterMs;
}

export function spentOperation({ account, holds, unit, period, field, own }: Entry): Operation {
  return { keys: [account, holds], args: ['o', unit, period, field, own] };
}
