import type { LimitRefusal, LimitRequest } from '@enforcecore/core';
import { leaseUs, type CallKeys } from './call-keys.js';
import { periodUnits } from './period.js';
import type { Spending } from './spending.js';

export function takeKeys({ marker, rates, accounts, slots }: CallKeys): string[] {
  const keys = [marker];
  for (const { key } of rates) keys.push(key);
  for (const { account, holds } of accounts) keys.push(account, holds);
  keys.push(...slots);
  return keys;
}

/** As lua/take.ts reads them. With each account goes what this process has spent there, for a server that has lost it. */
export function takeArguments(request: LimitRequest, { id, rates, accounts }: CallKeys, spending: Spending, nowMs: number): (string | number)[] {
  const { budgets, slots, costMicros, leaseMs } = request;
  const args: (string | number)[] = [id, leaseUs(leaseMs), costMicros, rates.length, budgets.length, slots.length];
  for (const { isGcra, max, length, countsBlocked } of rates) args.push(isGcra ? 1 : 0, max, length, countsBlocked ? 1 : 0);
  budgets.forEach(({ limitMicros = -1, period }, i) => {
    const entry = spending.of(accounts[i]?.account ?? '', nowMs);
    args.push(limitMicros, periodUnits[period], entry?.field ?? '', entry?.period ?? 0, entry?.own ?? 0);
  });
  for (const { maxCalls } of slots) args.push(maxCalls);
  return args;
}

/** What the script answered. */
export type TakeAnswer =
  | { readonly kind: 'granted'; readonly serverMs: number; readonly periods: readonly number[] }
  | { readonly kind: 'refused'; readonly refusal: LimitRefusal }
  | { readonly kind: 'overtaken' };

/** @throws Error for what is no answer of the script: then nothing is allowed. */
export function readAnswer(reply: unknown, budgets: number): TakeAnswer {
  const numbers = Array.isArray(reply) ? reply.map(Number) : [];
  const [kind = Number.NaN, first = Number.NaN, second = Number.NaN] = numbers;
  if (numbers.every(Number.isFinite)) {
    if (kind === -1) return { kind: 'overtaken' };
    if (kind === 1 && numbers.length === 2 + budgets) return { kind: 'granted', serverMs: first / 1_000, periods: numbers.slice(2) };
    if (kind === 2 && numbers.length === 3) return refused({ refused: 'rate', index: first, retryAfterMs: second / 1_000 });
    if (kind === 3 && numbers.length === 3) return refused({ refused: 'budget', index: first, heldMicros: second });
    if (kind === 4 && numbers.length === 2) return refused({ refused: 'slot', index: first });
  }
  throw new Error('the answer is none of the script: is something between this process and the server?');
}

function refused(refusal: LimitRefusal): TakeAnswer {
  return { kind: 'refused', refusal };
}
