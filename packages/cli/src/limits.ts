import type { LimitDimension, Policy, RateRule, Settings } from '@enforcecore/core';

export interface Rate extends RateRule {
  /** The tool or glob whose calls count together; `null` for all tools. */
  readonly key: string | null;
  /** What its calls are counted by; left out where all are counted together. */
  readonly by?: readonly string[];
}

/** The limits that a call of one tool meets. */
export interface Limits {
  readonly timeMs: number | null;
  readonly costUsd: number | null;
  /** Budget of all policies together, from the settings. */
  readonly totalCostUsd: number | null;
  readonly outputBytes: number | null;
  readonly rates: readonly Rate[];
  readonly callCostUsd: number | null;
  readonly budgets: readonly { readonly limit: string; readonly usd: number; readonly period: string; readonly by: readonly string[] }[];
  /** Calls at the same time. */
  readonly concurrency: readonly { readonly limit: string; readonly maxCalls: number; readonly by: readonly string[] }[];
  /** Where the tool has to run. */
  readonly sandbox: string;
}

export function limitsOf(policy: Policy, tool: string, settings: Settings): Limits {
  const { maxDurationMs, maxOutput, limits, sandbox } = policy.rulesFor(tool);
  return {
    timeMs: maxDurationMs ?? null,
    costUsd: policy.maxCostMicros === undefined ? null : policy.maxCostMicros / 1e6,
    totalCostUsd: settings.costBudgetUsd ?? null,
    outputBytes: maxOutput?.value ?? null,
    rates: limits.rates.map(({ id, by, rule }) => ({ key: rateKey(id), ...(by.length === 0 ? {} : { by: words(by) }), ...rule })),
    callCostUsd: limits.maxCallMicros === undefined ? null : limits.maxCallMicros / 1e6,
    budgets: limits.budgets.filter(({ id }) => id !== wholeBudget).map(({ id, limitMicros, period, by }) => ({ limit: short(id), usd: limitMicros / 1e6, period, by: words(by) })),
    concurrency: limits.slots.map(({ id, maxCalls, by }) => ({ limit: short(id), maxCalls, by: words(by) })),
    sandbox: sandbox?.level ?? 'inline',
  };
}

/** It is `costUsd`. */
const wholeBudget = 'rules.resource_limits.max_cost_usd';

/** The tool or pattern whose calls count together, the name of a limit, or nothing for the limit of all tools. */
function rateKey(id: string): string | null {
  if (id === 'rules.rate_limits.global') return null;
  return id.replace(/^rules\.rate_limits\.(?:per_tool|limits)\.?/, '').replace(/^rules\.tools\.(.*)\.rate_limit$/, '$1');
}

function short(id: string): string {
  return id.replace(/^rules\./, '');
}

function words(by: readonly LimitDimension[]): readonly string[] {
  return by.map((dimension) => (dimension.by === 'argument' ? `args${dimension.path.startsWith('[') ? '' : '.'}${dimension.path}` : dimension.by));
}
