import {
  aFlag, aPath, aRuleName, aSharePart, aWord, atLeastOne, bytes, count, limitDimension, period, rateAlgorithm, sandboxStrategy, seconds, toolPattern, tripScope,
  usd, violationWord, whenUnavailable,
} from './checks.js';
import { Key, TableEntry, ownList } from './key.js';

/** A number of calls in a sliding window. */
export class RateRuleSchema extends TableEntry {
  @Key({ value: atLeastOne, doc: 'calls in any window', absent: '`100` for a tool, `1000` for all', tightens: 'lower', default: 100 }) readonly max_calls?: number;
  @Key({ value: seconds, doc: 'length of the sliding window', absent: '`60`', tightens: 'raise', default: 60 }) readonly window_seconds?: number;
}

/** A number of calls, counted by whatever the calls are told apart by. */
export class RateLimitSchema extends RateRuleSchema {
  @Key({ value: aRuleName, doc: 'stands in errors and entries; a child rule of the same name replaces it', tightens: 'free' }) readonly name?: string;
  @Key({ list: toolPattern, doc: 'the tools that it is for', absent: 'every tool', tightens: 'same' }) readonly tools?: readonly string[];
  @Key({
    list: limitDimension,
    doc: 'one counter for each value of these: `tool`, `agent`, `tenant`, `session`, or an argument such as `args.account`. Calls without a value share one',
    absent: 'all calls share one counter',
    tightens: 'same',
  })
  readonly by?: readonly string[];
  @Key({
    value: rateAlgorithm,
    doc: '`sliding_window`: never more than `max_calls` in any window. `gcra`: one every `window_seconds / max_calls`, and `burst` of them at once',
    absent: '`sliding_window`',
    tightens: 'same',
  })
  readonly algorithm?: 'sliding_window' | 'gcra';
  @Key({ value: atLeastOne, doc: 'calls that may come at once under `gcra`', absent: '`max_calls`', tightens: 'lower' }) readonly burst?: number;
  @Key({ value: aFlag, doc: '`true`: calls that were blocked, by whatever rule, count too; not those that no rule sees, for a bad name, arguments that are no plain data or do not fit the tool', absent: '`false`', tightens: 'on', default: false }) readonly count_blocked?: boolean;
}

export class RateLimitsSchema {
  @Key({ value: aFlag, doc: '`false` turns the block off', absent: '`true`', tightens: 'on', default: true }) readonly enabled?: boolean;
  @Key({
    table: () => RateRuleSchema,
    of: 'tools',
    doc: 'limits by tool: an exact name goes before a pattern; of patterns, the one with most characters. All tools of one pattern share its window',
  })
  readonly per_tool?: readonly RateRuleSchema[];
  @Key({ block: () => RateRuleSchema, nullable: true, aliases: ['global_limit'], doc: 'a limit for all tools under this policy together', default: { max_calls: 1000 } })
  readonly global?: RateRuleSchema | null;
  @Key({ blocks: () => RateLimitSchema, doc: 'further limits; a call needs room in all of them, and takes it in all or in none', absent: 'none' })
  readonly limits?: readonly RateLimitSchema[];
}

/** Money that calls may cost together, reserved before a tool runs and settled after it. */
export class BudgetSchema {
  @Key({ value: aRuleName, doc: 'stands in errors and entries; a child rule of the same name replaces it', tightens: 'free' }) readonly name?: string;
  @Key({ list: toolPattern, doc: 'the tools that it is for', absent: 'every tool', tightens: 'same' }) readonly tools?: readonly string[];
  @Key({ list: limitDimension, doc: 'one budget for each value of these, as for rates', absent: 'all calls share it', tightens: 'same' }) readonly by?: readonly string[];
  @Key({ value: usd, required: true, doc: 'US dollars in one period', tightens: 'lower' }) readonly max_usd?: number;
  @Key({ value: period, doc: 'when it starts anew, in UTC: `hour`, `day`, `month`, or `ever`: not', absent: '`ever`', tightens: 'same' })
  readonly period?: 'ever' | 'hour' | 'day' | 'month';
}

/** Calls at the same time. */
export class ConcurrencyRuleSchema {
  @Key({ value: aRuleName, doc: 'stands in errors and entries; a child rule of the same name replaces it', tightens: 'free' }) readonly name?: string;
  @Key({ list: toolPattern, doc: 'the tools that it is for', absent: 'every tool', tightens: 'same' }) readonly tools?: readonly string[];
  @Key({ list: limitDimension, doc: 'one set of slots for each value of these, as for rates', absent: 'all calls share them', tightens: 'same' }) readonly by?: readonly string[];
  @Key({ value: atLeastOne, required: true, doc: 'calls that may run at the same time', tightens: 'lower' }) readonly max_calls?: number;
}

