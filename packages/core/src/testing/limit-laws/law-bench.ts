import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BudgetRequest, LimitHold, LimitRefusal, LimitRequest, LimitStore, RateRequest, SlotRequest } from '../../guard/limits/limit-store.js';
import type { BudgetPeriod, RateRule } from '../../policy/limits/limit-rules.js';
import { must, type Law } from '../law.js';

export type MakeStore = () => LimitStore | Promise<LimitStore>;

export interface LawTime {
  /** Turns the store's own clock on by milliseconds; without it the laws wait in real time. */
  readonly advance?: (ms: number) => Promise<void> | void;
}

/** An answer, and the times between which the store gave it. */
export interface Attempt {
  readonly answer: LimitHold | LimitRefusal;
  readonly from: number;
  readonly to: number;
}

/** A store under a law, with time and keys of the law's own. */
export class LawBench {
  readonly store: LimitStore;
  readonly #prefix = `law-${randomUUID()}-`;
  readonly #advance: LawTime['advance'];
  #elapsed = 0;

  constructor(store: LimitStore, { advance }: LawTime) {
    this.store = store;
    this.#advance = advance;
  }

  get now(): number {
    return this.#advance === undefined ? performance.now() : 1_000_000 + this.#elapsed;
  }

  /** Half past noon of a day in the middle of a month: no short law comes near the end of a period. */
  get wallMs(): number {
    return this.#advance === undefined ? Date.now() : Date.UTC(2026, 4, 15, 12, 30) + this.#elapsed;
  }

  get isRealTime(): boolean {
    return this.#advance === undefined;
  }

  async pass(ms: number): Promise<void> {
    if (this.#advance === undefined) {
      // Timers may fire early by a part of a millisecond.
      await sleep(Math.ceil(ms) + 2);
      return;
    }
    this.#elapsed += ms;
    await this.#advance(ms);
  }

  key(name = 'a'): string {
    return this.#prefix + name;
  }

  rate(rule: RateRule, name = 'rate', countsBlocked = false): RateRequest {
    return { key: this.key(name), rule, countsBlocked };
  }

  budget(limitMicros: number | undefined, name = 'budget', period: BudgetPeriod = 'ever'): BudgetRequest {
    return { account: this.key(name), limitMicros, period };
  }

  slot(maxCalls: number, name = 'slot'): SlotRequest {
    return { key: this.key(name), maxCalls };
  }

  request(wants: Partial<LimitRequest>): LimitRequest {
    return {
      id: randomUUID(),
      now: this.now,
      wallMs: this.wallMs,
      rates: [],
      budgets: [],
      costMicros: 0,
      slots: [],
      leaseMs: 60_000,
      shared: undefined,
      ...wants,
    };
  }

  async take(wants: Partial<LimitRequest>): Promise<LimitHold | LimitRefusal> {
    return this.store.take(this.request(wants));
  }

  async attempt(wants: Partial<LimitRequest>): Promise<Attempt> {
    const from = this.now;
    const answer = await this.store.take(this.request(wants));
    return { answer, from, to: this.now };
  }

  /** Takes it, or breaks the law. */
  async held(wants: Partial<LimitRequest>, message: string): Promise<LimitHold> {
    const answer = await this.take(wants);
    if (answer.refused !== undefined) throw new Error(`${message}: refused by a ${answer.refused}`);
    return answer;
  }

  async refused<R extends LimitRefusal['refused']>(wants: Partial<LimitRequest>, by: R, message: string): Promise<Extract<LimitRefusal, { refused: R }>> {
    const answer = await this.take(wants);
    if (answer.refused !== by) throw new Error(`${message}: ${answer.refused === undefined ? 'it was let in' : `refused by a ${answer.refused}`}`);
    return answer as Extract<LimitRefusal, { refused: R }>; // told apart by what refused, which was just compared
  }

  async spent(account: BudgetRequest): Promise<number> {
    return this.store.spent(account, this.wallMs);
  }

  /** What settle and release set off goes on by itself: asks until it is seen, at most some hundred times. */
  async comesToSpend(account: BudgetRequest, micros: number): Promise<void> {
    let spent = await this.spent(account);
    for (let i = 0; i < 400 && spent !== micros; i += 1) {
      await sleep(5);
      spent = await this.spent(account);
    }
    must(spent === micros, `${String(micros)} micro-dollars should be spent, not ${String(spent)}`);
  }

  /** Takes it as soon as it is free; what settle and release set off goes on by itself. */
  async comesFree(wants: Partial<LimitRequest>, message: string): Promise<LimitHold> {
    for (let i = 0; i < 400; i += 1) {
      const answer = await this.take(wants);
      if (answer.refused === undefined) return answer;
      await sleep(5);
    }
    throw new Error(message);
  }
}

export type LawBody = (bench: LawBench) => Promise<void>;

/** Makes laws of titles and bodies, each with a store to itself. */
export function lawsOf(make: MakeStore, time: LawTime, bodies: Readonly<Record<string, LawBody>>): readonly Law[] {
  return Object.entries(bodies).map(([title, body]) => ({
    title,
    check: async () => {
      await body(new LawBench(await make(), time));
    },
  }));
}

/** The code of what a body throws or rejects with; `undefined` when it does neither. */
export async function codeOf(body: () => unknown): Promise<unknown> {
  try {
    await body();
    return undefined;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
  }
}
