import type { Policy, RateRule, Settings } from '@enforcecore/core';

export interface Rate extends RateRule {
  /** The tool or glob whose calls count together; `null` for all tools. */
  readonly key: string | null;
}

/** The limits that a call of one tool meets. */
export interface Limits {
  readonly timeMs: number | null;
  readonly costUsd: number | null;
  /** Budget of all policies together, from the settings. */
  readonly totalCostUsd: number | null;
  readonly outputBytes: number | null;
  readonly rates: readonly Rate[];
}

export function limitsOf(policy: Policy, tool: string, settings: Settings): Limits {
  const { rates, maxDurationMs, maxOutput } = policy.rulesFor(tool);
  const all = policy.rates?.global;
  return {
    timeMs: maxDurationMs ?? null,
    costUsd: policy.maxCostMicros === undefined ? null : policy.maxCostMicros / 1e6,
    totalCostUsd: settings.costBudgetUsd ?? null,
    outputBytes: maxOutput?.value ?? null,
    rates: [...rates.map(({ key, rule }) => ({ key: key.replace('tools\0', ''), ...rule })), ...(all === undefined ? [] : [{ key: null, ...all }])],
  };
}
