import { ConcurrencyLimitError, CostLimitError, RateLimitError, type EnforcementViolation } from '../../errors.js';
import type { LimitDimension } from '../../policy/limits/limit-rules.js';
import { containerAccount, policyAccount } from './cost-ledger.js';
import type { ReservationRequest } from '../guard.js';
import { nameOf } from './limit-keys.js';
import type { LimitRefusal } from './limit-store.js';
import type { LimitedBudget, LimitedRate, LimitedSlot, Wants } from './limit-terms.js';
import { usdOf } from '../cost/money.js';

/** The error of a call that did not fit. It names limits and what they are counted by, never a value (L9). */
export function refusalError(request: ReservationRequest, wants: Wants, refusal: LimitRefusal, waitedMs?: number): EnforcementViolation {
  const { index } = refusal;
  switch (refusal.refused) {
    case 'rate':
      return tooMany(request, wants.rates[index], refusal.retryAfterMs);
    case 'budget':
      // An index that was not asked about is a store's mistake; the call is refused all the same.
      return tooDear(request, wants.accounts[index], refusal.heldMicros);
    case 'slot':
      return tooFull(request, wants.slots[index], waitedMs);
  }
}

/** More than one call may cost, whatever is left of the budgets. */
export function tooDearForOne({ call, policy, costMicros }: ReservationRequest, maxMicros: number): CostLimitError {
  return new CostLimitError({
    toolName: call.tool,
    policyName: policy.name,
    budgetUsd: usdOf(maxMicros),
    spentUsd: 0,
    reason: `a cost of ${dollars(costMicros)} is more than the ${dollars(maxMicros)} that one call may cost (max_call_cost_usd)`,
  });
}

/** All slots are held by the calls around this one, which wait for it. */
export function waitsForItself({ call, policy }: ReservationRequest, slot: LimitedSlot): ConcurrencyLimitError {
  return new ConcurrencyLimitError({
    toolName: call.tool,
    policyName: policy.name,
    maxCalls: slot.maxCalls,
    waitedMs: 0,
    reason: `the calls that this one is made in hold every slot of ${limitName(slot)}, so it would wait for itself; allow more calls, or limit the inner tool by itself`,
  });
}

function tooMany({ call, policy }: ReservationRequest, rate: LimitedRate | undefined, retryAfterMs: number): RateLimitError {
  const { maxCalls = 0, windowMs = 0 } = rate?.rule ?? {};
  const seconds = windowMs / 1_000;
  return new RateLimitError({
    toolName: call.tool,
    policyName: policy.name,
    maxCalls,
    windowSeconds: seconds,
    retryAfterMs,
    reason: `over ${String(maxCalls)} calls in ${String(seconds)} s under ${limitName(rate)}; try again in ${String(Math.ceil(retryAfterMs))} ms`,
  });
}

function tooDear({ call, policy, costMicros }: ReservationRequest, budget: LimitedBudget | undefined, heldMicros: number): CostLimitError {
  const limitMicros = budget?.limitMicros ?? 0;
  return new CostLimitError({
    toolName: call.tool,
    policyName: policy.name,
    budgetUsd: usdOf(limitMicros),
    spentUsd: usdOf(heldMicros),
    reason: `a cost of ${dollars(costMicros)} does not fit the budget of ${whose(budget, policy.name)}: ${dollars(heldMicros)} of ${dollars(limitMicros)} are spent or reserved`,
  });
}

function tooFull({ call, policy }: ReservationRequest, slot: LimitedSlot | undefined, waitedMs: number | undefined): ConcurrencyLimitError {
  const maxCalls = slot?.maxCalls ?? 0;
  const how = waitedMs === undefined ? '' : `, after ${String(Math.round(waitedMs))} ms of waiting`;
  return new ConcurrencyLimitError({
    toolName: call.tool,
    policyName: policy.name,
    maxCalls,
    waitedMs: waitedMs ?? 0,
    reason: `${String(maxCalls)} calls run at the same time under ${limitName(slot)}${how}; try again when one has ended`,
  });
}

function whose(budget: LimitedBudget | undefined, policyName: string): string {
  if (budget?.account === containerAccount) return 'the container';
  if (budget === undefined || budget.account === policyAccount(policyName)) return `policy "${policyName}"`;
  return budget.period === 'ever' ? limitName(budget) : `${limitName(budget)} in one ${budget.period}`;
}

/** A limit's place in the policy, without the `rules.` that all of them begin with, and what it is counted by. */
function limitName(limited: { readonly limit: { readonly id: string; readonly by: readonly LimitDimension[] } | undefined } | undefined): string {
  const limit = limited?.limit;
  if (limit === undefined) return 'a limit of the store';
  const id = limit.id.replace(/^rules\./, '');
  // An unnamed limit is called by what it says.
  return limit.by.length === 0 || id.endsWith(']') ? id : `${id}, counted by ${limit.by.map(nameOf).join(', ')}`;
}

function dollars(micros: number): string {
  return `$${usdOf(micros).toFixed(6).replace(/0{1,4}$/, '')}`;
}
