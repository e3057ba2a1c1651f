import { LimitGuard, MemoryLimitStore, Policy, RateLimiter, SystemClock, type Call, type Logger } from '@enforcecore/core';
import { mustHold, type Bench, type Row } from '../row.js';
import { rotate } from '../texts.js';

/** The limits alone; the time is handed in, as the reserve room does. */
export const guardRows: readonly Row[] = [
  {
    name: 'guard_overhead',
    about: 'reserve() and commit() one call: the policy\'s budget and the container\'s, in a store in memory',
    batch: 100,
    target: { p50: 0.3 },
    prepare: reservations,
  },
  {
    name: 'rate_limiter',
    about: 'acquire() on one of 16 sliding windows of 100 calls a minute, each 60 % full',
    batch: 100,
    target: { p50: 0.15 },
    prepare: acquisitions,
  },
];

const silent: Logger = { log: () => undefined };

function reservations(): Bench {
  const guard = new LimitGuard(new MemoryLimitStore(), new SystemClock(), silent);
  const policy = Policy.from({ name: 'bench', rules: { resource_limits: { max_cost_usd: 1_000_000_000 } } });
  // The guard reads the tool's name and the call's id only.
  const call = rotate((n) => ({ tool: `tool_${String(n)}`, id: `call-${String(n)}` }) as Call);
  return {
    kind: 'sync',
    run: (i) => {
      const reservation = guard.reserve({ call: call(i), policy, costMicros: 100, budgetMicros: 9e14, now: i, canWait: false });
      if (reservation instanceof Promise) throw new Error('the store in memory answers at once');
      reservation.commit();
      return reservation;
    },
  };
}

function acquisitions(): Bench {
  const limiter = new RateLimiter();
  const rule = { maxCalls: 100, windowMs: 60_000 };
  const requests = rotate((n) => [{ key: `bench\0tool\0tool_${String(n)}`, rule }]);
  // 16 windows take turns: one call a second in each of them.
  let now = 0;
  const acquire = (i: number): unknown => limiter.acquire(requests(i), (now += 62.5));
  for (let i = 0; i < 16 * 70; i += 1) mustHold(acquire(i) === undefined, 'no window is full');
  mustHold(limiter.usage('bench\0tool\0tool_10', 60_000, now) > 55, 'the windows are in use');
  return { kind: 'sync', run: acquire };
}
