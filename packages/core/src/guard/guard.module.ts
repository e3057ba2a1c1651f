import { Logger } from '../logging/logger.js';
import { Clock } from '../time/clock.js';
import { Settings } from '../settings/settings.js';
import type { DefaultBinding } from '../container/enforce-container.js';
import { CostLedger } from './limits/cost-ledger.js';
import { Guard } from './guard.js';
import { KillSwitch } from './kill-switch/kill-switch.js';
import { LimitGuard } from './limits/limit-guard.js';
import { LimitStore } from './limits/limit-store.js';
import { MemoryLimitStore } from './limits/memory-limit-store.js';
import { FixedPrices, noPrices, PriceTable } from './cost/prices.js';
import { RateLimiter } from './limits/rate-limiter.js';
import { Tripwire } from './kill-switch/tripwire.js';
import { RuleTripwire } from './kill-switch/rule-tripwire.js';

/** The guard is made from its parts, which hold the state: replacing one of them keeps what the others have counted. */
const parts: [typeof LimitStore, typeof Clock, typeof Logger] = [LimitStore, Clock, Logger];
const counters: [typeof CostLedger, typeof RateLimiter] = [CostLedger, RateLimiter];

export const guardModule: readonly DefaultBinding[] = [
  {
    token: PriceTable,
    madeFrom: [Settings],
    bind: (bind) => bind(PriceTable).toResolvedValue(({ priceFile }) => (priceFile === undefined ? noPrices : FixedPrices.fromFile(priceFile)), [Settings]),
  },
  {
    token: KillSwitch,
    // Not made anew with another clock: what is tripped stays tripped.
    madeFrom: [],
    bind: (bind) =>
      bind(KillSwitch).toDynamicValue((context) => new KillSwitch({ now: () => context.get(Clock).now(), monotonic: () => context.get(Clock).monotonic() })),
  },
  { token: CostLedger, madeFrom: [], bind: (bind) => bind(CostLedger).toResolvedValue(() => new CostLedger()) },
  { token: RateLimiter, madeFrom: [], bind: (bind) => bind(RateLimiter).toResolvedValue(() => new RateLimiter()) },
  { token: Tripwire, madeFrom: [KillSwitch], bind: (bind) => bind(Tripwire).toResolvedValue((killSwitch) => new RuleTripwire(killSwitch), [KillSwitch]) },
  {
    token: LimitStore,
    madeFrom: counters,
    bind: (bind) => bind(LimitStore).toResolvedValue((ledger, limiter) => new MemoryLimitStore(ledger, limiter), counters),
  },
  { token: Guard, madeFrom: parts, bind: (bind) => bind(Guard).toResolvedValue((store, clock, logger) => new LimitGuard(store, clock, logger), parts) },
];
