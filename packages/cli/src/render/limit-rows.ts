import type { Limits, Rate } from '../limits.js';
import { bytesText, counted, durationText } from './amounts.js';
import { plainText } from './plain-text.js';

/** One row a limit, for a table; what is not limited is said too. */
export function limitRows({ timeMs, costUsd, totalCostUsd, outputBytes, rates }: Limits): readonly (readonly string[])[] {
  const costs = [
    ...(costUsd === null ? [] : [`$${String(costUsd)} by this policy`]),
    ...(totalCostUsd === null ? [] : [`$${String(totalCostUsd)} by all policies together`]),
  ];
  return [
    ['time', timeMs === null ? 'no limit' : `${durationText(timeMs)} a call`],
    ['cost', costs.length === 0 ? 'no limit' : costs.join(', ')],
    ['rate', rates.length === 0 ? 'no limit' : rates.map(rateText).join('; ')],
    ['output', outputBytes === null ? 'no limit' : bytesText(outputBytes)],
  ];
}

function rateText({ key, maxCalls, windowMs }: Rate): string {
  const whose = key === null ? 'all tools together' : `"${plainText(key)}"`;
  return `${counted(maxCalls, 'call')} of ${whose} in ${durationText(windowMs)}`;
}
