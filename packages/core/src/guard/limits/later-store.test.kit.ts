import { setImmediate } from 'node:timers/promises';
import type { BudgetRequest, LimitHold, LimitRefusal, LimitRequest, LimitStore, RateRequest } from './limit-store.js';
import { MemoryLimitStore } from './memory-limit-store.js';

/** A store that answers later, as one on a server does, and may say nothing of slots that came free. */
export class LaterStore implements LimitStore {
  readonly name = 'LaterStore';
  readonly isShared = true;
  readonly inner = new MemoryLimitStore();
  readonly requests: LimitRequest[] = [];

  async take(request: LimitRequest): Promise<LimitHold | LimitRefusal> {
    this.requests.push(request);
    await setImmediate();
    return this.inner.take(request);
  }

  async count(rates: readonly RateRequest[], now: number): Promise<void> {
    await setImmediate();
    this.inner.count(rates, now);
  }

  async spend(accounts: readonly BudgetRequest[], costMicros: number, wallMs: number): Promise<void> {
    await setImmediate();
    this.inner.spend(accounts, costMicros, wallMs);
  }

  async spent(account: BudgetRequest, wallMs: number): Promise<number> {
    await setImmediate();
    return this.inner.spent(account, wallMs);
  }
}
