import type { Limits, Rate } from '../limits.js';
import { bytesText, counted, durationText } from './amounts.js';
import { plainText } from './plain-text.js';

/** One row a limit, for a table; what is not limited is said too. */
export function limitRows({ timeMs, costUsd, totalCostUsd, callCostUsd, budgets, concurrency, sandbox, outputBytes, rates }: Limits): readonly (readonly string[])[] {
  const costs = [
    ...(costUsd === null ? [] : [`$${String(costUsd)} by this policy`]),
    ...(callCostUsd === null ? [] : [`$${String(callCostUsd)} a call`]),
    ...budgets.map(({ limit, usd, period, by }) => `$${String(usd)} ${period === 'ever' ? 'in all' : `a ${period}`}${forEach(by)} (${plainText(limit)})`),
    ...(totalCostUsd === null ? [] : [`$${String(totalCostUsd)} by all policies together`]),
  ];
  return [
    ['time', timeMs === null ? 'no limit' : `${durationText(timeMs)} a call`],
    ['cost', costs.length === 0 ? 'no limit' : costs.join(', ')],
    ['rate', rates.length === 0 ? 'no limit' : rates.map(rateText).join('; ')],
    ...(concurrency.length === 0 ? [] : [['at once', concurrency.map(({ limit, maxCalls, by }) => `${counted(maxCalls, 'call')}${forEach(by)} (${plainText(limit)})`).join('; ')]]),
    ...(sandbox === 'inline' ? [] : [['sandbox', sandbox]]),
    ['output', outputBytes === null ? 'no limit' : bytesText(outputBytes)],
  ];
}

function forEach(by: readonly string[]): string {
  return by.length === 0 ? '' : ` for each ${by.map(plainText).join(' and ')}`;
}

function rateText({ key, by = [], maxCalls, windowMs }: Rate): string {
  if (by.length > 0) return `${counted(maxCalls, 'call')}${forEach(by)} in ${durationText(windowMs)} (${plainText(key ?? '')})`;
  const whose = key === null ? 'all tools together' : `"${plainText(key)}"`;
  return `${counted(maxCalls, 'call')} of ${whose} in ${durationText(windowMs)}`;
}
