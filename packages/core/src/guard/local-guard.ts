import { CostLimitError, RateLimitError, ResourceLimitError } from '../errors.js';
import type { Policy } from '../policy/policy.js';
import { containerAccount, policyAccount, type Budget, type CostLedger } from './cost-ledger.js';
import type { Guard, Reservation, ReservationRequest } from './guard.js';
import type { KillSwitch } from './kill-switch.js';
import { usdOf } from './money.js';
import type { RateLimiter, RateRequest } from './rate-limiter.js';

const nothingHeld: Reservation = Object.freeze({ commit: () => undefined, release: () => undefined });

/** The limits of one process: kill switch, budgets and rates, checked and taken in one step that nothing interrupts. */
export class LocalGuard implements Guard {
  readonly killSwitch: KillSwitch;
  readonly ledger: CostLedger;
  readonly limiter: RateLimiter;
  readonly #terms = new WeakMap<Policy, Terms>();

  constructor(killSwitch: KillSwitch, ledger: CostLedger, limiter: RateLimiter) {
    this.killSwitch = killSwitch;
    this.ledger = ledger;
    this.limiter = limiter;
  }

  reserve(request: ReservationRequest): Reservation {
    const { policy, costMicros, budgetMicros } = request;
    if (this.killSwitch.isTripped) this.#killed(request);
    const { accounts, own, rates: known } = this.#termsOf(policy);
    const rates = known(request.call.tool);
    const budgets = budgetMicros === undefined ? own : [...own, { account: containerAccount, limitMicros: budgetMicros }];
    if (rates.length === 0 && costMicros === 0 && budgets.length === 0) return nothingHeld;
    const short = this.ledger.reserve(accounts, budgets, costMicros);
    if (short !== undefined) this.#tooDear(request, short);
    const full = this.limiter.acquire(rates, request.now);
    if (full !== undefined) {
      this.ledger.release(accounts, costMicros);
      this.#tooMany(request, full);
    }
    return {
      commit: () => {
        this.ledger.settle(accounts, costMicros);
      },
      release: () => {
        this.ledger.release(accounts, costMicros);
        this.limiter.release(rates, request.now);
      },
    };
  }

  #termsOf(policy: Policy): Terms {
    let terms = this.#terms.get(policy);
    if (terms === undefined) {
      terms = termsOf(policy);
      this.#terms.set(policy, terms);
    }
    return terms;
  }

  #killed({ call, policy }: ReservationRequest): never {
    const reason = `the kill switch is tripped: ${this.killSwitch.reason ?? ''}`;
    throw new ResourceLimitError('KILL_SWITCH', {
      toolName: call.tool,
      policyName: policy.name,
      violationType: 'kill_switch',
      reason,
    });
  }

  #tooDear({ call, policy, costMicros }: ReservationRequest, short: Budget & { spentMicros: number }): never {
    const whose = short.account === containerAccount ? 'the container' : `policy "${policy.name}"`;
    const budgetUsd = usdOf(short.limitMicros);
    const spentUsd = usdOf(short.spentMicros);
    throw new CostLimitError({
      toolName: call.tool,
      policyName: policy.name,
      budgetUsd,
      spentUsd,
      reason: `a cost of ${dollars(usdOf(costMicros))} does not fit the budget of ${whose}: ${dollars(spentUsd)} of ${dollars(budgetUsd)} are spent or reserved`,
    });
  }

  #tooMany({ call, policy }: ReservationRequest, full: RateRequest & { retryAfterMs: number }): never {
    const { maxCalls, windowMs } = full.rule;
    const seconds = windowMs / 1_000;
    const what = full.key.endsWith(globalKey) ? 'all tools together' : `"${call.tool}"`;
    throw new RateLimitError({
      toolName: call.tool,
      policyName: policy.name,
      maxCalls,
      windowSeconds: seconds,
      retryAfterMs: full.retryAfterMs,
      reason: `over ${String(maxCalls)} calls of ${what} in ${String(seconds)} s; try again in ${String(Math.ceil(full.retryAfterMs))} ms`,
    });
  }
}

const globalKey = '\0global';

/** What one policy asks of the limits, worked out once for it and for each of its tools. */
interface Terms {
  readonly accounts: readonly string[];
  readonly own: readonly Budget[];
  readonly rates: (tool: string) => readonly RateRequest[];
}

function termsOf(policy: Policy): Terms {
  const account = policyAccount(policy.name);
  const byTool = new Map<string, readonly RateRequest[]>();
  return {
    accounts: [account, containerAccount],
    own: policy.maxCostMicros === undefined ? [] : [{ account, limitMicros: policy.maxCostMicros }],
    rates: (tool) => {
      const known = byTool.get(tool);
      if (known !== undefined) return known;
      // Names come from models: a bound keeps a stream of invented ones from filling the memory.
      if (byTool.size >= 4_096) byTool.clear();
      const rates = ratesFor(policy, tool);
      byTool.set(tool, rates);
      return rates;
    },
  };
}

/** INVARIANT: keys start with the policy's name, so that a reloaded policy finds the calls already made under it. */
function ratesFor(policy: Policy, tool: string): readonly RateRequest[] {
  const requests: RateRequest[] = [];
  for (const { key, rule } of policy.rulesFor(tool).rates) requests.push({ key: `${policy.name}\0tool\0${key}`, rule });
  const global = policy.rates?.global;
  if (global !== undefined) requests.push({ key: `${policy.name}${globalKey}`, rule: global });
  return requests;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(6).replace(/0{1,4}$/, '')}`;
}