export class ConcurrencySchema {
  @Key({ value: aFlag, doc: '`false` turns the block off', absent: '`true`', tightens: 'on', default: true }) readonly enabled?: boolean;
  @Key({ value: atLeastOne, nullable: true, doc: 'calls under this policy that may run at the same time, all tools together', absent: 'no limit', tightens: 'lower' })
  readonly max_calls?: number | null;
  @Key({ blocks: () => ConcurrencyRuleSchema, doc: 'further limits; a call needs a slot in all of them', absent: 'none' }) readonly limits?: readonly ConcurrencyRuleSchema[];
  @Key({ value: count, doc: 'calls that may wait for the slots of one limit and value in one process; 0: a call without a slot is refused at once. Synchronous tools never wait', absent: '`0`', tightens: 'lower', default: 0 })
  readonly max_waiting?: number;
  @Key({ value: seconds, doc: 'how long a call waits before it is refused; none of it is time of its tool. Needs `max_waiting`', absent: '`5`', tightens: 'lower', default: 5 }) readonly max_wait_seconds?: number;
}

/** When the kill switch trips by itself. */
export class TripRuleSchema {
  @Key({ value: aRuleName, doc: 'stands in errors and entries; a child rule of the same name replaces it', tightens: 'free' }) readonly name?: string;
  @Key({ list: toolPattern, doc: 'the tools whose calls are watched', absent: 'every tool', tightens: 'same' }) readonly tools?: readonly string[];
  @Key({ list: violationWord, doc: 'the types of violations that count, as entries name them, whatever came of the call; not `kill_switch`', absent: 'every blocked call', tightens: 'same' }) readonly violations?: readonly string[];
  @Key({ value: atLeastOne, doc: 'trips at so many within the window', absent: 'not over a number', tightens: 'lower' }) readonly max_violations?: number;
  @Key({ value: seconds, doc: 'length of the window', absent: '`60`', tightens: 'raise', default: 60 }) readonly window_seconds?: number;
  @Key({ value: aFlag, doc: '`true`: trips when a budget refuses a call and nothing of it is left', absent: '`false`', tightens: 'on', default: false }) readonly on_budget?: boolean;
  @Key({
    value: tripScope,
    doc: 'whose calls stop: those of the `tool`, `agent`, `tenant` or `session` that broke the rule, or `all`: then one caller can stop everybody. A call that has no such name stops its session, agent or tenant, or else all; names of tools never stop all',
    absent: '`all`',
    tightens: 'same',
  })
  readonly scope?: 'tool' | 'agent' | 'tenant' | 'session' | 'all';
  @Key({ value: seconds, nullable: true, doc: 'after this long, `trial_calls` calls are let through one at a time; if they go well, all are', absent: 'only a person resets it', tightens: 'same' })
  readonly recover_after_seconds?: number | null;
  @Key({ value: atLeastOne, doc: 'calls that have to go well', absent: '`1`', tightens: 'raise', default: 1 }) readonly trial_calls?: number;
}

export class KillSwitchSchema {
  @Key({ value: aFlag, doc: '`false` turns its rules off; it can be tripped by hand all the same', absent: '`true`', tightens: 'on', default: true }) readonly enabled?: boolean;
  @Key({ blocks: () => TripRuleSchema, doc: 'when it trips by itself', absent: 'never' }) readonly rules?: readonly TripRuleSchema[];
}

/** What is asked of limits that several processes share. */
export class SharedLimitsSchema {
  @Key({ value: aFlag, doc: '`true`: loading fails where limits, budgets, slots and kill switch are kept in this process only', absent: '`true`', tightens: 'on', default: true })
  readonly required?: boolean;
  @Key({
    value: whenUnavailable,
    doc: 'while the store cannot be reached: `fail_closed` blocks, `local_allowance` goes on with `local_share` of each limit in each process',
    absent: '`fail_closed`',
    tightens: ['local_allowance', 'fail_closed'],
    default: 'fail_closed',
  })
  readonly when_unavailable?: 'fail_closed' | 'local_allowance';
  @Key({ value: aSharePart, doc: 'that share of each limit, rounded down', absent: '`0.1`', tightens: 'lower', default: 0.1 }) readonly local_share?: number;
}

