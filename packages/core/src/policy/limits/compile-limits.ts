import { least } from './least.js';
import { readArgumentPath } from '../argument-path.js';
import type { Keys, Origin } from '../rules/origin.js';
import { argumentOf } from '../schema/checks.js';
import type { BudgetSchema, ConcurrencyRuleSchema, KillSwitchSchema, RateLimitSchema, SharedLimitsSchema, TripRuleSchema } from '../schema/limits.schema.js';
import type { RulesSchema, ToolSchema } from '../schema/policy.schema.js';
import { ToolList } from '../tool-list.js';
import { readToolPattern } from '../tool-name.js';
import { LimitIds } from './limit-ids.js';
import type {
  BudgetLimit, LimitDimension, QueueRule, RateLimit, RateRule, SharedLimits, SlotLimit, ToolLimits, TripRule,
} from './limit-rules.js';

/** A limit for some tools; for all without a list. */
export interface ForTools<T> {
  readonly tools: ToolList | undefined;
  readonly limit: T;
}

/** The limits of a whole policy, before it is known which tool is called. */
export interface PolicyLimits {
  readonly rates: readonly ForTools<RateLimit>[];
  readonly budgets: readonly ForTools<BudgetLimit>[];
  readonly slots: readonly ForTools<SlotLimit>[];
  readonly queue: QueueRule | undefined;
  readonly maxCallMicros: number | undefined;
}

/** The limits that one block of `rules.tools` adds. */
export interface BlockLimits {
  readonly rates: readonly RateLimit[];
  readonly slots: readonly SlotLimit[];
  readonly maxCallMicros: number | undefined;
}

const noLimits: ToolLimits = Object.freeze({ rates: [], budgets: [], slots: [], queue: undefined, maxCallMicros: undefined });
const together: readonly LimitDimension[] = Object.freeze([]);

/** @param perTool the entry of `rate_limits.per_tool` that the tool counts against first */
export function limitsFor(tool: string, { rates, budgets, slots, queue, maxCallMicros }: PolicyLimits, blocks: readonly BlockLimits[], perTool: RateLimit | undefined): ToolLimits {
  const own = <T>(all: readonly ForTools<T>[]): T[] => all.filter(({ tools }) => tools === undefined || tools.matches(tool).length > 0).map(({ limit }) => limit);
  const limits: ToolLimits = {
    rates: Object.freeze([...(perTool === undefined ? [] : [perTool]), ...blocks.flatMap((block) => block.rates), ...own(rates)]),
    budgets: Object.freeze(own(budgets)),
    slots: Object.freeze([...blocks.flatMap((block) => block.slots), ...own(slots)]),
    queue,
    maxCallMicros: least([maxCallMicros, ...blocks.map((block) => block.maxCallMicros)]),
  };
  const isEmpty = limits.rates.length + limits.budgets.length + limits.slots.length === 0 && limits.maxCallMicros === undefined;
  return isEmpty ? noLimits : Object.freeze(limits);
}

