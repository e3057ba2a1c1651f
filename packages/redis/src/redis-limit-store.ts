import { randomBytes } from 'node:crypto';
import {
  SystemClock,
  type BudgetRequest, type Clock, type LimitHold, type LimitRefusal, type LimitRequest, type LimitStore, type Logger, type RateRequest,
} from '@enforcecore/core';
import { Allowance, countOperations } from './allowance.js';
import { accountKeys, callKeys, rateKeys, type CallKeys } from './call-keys.js';
import { checkRates, checkRequest } from './check-request.js';
import { openConnection, shownPlace, type RedisClient, type RedisSource } from './connection.js';
import { Deadlines } from './deadlines.js';
import { checkMicros, isOutage, unavailable, withoutSecrets } from './errors.js';
import { evictionFault } from './eviction.js';
import { endOperations, heldOperations, longerOperations, RedisHold, type Grant } from './hold.js';
import { Keys } from './keys.js';
import { Leases } from './leases.js';
import { Line } from './line.js';
import { periodAt, periodUnits } from './period.js';
import { Scripts } from './scripts.js';
import { Spending } from './spending.js';
import { StoreLog } from './store-log.js';
import { readAnswer, takeArguments, takeKeys } from './take-message.js';
import { Updates } from './updates.js';

export interface RedisLimitStoreOptions extends RedisSource {
  /** What all keys begin with; `enforcecore` by default. A prefix for each tenant keeps tenants apart, on one server or on several. */
  readonly prefix?: string | undefined;
  /** How long a call waits for the server; 250 by default. */
  readonly timeoutMs?: number | undefined;
  /** How far time may be ahead of the server's clock, before it is taken for wrong and begins anew from there; 300,000 by default. The same for all processes. */
  readonly maxClockLeadMs?: number | undefined;
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  /** The server cannot be asked. Told once, until it can. */
  readonly onUnavailable?: ((error: Error) => void) | undefined;
  /** The server can be asked again, and knows all that this process knows. */
  readonly onAvailable?: (() => void) | undefined;
}

const nothingHeld: LimitHold = Object.freeze({ settle: () => undefined, release: () => undefined });

/**
 * Limits, budgets and slots that any number of processes share: everything of one call in one script on the server, by the
 * server's clock. While the server is away the policy decides: nothing that is limited runs, or a share of each limit.
 */
export class RedisLimitStore implements LimitStore {
  readonly name = 'RedisLimitStore';
  readonly isShared = true;
  readonly #client: RedisClient;
  readonly #place: string;
  readonly #clock: Clock;
  readonly #keys: Keys;
  readonly #process = randomBytes(9).toString('base64url');
  readonly #scripts: Scripts;
  readonly #deadlines: Deadlines;
  readonly #spending = new Spending(this.#process);
  readonly #allowance = new Allowance();
  readonly #updates: Updates;
  readonly #line: Line;
  readonly #log: StoreLog;
  /** What running calls hold, for a server that loses it. */
  readonly #held: Leases;
  readonly #listeners = new Set<() => void>();
  #calls = 0;
  /** The server's time less ours. */
  #aheadMs = 0;
  #closing: Promise<void> | undefined;

