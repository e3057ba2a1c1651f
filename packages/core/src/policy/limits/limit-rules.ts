import type { ToolList } from '../tool-list.js';
import type { PathStep } from '../argument-path.js';

/** What the calls under a limit are counted by. One counter for each combination of values; calls without a value share one. */
export type LimitDimension =
  | { readonly by: 'tool' | 'agent' | 'tenant' | 'session' }
  | { readonly by: 'argument'; readonly path: string; readonly steps: readonly PathStep[] };

/** A number of calls in a time. */
export interface RateRule {
  readonly maxCalls: number;
  readonly windowMs: number;
  /** `gcra`: calls spread evenly over the window, `burst` of them at once. Without it, a sliding window. */
  readonly algorithm?: 'gcra';
  /** Calls that may come at once under `gcra`; 1 to `maxCalls`. */
  readonly burst?: number;
}

export interface RateLimit {
  /** Where the policy says so, as in entries: `rules.rate_limits.limits.per-customer`, or `rules.rate_limits.limits[look_up; by tenant; 60 s]` without a name. */
  readonly id: string;
  readonly by: readonly LimitDimension[];
  readonly rule: RateRule;
  /** Whether calls that were blocked, by whatever rule, count too. */
  readonly countsBlocked: boolean;
}

/** The time over which money adds up, in UTC; `ever`: as long as the store lives. */
export type BudgetPeriod = 'ever' | 'hour' | 'day' | 'month';

export interface BudgetLimit {
  readonly id: string;
  readonly by: readonly LimitDimension[];
  readonly limitMicros: number;
  readonly period: BudgetPeriod;
}

/** Calls at the same time. */
export interface SlotLimit {
  readonly id: string;
  readonly by: readonly LimitDimension[];
  readonly maxCalls: number;
}

/** How calls wait for a slot; without it they are refused at once. */
export interface QueueRule {
  /** Calls that may wait in this process for slots under one key; the next one is refused. */
  readonly maxWaiting: number;
  readonly maxWaitMs: number;
}

/** Every limit of one tool, ready to be counted. INVARIANT: frozen, one object for a policy and a tool. */
export interface ToolLimits {
  readonly rates: readonly RateLimit[];
  readonly budgets: readonly BudgetLimit[];
  readonly slots: readonly SlotLimit[];
  readonly queue: QueueRule | undefined;
  /** The most that one call may cost. */
  readonly maxCallMicros: number | undefined;
}

/** When the kill switch trips by itself. */
export interface TripRule {
  readonly id: string;
  readonly name: string;
  /** `undefined` for every tool. */
  readonly tools: ToolList | undefined;
  /** Calls with violations of these types count, whatever came of them; `undefined`: every blocked call. */
  readonly violations: ReadonlySet<string> | undefined;
  /** Trips at this many within `windowMs`; `undefined` where only a budget trips it. */
  readonly maxViolations: number | undefined;
  readonly windowMs: number;
  /** Trips when a budget of the policy refuses a call and nothing of it is left. */
  readonly onBudget: boolean;
  /** Whose calls stop: those of the tool, agent, tenant or session that broke the rule, or all of them. A call without such a name stops its session, agent or tenant, or else all. */
  readonly scope: 'tool' | 'agent' | 'tenant' | 'session' | 'all';
  /** After this long some calls are let through to see whether it is over; `undefined`: a person has to reset it. */
  readonly recoverAfterMs: number | undefined;
  /** So many of them have to go well, one at a time, before all calls are let through again. */
  readonly trialCalls: number;
}

/** What a policy asks of limits that several processes share. */
export interface SharedLimits {
  /** Refuse to work with a store that only this process sees. */
  readonly isRequired: boolean;
  /** What happens while the store cannot be reached: every call that needs it is blocked, or this process goes on with a share of each limit. */
  readonly whenUnavailable: 'fail_closed' | 'local_allowance';
  /** That share, above 0 and up to 1, of each limit: calls and budgets rounded down, at least one call. */
  readonly localShare: number;
}
