import type { Policy, RateRule } from '@enforcecore/core';
import { placeText, type Change, type Effect } from './change.js';
import { compareValue } from './compare-values.js';
import { subjectsOf, type Subject } from './tool-subjects.js';

/** Rates by tool, by what they come to: a name goes before a pattern, so that a new entry may allow more calls. */
export function compareRates(before: Policy, after: Policy): readonly Change[] {
  const keys = new Set([before, after].flatMap(({ rates }) => [...(rates?.perTool.keys() ?? [])]));
  const rated: readonly Subject[] = subjectsOf(before, after).filter(({ label }) => keys.has(label));
  return rated.flatMap(({ label, sample }): Change[] => {
    const [was, is] = [rateOf(before, sample), rateOf(after, sample)];
    const change = rateChange(was, is);
    if (change === undefined) return [];
    const way = ['rules', 'rate_limits', 'per_tool', label];
    return [{ effect: change, what: `${rateText(was)} became ${rateText(is)}`, path: `rules.rate_limits.per_tool["${label}"]`, before: placeText(before, way), after: placeText(after, way) }];
  });
}

function rateOf(policy: Policy, tool: string): RateRule | undefined {
  // The rate of a block of rules.tools has another key, and is compared with its block.
  return policy.rulesFor(tool).rates.find(({ key }) => !key.startsWith('tools\0'))?.rule;
}

function rateChange(was: RateRule | undefined, is: RateRule | undefined): Effect | undefined {
  if (was === undefined || is === undefined) return was === is ? undefined : was === undefined ? 'tighter' : 'looser';
  const calls = compareValue('lower', was.maxCalls, is.maxCalls)?.effect;
  const window = compareValue('raise', was.windowMs, is.windowMs)?.effect;
  if (calls === undefined || window === undefined) return calls ?? window;
  return calls === window ? calls : 'different';
}

function rateText(rate: RateRule | undefined): string {
  return rate === undefined ? 'no rate' : `${String(rate.maxCalls)} calls in ${String(rate.windowMs / 1000)} s`;
}