export class ResourceLimitsSchema {
  @Key({
    value: seconds,
    nullable: true,
    doc: 'the deadline of one call. Synchronous code is stopped; asynchronous code is told by its signal, and no longer waited for',
    absent: 'no deadline',
    tightens: 'lower',
  })
  readonly max_call_duration_seconds?: number | null;
  @Key({
    value: atLeastOne,
    nullable: true,
    doc: 'memory of a tool. Tools that run inside the process cannot be held to it: without a `sandbox` that can, the policy is refused',
    absent: 'no limit',
    tightens: 'lower',
  })
  readonly max_memory_mb?: number | null;
  @Key({
    value: usd,
    nullable: true,
    doc: "what all calls under this policy's name may cost together, for as long as the container lives",
    absent: 'no budget',
    tightens: 'lower',
  })
  readonly max_cost_usd?: number | null;
  @Key({ value: usd, nullable: true, doc: 'what one call may cost', absent: 'no limit', tightens: 'lower' }) readonly max_call_cost_usd?: number | null;
}

/** The limits that one tool can have for itself. */
export class ToolLimitsSchema {
  @Key({ value: seconds, nullable: true, doc: 'the deadline of one call of this tool; the shorter one counts', tightens: 'lower' })
  readonly max_call_duration_seconds?: number | null;
  @Key({ value: usd, nullable: true, doc: 'what one call of this tool may cost; the smaller amount counts', tightens: 'lower' }) readonly max_call_cost_usd?: number | null;
  @Key({ value: atLeastOne, nullable: true, doc: 'calls of these tools that may run at the same time', tightens: 'lower' }) readonly max_concurrent_calls?: number | null;
}

export class SandboxSchema {
  @Key({ value: aFlag, doc: '`false` turns the block off', absent: '`true`', tightens: 'on', default: true }) readonly enabled?: boolean;
  @Key({
    value: sandboxStrategy,
    doc: 'the weakest wall that will do: `inline` (or `none`): inside the process. `worker`: a thread with its own heap. `process` (or `subprocess`): a process with its own rights. `bubblewrap`: a process without network and with a file system of its own. Where the machine cannot reach it, calls are refused',
    absent: '`process`',
    tightens: ['none', 'inline', 'worker', 'subprocess', 'process', 'bubblewrap'],
    default: 'process',
  })
  readonly strategy?: 'none' | 'inline' | 'worker' | 'subprocess' | 'process' | 'bubblewrap';
  @Key({ value: bytes, nullable: true, doc: 'memory of the thread or process, in MiB', absent: 'no limit', tightens: 'lower' }) readonly max_memory_mb?: number | null;
  @Key({ value: seconds, nullable: true, doc: 'processor time of one call', absent: 'no limit', tightens: 'lower' }) readonly max_cpu_seconds?: number | null;
  @Key({ value: bytes, nullable: true, doc: 'bytes of a result as it crosses, each item of a stream by itself', absent: '10 MiB', tightens: 'lower' }) readonly max_result_bytes?: number | null;
  @Key({ value: bytes, nullable: true, doc: 'bytes of standard output and error that are kept', absent: '64 KiB', tightens: 'lower' }) readonly max_output_bytes?: number | null;
  @Key({ list: aWord, nullable: true, doc: 'environment variables that it gets', absent: 'none', tightens: 'narrow', default: ownList })
  readonly allowed_env_vars?: readonly string[] | null;
  @Key({ value: aPath, nullable: true, doc: 'its working directory', tightens: 'same' }) readonly working_directory?: string | null;
  @Key({ list: aPath, doc: 'files and folders that it may read, besides its own package and what Node needs; not for `worker`', absent: 'none', tightens: 'pick', default: [] }) readonly read_paths?: readonly string[];
  @Key({ list: aPath, doc: 'files and folders that it may write and read; not for `worker`', absent: 'none', tightens: 'pick', default: [] }) readonly write_paths?: readonly string[];
}

/** The sandbox of some tools, inside the policy's: the stronger wall and the smaller limit count. */
export class ToolSandboxSchema {
  @Key({ value: sandboxStrategy, doc: 'as `rules.sandbox.strategy`; the stronger wall counts', tightens: ['none', 'inline', 'worker', 'subprocess', 'process', 'bubblewrap'] })
  readonly strategy?: 'none' | 'inline' | 'worker' | 'subprocess' | 'process' | 'bubblewrap';
  @Key({ value: bytes, nullable: true, doc: 'memory, in MiB', tightens: 'lower' }) readonly max_memory_mb?: number | null;
  @Key({ value: seconds, nullable: true, doc: 'processor time of one call', tightens: 'lower' }) readonly max_cpu_seconds?: number | null;
}
