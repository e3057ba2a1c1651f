import { aFlag, aPath, aWord, atLeastOne, bytes, sandboxStrategy, seconds, usd } from './checks.js';
import { Key, TableEntry, ownList } from './key.js';

/** A number of calls in a sliding window. */
export class RateRuleSchema extends TableEntry {
  @Key({ value: atLeastOne, doc: 'calls in any window', absent: '`100` for a tool, `1000` for all', tightens: 'lower', default: 100 }) readonly max_calls?: number;
  @Key({ value: seconds, doc: 'length of the sliding window', absent: '`60`', tightens: 'raise', default: 60 }) readonly window_seconds?: number;
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
    doc: 'memory of a tool. Tools that run inside the process cannot be held to it: an executor that runs them elsewhere is, and with the shipped one loading warns',
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
}

/** The limits that one tool can have for itself. */
export class ToolLimitsSchema {
  @Key({ value: seconds, nullable: true, doc: 'the deadline of one call of this tool; the shorter one counts', tightens: 'lower' })
  readonly max_call_duration_seconds?: number | null;
}

export class SandboxSchema {
  @Key({ value: aFlag, doc: '`false` turns the block off', absent: '`true`', tightens: 'on', default: true }) readonly enabled?: boolean;
  @Key({
    value: sandboxStrategy,
    doc: 'where tools run. `subprocess` needs an executor that offers it: with the shipped one every call is refused',
    absent: '`subprocess`',
    tightens: ['none', 'subprocess'],
    default: 'subprocess',
  })
  readonly strategy?: 'none' | 'subprocess';
  @Key({ value: bytes, nullable: true, doc: 'memory of the subprocess', absent: 'no limit', tightens: 'lower' }) readonly max_memory_mb?: number | null;
  @Key({ value: seconds, nullable: true, doc: 'processor time of the subprocess', absent: 'no limit', tightens: 'lower' }) readonly max_cpu_seconds?: number | null;
  @Key({ list: aWord, nullable: true, doc: 'environment variables that it gets', absent: 'the ones needed to start', tightens: 'narrow', default: ownList })
  readonly allowed_env_vars?: readonly string[] | null;
  @Key({ value: aPath, nullable: true, doc: 'its working directory', tightens: 'same' }) readonly working_directory?: string | null;
}
