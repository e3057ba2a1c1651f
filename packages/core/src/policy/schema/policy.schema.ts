import { aFlag, aLock, aName, aPath, aText, aVersion, aWord, action, allowOrDeny, bytes, mode, sensitivity, source, toolPattern } from './checks.js';
import { ArgumentSchema } from './arguments.schema.js';
import {
  ConditionSchema, ContentRulesSchema, NetworkSchema, PiiRedactionSchema, SensitivityLabelsSchema, ToolNetworkSchema, ToolRedactionSchema,
} from './content.schema.js';
import { Key, TableEntry } from './key.js';
import {
  BudgetSchema, ConcurrencySchema, KillSwitchSchema, RateLimitsSchema, RateRuleSchema, ResourceLimitsSchema, SandboxSchema, SharedLimitsSchema, ToolLimitsSchema, ToolSandboxSchema,
} from './limits.schema.js';

/** What holds for one tool, or for the tools of one pattern, on top of the general rules. */
export class ToolSchema extends TableEntry {
  @Key({ value: aText, doc: 'what the tool is for', tightens: 'free' }) readonly description?: string;
  @Key({ table: () => ArgumentSchema, of: 'arguments', doc: 'its arguments, by path: `to`, `filters[*].value`, `options.*`' }) readonly args?: readonly ArgumentSchema[];
  @Key({ value: allowOrDeny, doc: 'arguments that `args` does not name', absent: '`allow`', tightens: ['allow', 'deny'], default: 'allow' }) readonly extra_args?: 'allow' | 'deny';
  @Key({ value: source, doc: 'a CEL condition that must hold', tightens: 'set' }) readonly when?: string;
  @Key({ value: source, doc: 'a CEL condition that must not hold', tightens: 'set' }) readonly unless?: string;
  @Key({ value: action, doc: 'what a broken rule of this block means', absent: "the policy's `on_violation`", tightens: ['log', 'redact', 'block'] })
  readonly on_violation?: 'block' | 'redact' | 'log';
  @Key({ value: sensitivity, doc: 'the highest level that it may be given', absent: '`default_clearance`', tightens: ['restricted', 'critical', 'confidential', 'high', 'internal', 'medium', 'public', 'low'] })
  readonly clearance?: string;
  @Key({ block: () => ToolRedactionSchema, doc: 'what to hide besides what the policy hides' }) readonly pii_redaction?: ToolRedactionSchema;
  @Key({ value: aFlag, doc: '`true` cleans its results, though the policy leaves results alone', tightens: 'on', default: false }) readonly redact_output?: boolean;
  @Key({ block: () => ToolLimitsSchema, doc: 'limits of one call' }) readonly resource_limits?: ToolLimitsSchema;
  @Key({ block: () => RateRuleSchema, doc: 'a rate of its own, besides those in `rate_limits`' }) readonly rate_limit?: RateRuleSchema;
  @Key({ block: () => ToolSandboxSchema, doc: 'where it runs; the stronger wall counts' }) readonly sandbox?: ToolSandboxSchema;
  @Key({ block: () => ToolNetworkSchema, doc: 'hosts, inside what `rules.network` allows' }) readonly network?: ToolNetworkSchema;
  @Key({ block: () => ContentRulesSchema, doc: 'content rules besides the general ones' }) readonly content_rules?: ContentRulesSchema;
  @Key({ value: bytes, nullable: true, doc: 'size of its cleaned result; the smaller limit counts', tightens: 'lower' }) readonly max_output_size_bytes?: number | null;
}

/** Rules on what comes back, as older documents show them. */
export class PostCallSchema {
  @Key({ value: bytes, nullable: true, doc: 'as `rules.max_output_size_bytes`', tightens: 'lower' }) readonly max_output_size_bytes?: number | null;
  @Key({ value: aFlag, doc: 'as `rules.redact_output`', tightens: 'on' }) readonly redact_output?: boolean;
}