  /** @throws RangeError for a prefix, GuardError `LIMIT_STORE` for an address, that cannot be used. */
  constructor(options: RedisLimitStoreOptions) {
    const { prefix, timeoutMs = 250, maxClockLeadMs, clock = new SystemClock() } = options;
    this.#clock = clock;
    this.#keys = new Keys(prefix);
    this.#client = openConnection(options, timeoutMs);
    this.#place = shownPlace(this.#client);
    this.#log = new StoreLog(this.#place, options);
    this.#scripts = new Scripts(this.#client, this.#keys.clock, this.#keys.order(this.#process), maxClockLeadMs);
    this.#deadlines = new Deadlines(clock, timeoutMs);
    const failed = (error: unknown): void => {
      this.#failed(error);
    };
    this.#updates = new Updates(this.#scripts, this.#deadlines, this.#spending, () => clock.monotonic(), failed);
    this.#held = new Leases(() => clock.monotonic(), (grants) => {
      // While the server is away nothing is sent: when it is back it hears of all that is held.
      if (this.#line.isUp) for (const grant of grants) this.#updates.add(longerOperations(grant));
    });
    this.#line = new Line(this.#client, () => this.#catchUp(), {
      onDown: (error) => {
        this.#updates.isOpen = false;
        this.#log.lost(withoutSecrets(error));
      },
      onUp: () => {
        this.#updates.isOpen = true;
        this.#log.found();
        void evictionFault(this.#client).then((fault) => {
          if (fault !== undefined) this.#log.warn(fault);
        });
      },
    });
  }

  /** Whether the server answers. */
  get isAvailable(): boolean {
    return this.#line.isUp;
  }

  async take(request: LimitRequest): Promise<LimitHold | LimitRefusal> {
    checkMicros(request.costMicros, 'the cost of a call');
    checkRequest(request);
    if (request.rates.length + request.budgets.length + request.slots.length === 0) return nothingHeld;
    const keys = callKeys(this.#keys, this.#nextId(), request);
    if (this.#line.isStarting) await this.#begin();
    if (!this.#line.isUp) return this.#without(request, keys, this.#line.error);
    try {
      return await this.#ask(request, keys);
    } catch (error) {
      this.#failed(error);
      return this.#without(request, callKeys(this.#keys, this.#nextId(), request), error);
    }
  }

  count(rates: readonly RateRequest[], now: number): void {
    checkRates(rates);
    const id = this.#nextId();
    const known = rates.map((rate) => rateKeys(this.#keys, rate));
    if (this.#line.isUp) {
      this.#updates.add(countOperations(id, known, 0));
      this.#updates.flush();
    } else {
      this.#allowance.count(rates, now);
      this.#allowance.remember(id, known, this.#clock.monotonic());
    }
  }

  spend(accounts: readonly BudgetRequest[], costMicros: number): void {
    checkMicros(costMicros, 'an amount that was spent');
    accounts.forEach((budget, i) => {
      this.#spending.add(accountKeys(this.#keys, budget), this.#periods(accounts)[i] ?? 0, costMicros, this.#clock.monotonic());
    });
    this.#updates.plan();
  }

  /** @throws GuardError `LIMIT_STORE` while the server cannot be asked. */
  async spent(budget: BudgetRequest): Promise<number> {
    if (this.#line.isStarting) await this.#begin();
    if (!this.#line.isUp) throw unavailable(this.#place, this.#line.error);
    this.#updates.flush();
    const { account, holds } = accountKeys(this.#keys, budget);
    try {
      return Number(await this.#deadlines.within(this.#scripts.spent(account, holds, periodUnits[budget.period])));
    } catch (error) {
      this.#failed(error);
      throw unavailable(this.#place, error);
    }
  }

  /** Tells of slots that come free in this process; for those of others whoever waits has to ask. */
  onFreed(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells the server what it has not heard yet, if it answers, and closes the connection. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #ask(request: LimitRequest, keys: CallKeys, isSecondTry = false): Promise<LimitHold | LimitRefusal> {
    const now = this.#clock.monotonic();
    this.#updates.flush();
    const grant = { keys, costMicros: request.costMicros, leaseMs: request.leaseMs };
    try {
      const reply = await this.#deadlines.within(this.#scripts.take(takeKeys(keys), takeArguments(request, keys, this.#spending, now)));
      const answer = readAnswer(reply, request.budgets.length);
      if (answer.kind === 'refused') return answer.refusal;
      if (answer.kind === 'granted') {
        this.#aheadMs = answer.serverMs - this.#clock.now();
        return this.#hold({ ...grant, periods: answer.periods }, now);
      }
    } catch (error) {
      // It may have been taken all the same, or be taken later: this takes it back, and comes after it.
      this.#updates.add(endOperations({ ...grant, periods: [] }, 'abandoned'));
      throw error;
    }
    if (isSecondTry) throw new Error('the message was overtaken by later ones');
    return this.#ask(request, keys, true);
  }

  #without(request: LimitRequest, keys: CallKeys, error: unknown): LimitHold | LimitRefusal {
    const { shared, costMicros, budgets } = request;
    if (shared?.whenUnavailable !== 'local_allowance' || this.#spending.isFull || this.#closing !== undefined) throw unavailable(this.#place, error);
    const local = this.#allowance.take(request, shared.localShare);
    if (local.refused !== undefined) return local;
    const now = this.#clock.monotonic();
    this.#allowance.remember(keys.id, keys.rates, now);
    return this.#hold({ keys, costMicros, periods: this.#periods(budgets), leaseMs: request.leaseMs }, now, local);
  }

  #hold(grant: Grant, begunMs: number, local?: LimitHold): LimitHold {
    if (grant.costMicros > 0 || grant.keys.slots.length > 0) this.#held.add(grant, begunMs);
    return new RedisHold(grant, (ended, costMicros) => {
      this.#ended(ended, costMicros, local);
    });
  }

  #ended(grant: Grant, costMicros: number | undefined, local: LimitHold | undefined): void {
    const { keys, periods } = grant;
    this.#held.delete(grant);
    if (costMicros === undefined) {
      local?.release();
      this.#allowance.takeBack(keys.id);
    } else {
      local?.settle(costMicros);
      keys.accounts.forEach((account, i) => {
        this.#spending.add(account, periods[i] ?? 0, costMicros, this.#clock.monotonic());
      });
    }
    this.#updates.add(endOperations(grant, costMicros === undefined ? 'released' : 'settled'));
    this.#updates.plan();
    if (keys.slots.length > 0) for (const listener of [...this.#listeners]) listener();
  }

  /** The server hears all that this process knows, before it is asked anything: it may have been started anew. */
  async #catchUp(): Promise<void> {
    const now = this.#clock.monotonic();
    this.#spending.resendAll(now);
    for (const parcel of this.#allowance.takeRemembered(now)) this.#updates.add(parcel);
    await this.#updates.drain(this.#held.renewAll().map(heldOperations));
  }

  async #begin(): Promise<void> {
    try {
      await this.#deadlines.within(this.#line.whenStarted);
    } catch (error) {
      this.#line.failed(error);
    }
  }

  #failed(error: unknown): void {
    if (isOutage(error)) this.#line.failed(error);
    else this.#log.refused(withoutSecrets(error));
  }

  #periods(budgets: readonly BudgetRequest[]): readonly number[] {
    const serverMs = this.#clock.now() + this.#aheadMs;
    return budgets.map(({ period }) => periodAt(period, serverMs));
  }

  #nextId(): string {
    this.#calls += 1;
    return `${this.#process}.${this.#calls.toString(36)}`;
  }

  async #end(): Promise<void> {
    if (this.#line.isUp) {
      try {
        await this.#deadlines.within(this.#updates.drain());
      } catch {
        // Safe to go on: slots come free by their leases, and money that was set aside counts as spent.
      }
    }
    this.#held.close();
    this.#updates.isOpen = false;
    this.#line.close();
    this.#client.disconnect();
  }
}