export function compileLimits(rules: RulesSchema, globalRate: RateRule | undefined, maxCostMicros: number | undefined, origin: Origin): PolicyLimits {
  const { rate_limits: rates, concurrency, budgets = [], resource_limits: resources } = rules;
  const slots = concurrency === undefined || concurrency.enabled === false ? undefined : concurrency;
  if (slots !== undefined && (slots.max_calls ?? undefined) === undefined && (slots.limits ?? []).length === 0 && !(rules.tools ?? []).some(hasSlots)) {
    origin.fault(['rules', 'concurrency'], { message: 'the block limits nothing', expected: 'max_calls or limits' });
  }
  const block: Keys = ['rules', 'concurrency'];
  const isOff = slots?.max_waiting === undefined || (slots.max_waiting === 0 && origin.sameFile([...block, 'max_waiting'], [...block, 'max_wait_seconds']));
  if (slots?.max_wait_seconds !== undefined && isOff) {
    origin.fault(['rules', 'concurrency', 'max_wait_seconds'], { message: 'no call may wait', expected: 'max_waiting of at least 1, or no max_wait_seconds' });
  }
  const [rateIds, budgetIds, slotIds] = [new LimitIds('rules.rate_limits.limits'), new LimitIds('rules.budgets'), new LimitIds('rules.concurrency.limits')];
  const all: ForTools<SlotLimit>[] =
    typeof slots?.max_calls === 'number' ? [{ tools: undefined, limit: Object.freeze({ id: 'rules.concurrency.max_calls', by: together, maxCalls: slots.max_calls }) }] : [];
  return {
    rates: [
      ...(rates === undefined || rates.enabled === false ? [] : (rates.limits ?? []).map((schema, i) => rateLimit(schema, i, origin, rateIds))),
      ...(globalRate === undefined ? [] : [{ tools: undefined, limit: Object.freeze({ id: 'rules.rate_limits.global', by: together, rule: globalRate, countsBlocked: false }) }]),
    ],
    budgets: [
      ...(maxCostMicros === undefined
        ? []
        : [{ tools: undefined, limit: Object.freeze({ id: policyBudgetId, by: together, limitMicros: maxCostMicros, period: 'ever' as const }) }]),
      ...budgets.map((schema, i) => budgetLimit(schema, i, origin, budgetIds)),
    ],
    slots: [...all, ...(slots?.limits ?? []).map((schema, i) => slotLimit(schema, i, origin, slotIds))],
    queue: queueOf(slots?.max_waiting, slots?.max_wait_seconds),
    maxCallMicros: microsOf(resources?.max_call_cost_usd),
  };
}

/** The budget of `resource_limits.max_cost_usd`: what all calls under the policy's name may cost together. */
export const policyBudgetId = 'rules.resource_limits.max_cost_usd';

export function blockLimits(schema: ToolSchema, pattern: string, rule: RateRule | undefined): BlockLimits {
  const id = `rules.tools.${pattern}`;
  const most = schema.resource_limits?.max_concurrent_calls;
  return {
    rates: rule === undefined ? [] : [Object.freeze({ id: `${id}.rate_limit`, by: together, rule, countsBlocked: false })],
    slots: typeof most === 'number' ? [Object.freeze({ id: `${id}.resource_limits.max_concurrent_calls`, by: together, maxCalls: most })] : [],
    maxCallMicros: microsOf(schema.resource_limits?.max_call_cost_usd),
  };
}

export function tripRulesOf(schema: KillSwitchSchema | undefined, origin: Origin): readonly TripRule[] {
  if (schema === undefined || schema.enabled === false) return [];
  return Object.freeze((schema.rules ?? []).map((rule, i) => tripRule(rule, i, origin)));
}

export function sharedLimitsOf(schema: SharedLimitsSchema | undefined): SharedLimits | undefined {
  return (
    schema &&
    Object.freeze({ isRequired: schema.required !== false, whenUnavailable: schema.when_unavailable ?? 'fail_closed', localShare: schema.local_share ?? 0.1 })
  );
}

function rateLimit(schema: RateLimitSchema, index: number, origin: Origin, ids: LimitIds): ForTools<RateLimit> {
  const keys: Keys = ['rules', 'rate_limits', 'limits', index];
  const maxCalls = schema.max_calls ?? 100;
  const windowMs = Math.round((schema.window_seconds ?? 60) * 1000);
  const gcra = schema.algorithm === 'gcra';
  if (schema.burst !== undefined && !gcra) origin.fault([...keys, 'burst'], { message: 'a sliding window has no burst', expected: 'algorithm: gcra, or no burst' });
  if (schema.burst !== undefined && schema.burst > maxCalls) origin.fault([...keys, 'burst'], { message: 'more than max_calls', expected: `at most ${String(maxCalls)}` });
  const rule: RateRule = Object.freeze(gcra ? { maxCalls, windowMs, algorithm: 'gcra', burst: schema.burst ?? maxCalls } : { maxCalls, windowMs });
  return {
    tools: listOf(schema, keys, origin),
    limit: Object.freeze({ id: ids.of(schema, `${String(windowMs / 1000)} s${gcra ? ' gcra' : ''}`), by: dimensionsOf(schema.by, keys, origin), rule, countsBlocked: schema.count_blocked === true }),
  };
}

