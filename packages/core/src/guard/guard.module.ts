import type { DefaultBinding } from '../container/enforce-container.js';
import { CostLedger } from './cost-ledger.js';
import { Guard } from './guard.js';
import { KillSwitch } from './kill-switch.js';
import { LocalGuard } from './local-guard.js';
import { RateLimiter } from './rate-limiter.js';
import { Tripwire } from './tripwire.js';
import { RuleTripwire } from './rule-tripwire.js';

/** The guard is made from its parts, which hold the state: replacing one of them keeps what the others have counted. */
const parts: [typeof KillSwitch, typeof CostLedger, typeof RateLimiter] = [KillSwitch, CostLedger, RateLimiter];

export const guardModule: readonly DefaultBinding[] = [
  { token: KillSwitch, madeFrom: [], bind: (bind) => bind(KillSwitch).toResolvedValue(() => new KillSwitch()) },
  { token: CostLedger, madeFrom: [], bind: (bind) => bind(CostLedger).toResolvedValue(() => new CostLedger()) },
  { token: RateLimiter, madeFrom: [], bind: (bind) => bind(RateLimiter).toResolvedValue(() => new RateLimiter()) },
  { token: Tripwire, madeFrom: [KillSwitch], bind: (bind) => bind(Tripwire).toResolvedValue((killSwitch) => new RuleTripwire(killSwitch), [KillSwitch]) },
  {
    token: Guard,
    madeFrom: parts,
    bind: (bind) =>
      bind(Guard).toResolvedValue((killSwitch, ledger, limiter) => new LocalGuard(killSwitch, ledger, limiter), parts),
  },
];
