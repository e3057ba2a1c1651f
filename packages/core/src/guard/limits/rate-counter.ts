import type { RateRule } from '../../policy/limits/limit-rules.js';

/** What is remembered of the calls under one key. */
export interface RateCounter {
  /** Milliseconds until one more call fits; 0 when it does now. */
  wait(rule: RateRule, now: number): number;
  /** Counts a call, whether or not there is room. */
  take(rule: RateRule, now: number): void;
  /** Forgets a call that was counted at `takenAt`, where that is still known. */
  giveBack(rule: RateRule, takenAt: number): void;
  /** Calls after `since`. */
  count(since: number): number;
  /** Whether a new counter in its place would answer the same. */
  isIdle(now: number): boolean;
}

/** The time from `now` until `at`, never too short: `now` and the answer add up to no less than `at`. */
export function waitUntil(at: number, now: number): number {
  if (at <= now) return 0;
  const wait = at - now;
  // A difference is rounded, and may be rounded down.
  return now + wait >= at ? wait : wait + at * 2 ** -51;
}