function budgetLimit(schema: BudgetSchema, index: number, origin: Origin, ids: LimitIds): ForTools<BudgetLimit> {
  const keys: Keys = ['rules', 'budgets', index];
  const period = schema.period ?? 'ever';
  const limitMicros = microsOf(schema.max_usd) ?? 0;
  return {
    tools: listOf(schema, keys, origin),
    limit: Object.freeze({ id: ids.of(schema, period), by: dimensionsOf(schema.by, keys, origin), limitMicros, period }),
  };
}

function slotLimit(schema: ConcurrencyRuleSchema, index: number, origin: Origin, ids: LimitIds): ForTools<SlotLimit> {
  const keys: Keys = ['rules', 'concurrency', 'limits', index];
  return {
    tools: listOf(schema, keys, origin),
    limit: Object.freeze({ id: ids.of(schema), by: dimensionsOf(schema.by, keys, origin), maxCalls: schema.max_calls ?? 1 }),
  };
}

function tripRule(schema: TripRuleSchema, index: number, origin: Origin): TripRule {
  const keys: Keys = ['rules', 'kill_switch', 'rules', index];
  if (schema.max_violations === undefined && schema.on_budget !== true) {
    origin.fault(keys, { message: 'the rule never trips', expected: 'max_violations, or on_budget: true' });
  }
  if (schema.violations?.includes('kill_switch') === true) {
    origin.fault([...keys, 'violations'], { message: 'what the switch itself blocks never counts', expected: 'other types of violations' });
  }
  const id = idOf('rules.kill_switch.rules', schema.name, index);
  return Object.freeze({
    id,
    name: schema.name ?? String(index),
    tools: listOf(schema, keys, origin),
    violations: schema.violations === undefined ? undefined : new Set(schema.violations),
    maxViolations: schema.max_violations,
    windowMs: Math.round((schema.window_seconds ?? 60) * 1000),
    onBudget: schema.on_budget === true,
    scope: schema.scope ?? 'all',
    recoverAfterMs: typeof schema.recover_after_seconds === 'number' ? Math.round(schema.recover_after_seconds * 1000) : undefined,
    trialCalls: schema.trial_calls ?? 1,
  });
}

function listOf({ tools }: { readonly tools?: readonly string[] }, keys: Keys, origin: Origin): ToolList | undefined {
  if (tools?.length === 0) origin.fault([...keys, 'tools'], { message: 'the limit is for no tool', expected: 'a tool, or no list for all' });
  return tools && new ToolList(tools.map((pattern) => readToolPattern(pattern).canonical ?? pattern));
}

function dimensionsOf(words: readonly string[] | undefined, keys: Keys, origin: Origin): readonly LimitDimension[] {
  const by = words ?? [];
  const again = by.findIndex((word, i) => by.indexOf(word) < i);
  if (again >= 0) origin.fault([...keys, 'by', again], { message: 'it stands there twice', expected: 'each value once' });
  return Object.freeze(by.map(dimensionOf));
}

function dimensionOf(word: string): LimitDimension {
  const path = argumentOf(word);
  if (path === undefined) return Object.freeze({ by: word as 'tool' | 'agent' | 'tenant' | 'session' }); // the schema takes no other word
  return Object.freeze({ by: 'argument', path, steps: readArgumentPath(path).steps ?? [] });
}

function idOf(list: string, name: string | undefined, index: number): string {
  return name === undefined ? `${list}[${String(index)}]` : `${list}.${name}`;
}

function queueOf(maxWaiting: number | undefined, seconds = 5): QueueRule | undefined {
  return maxWaiting === undefined || maxWaiting === 0 ? undefined : Object.freeze({ maxWaiting, maxWaitMs: Math.round(seconds * 1000) });
}

function hasSlots({ resource_limits: limits }: ToolSchema): boolean {
  return typeof limits?.max_concurrent_calls === 'number';
}

function microsOf(usd: number | null | undefined): number | undefined {
  return typeof usd === 'number' ? Math.round(usd * 1e6) : undefined;
}