export class RulesSchema {
  @Key({ list: toolPattern, nullable: true, doc: 'only these tools may be called; an empty list allows none', absent: 'every tool that is not denied', tightens: 'narrow' })
  readonly allowed_tools?: readonly string[] | null;
  @Key({ list: toolPattern, doc: 'these tools may not be called, whatever allows them; names that only look like them are denied too', absent: 'none', tightens: 'add', merges: 'union' })
  readonly denied_tools?: readonly string[];
  @Key({ table: () => ToolSchema, of: 'tools', doc: 'rules by tool or pattern of tools; all blocks that a name meets hold together' }) readonly tools?: readonly ToolSchema[];
  @Key({ blocks: () => ConditionSchema, doc: 'conditions on calls of several tools' }) readonly conditions?: readonly ConditionSchema[];
  @Key({
    lists: aWord,
    of: 'words',
    doc: 'where the policy lets calls happen at all: the call has one of the values. `environment` is the setting of that name; `tenant`, `agent` and `session` are of the call; any other name is one of its labels',
    absent: 'everywhere',
    tightens: 'narrow',
  })
  readonly context?: readonly { readonly $key?: string; readonly $value?: readonly string[] }[];
  @Key({ block: () => PiiRedactionSchema, aliases: ['pii', 'pii_config'], doc: 'personal data and secrets; a block that is there is on', absent: 'nothing is redacted' })
  readonly pii_redaction?: PiiRedactionSchema;
  @Key({ value: aFlag, doc: 'clean results and the errors that tools throw. Arguments are cleaned either way', absent: '`true`', tightens: 'on', default: true }) readonly redact_output?: boolean;
  @Key({ block: () => ContentRulesSchema, doc: 'what texts must not hold; a block that is there is on', absent: 'no rules' }) readonly content_rules?: ContentRulesSchema;
  @Key({ block: () => NetworkSchema, aliases: ['network_policy'], doc: 'hosts in arguments; a block that is there is on', absent: 'every host' }) readonly network?: NetworkSchema;
  @Key({ block: () => SensitivityLabelsSchema, doc: 'which tool may see what; a block that is there is on', absent: 'no levels' })
  readonly sensitivity_labels?: SensitivityLabelsSchema;
  @Key({ block: () => ResourceLimitsSchema, aliases: ['resources'], doc: 'limits on calls and on money', absent: 'no limits' }) readonly resource_limits?: ResourceLimitsSchema;
  @Key({ block: () => RateLimitsSchema, doc: 'limits on numbers of calls; a block that is there is on', absent: 'no limits' }) readonly rate_limits?: RateLimitsSchema;
  @Key({ blocks: () => BudgetSchema, doc: 'money that calls may cost together; a call needs room in all of them', absent: 'none' }) readonly budgets?: readonly BudgetSchema[];
  @Key({ block: () => ConcurrencySchema, doc: 'calls at the same time; a block that is there is on', absent: 'no limits' }) readonly concurrency?: ConcurrencySchema;
  @Key({ block: () => KillSwitchSchema, doc: 'when the kill switch trips by itself; a block that is there is on', absent: 'only by hand' }) readonly kill_switch?: KillSwitchSchema;
  @Key({ block: () => SharedLimitsSchema, doc: 'limits for many processes together; with this block they have to be', absent: 'each process counts for itself, or all together where a shared store is bound' })
  readonly shared_limits?: SharedLimitsSchema;
  @Key({ block: () => SandboxSchema, doc: 'where tools run; a block that is there is on', absent: 'inside the process' }) readonly sandbox?: SandboxSchema;
  @Key({
    value: bytes,
    nullable: true,
    doc: "size of the cleaned result: text in UTF-8, bytes as they are, anything else as JSON; a stream's chunks are added up",
    absent: 'no limit',
    tightens: 'lower',
  })
  readonly max_output_size_bytes?: number | null;
  @Key({
    block: () => PostCallSchema,
    doc: 'its keys may stand in here instead of directly under `rules`',
    folds: { max_output_size_bytes: 'max_output_size_bytes', redact_output: 'redact_output' },
  })
  readonly post_call?: PostCallSchema;
}

/** The lists of tools as older documents show them. */
export class ToolListsSchema {
  @Key({ list: toolPattern, nullable: true, doc: 'as `rules.allowed_tools`' }) readonly allowed?: readonly string[] | null;
  @Key({ list: toolPattern, doc: 'as `rules.denied_tools`' }) readonly denied?: readonly string[];
}

/** A policy document after merging, as classes; its keys are the file's keys. */
export class PolicySchema {
  @Key({
    value: aName,
    required: true,
    doc: 'stands in errors and in every entry. Limits are counted under it: policies of one name in one container share them',
    absent: 'none: must be given, here or in a parent',
    tightens: 'free',
  })
  readonly name?: string;
  @Key({ value: aVersion, doc: 'stands in every entry, as it is written', absent: '`"1.0"`', tightens: 'free' }) readonly version?: string | number;
  @Key({ value: aText, doc: 'what the policy is for', tightens: 'free' }) readonly description?: string;
  @Key({ some: aPath, nullable: true, doc: 'a parent policy, or several: later ones are laid over earlier ones, and this file over all', tightens: 'free' })
  readonly extends?: readonly string[] | null;
  @Key({ some: aLock, doc: 'keys and blocks that a child may only tighten: `rules.network`, or `true` for all', absent: 'none', tightens: 'add', merges: 'union' })
  readonly locked?: readonly (string | boolean)[];
  @Key({ value: mode, doc: '`monitor` evaluates everything, blocks nothing, and records what it would have blocked', absent: '`enforce`', tightens: ['monitor', 'enforce'], default: 'enforce' })
  readonly mode?: 'enforce' | 'monitor';
  @Key({
    value: action,
    doc: 'what a broken rule means: `redact` hides the argument or the text that broke it, and blocks where there is none',
    absent: '`block`',
    tightens: ['log', 'redact', 'block'],
    default: 'block',
  })
  readonly on_violation?: 'block' | 'log' | 'redact';
  @Key({ block: () => RulesSchema, doc: 'everything else. Its keys may also stand at the top level', absent: 'no rules', default: {} }) readonly rules?: RulesSchema;
  @Key({ block: () => ToolListsSchema, doc: 'the lists of tools as older documents show them', folds: { allowed: 'rules.allowed_tools', denied: 'rules.denied_tools' } })
  readonly tools?: ToolListsSchema;
}
