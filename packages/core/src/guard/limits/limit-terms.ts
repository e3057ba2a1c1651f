import type { Call } from '../../call.js';
import type { BudgetLimit, LimitDimension, QueueRule, RateLimit, SlotLimit, ToolLimits } from '../../policy/limits/limit-rules.js';
import { policyBudgetId } from '../../policy/limits/compile-limits.js';
import type { Policy } from '../../policy/policy.js';
import type { Reservation } from '../guard.js';
import { containerAccount, policyAccount } from './cost-ledger.js';
import { limitKeys, limitPrefix } from './limit-keys.js';
import type { BudgetRequest, RateRequest, SlotRequest } from './limit-store.js';

export interface LimitedRate extends RateRequest {
  readonly limit: RateLimit;
}

export interface LimitedBudget extends BudgetRequest {
  /** `undefined` for the container's budget, and for accounts that are only kept. */
  readonly limit: BudgetLimit | undefined;
}

export interface LimitedSlot extends SlotRequest {
  readonly limit: SlotLimit;
}

/** What one call needs of the limits. */
export interface Wants {
  readonly rates: readonly LimitedRate[];
  /** Budgets with a limit. */
  readonly budgets: readonly LimitedBudget[];
  /** These, and the accounts that are only kept: everything that the call's money is counted in. */
  readonly accounts: readonly LimitedBudget[];
  readonly slots: readonly LimitedSlot[];
}

/** Part of what a call needs: known beforehand, or only from the call. */
type Part<R> = readonly R[] | ((call: Call, firstWillDo: boolean) => readonly R[]);

/** What one policy asks for one tool, worked out once. */
export class LimitTerms {
  readonly budgetMicros: number | undefined;
  readonly maxCallMicros: number | undefined;
  readonly queue: QueueRule | undefined;
  readonly maxDurationMs: number | undefined;
  /** Whether nothing has to be asked: no rate, no budget, no slot. */
  readonly isUnlimited: boolean;
  readonly countsBlocked: boolean;
  /** Whether the time of day matters. */
  readonly hasPeriods: boolean;
  /** Of an unlimited tool: where its money is counted all the same. */
  readonly accounts: readonly LimitedBudget[];
  /** Of an unlimited tool: what its calls hold. One for all of them, made by the guard. */
  nothingHeld: Reservation | undefined;
  readonly #wants: Wants | undefined;
  readonly #rates: readonly Part<LimitedRate>[];
  readonly #budgets: readonly Part<LimitedBudget>[];
  readonly #slots: readonly Part<LimitedSlot>[];
  readonly #kept: readonly LimitedBudget[];

  constructor(policy: Policy, tool: string, budgetMicros: number | undefined) {
    const { limits, maxDurationMs } = policy.rulesFor(tool);
    this.budgetMicros = budgetMicros;
    this.maxCallMicros = limits.maxCallMicros;
    this.queue = limits.slots.length === 0 ? undefined : limits.queue;
    this.maxDurationMs = maxDurationMs;
    this.isUnlimited = limits.rates.length + limits.budgets.length + limits.slots.length === 0 && budgetMicros === undefined;
    this.countsBlocked = limits.rates.some(({ countsBlocked }) => countsBlocked);
    this.hasPeriods = limits.budgets.some(({ period }) => period !== 'ever');
    this.#rates = limits.rates.map((limit) => {
      const { rule, countsBlocked } = limit;
      return partOf(policy, limit, (key, pool) => ({ key, pool, rule, countsBlocked, limit }), `${rule.algorithm ?? 'window'} ${String(rule.windowMs)}`);
    });
    this.#budgets = limits.budgets.map((limit) => budgetPart(policy, limit));
    this.#slots = limits.slots.map((limit) => partOf<LimitedSlot>(policy, limit, (key) => ({ key, maxCalls: limit.maxCalls, limit })));
    if (budgetMicros !== undefined) this.#budgets = [...this.#budgets, [account(containerAccount, budgetMicros)]];
    this.#kept = keptAccounts(policy, limits, budgetMicros);
    const isStatic = [...this.#rates, ...this.#budgets, ...this.#slots].every((part) => typeof part !== 'function');
    this.accounts = this.#kept;
    this.#wants = isStatic ? this.#make(undefined) : undefined;
  }

  /** @throws TooManyValuesError for a call with too many values that calls are counted by, unless the first will do. */
  wantsOf(call: Call, firstWillDo = false): Wants {
    return this.#wants ?? this.#make(call, firstWillDo);
  }

  /** What a call that was blocked counts in: whatever it came with, so that no flood of values hides it. */
  attemptsOf(call: Call): readonly LimitedRate[] {
    return this.countsBlocked ? this.wantsOf(call, true).rates.filter(({ countsBlocked }) => countsBlocked) : [];
  }

  #make(call: Call | undefined, firstWillDo = false): Wants {
    const budgets = resolve(this.#budgets, call, firstWillDo);
    return Object.freeze({
      rates: resolve(this.#rates, call, firstWillDo),
      budgets,
      accounts: Object.freeze([...budgets, ...this.#kept]),
      slots: resolve(this.#slots, call, firstWillDo),
    });
  }
}

/** @param make given the key, and the limit that the key is one of */
function partOf<R>(policy: Policy, { id, by }: { readonly id: string; readonly by: readonly LimitDimension[] }, make: (key: string, pool: string) => R, over?: string): Part<R> {
  const prefix = limitPrefix(policy.name, id, by, over);
  if (by.length === 0) return Object.freeze([Object.freeze(make(prefix, prefix))]);
  return (call, firstWillDo) => limitKeys(prefix, by, call, firstWillDo).map((key) => make(key, prefix));
}

function budgetPart(policy: Policy, limit: BudgetLimit): Part<LimitedBudget> {
  const { limitMicros, period } = limit;
  // `recordCost` and webhooks know this one by the policy's name.
  if (limit.id === policyBudgetId) return [Object.freeze({ account: policyAccount(policy.name), limitMicros, period, limit })];
  return partOf(policy, limit, (key, pool) => ({ account: key, pool, limitMicros, period, limit }), period === 'ever' ? undefined : period);
}

/** What every call's money is counted in, whether or not it has a limit there. */
function keptAccounts(policy: Policy, { budgets }: ToolLimits, budgetMicros: number | undefined): readonly LimitedBudget[] {
  const own = budgets.some(({ id }) => id === policyBudgetId) ? [] : [account(policyAccount(policy.name), undefined)];
  return budgetMicros === undefined ? [...own, account(containerAccount, undefined)] : own;
}

function account(name: string, limitMicros: number | undefined): LimitedBudget {
  return Object.freeze({ account: name, limitMicros, period: 'ever', limit: undefined });
}

function resolve<R>(parts: readonly Part<R>[], call: Call | undefined, firstWillDo: boolean): readonly R[] {
  return Object.freeze(parts.flatMap((part) => (typeof part !== 'function' ? part : call === undefined ? [] : part(call, firstWillDo))));
}
