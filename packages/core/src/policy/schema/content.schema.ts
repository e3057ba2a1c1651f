import type { Strategy } from '@enforcecore/redact';
import {
  aFlag, aRuleName, aShare, aText, action, anAddressBlock, appliesTo, childProcesses, defaultPiiCategories, hostPattern, piiCategory, piiStrategy, sensitivity, source, strategyOf, toolPattern, aWord,
} from './checks.js';
import { Key, TableEntry } from './key.js';

/** A category of the policy's own. */
export class PatternSchema extends TableEntry {
  @Key({ value: source, required: true, doc: 'a regular expression in the syntax of RE2, for text of one line; disguises are undone before it is tried', tightens: 'same' })
  readonly pattern?: string;
  @Key({ value: aFlag, doc: 'letters of either case match', absent: '`false`', tightens: 'on', default: false }) readonly ignore_case?: boolean;
  @Key({ value: aFlag, doc: '`true` counts it among the secrets, `false` among personal data', absent: '`false`', tightens: 'same', default: false }) readonly secret?: boolean;
  @Key({ value: aText, doc: 'what the placeholder strategy writes', absent: 'the name in capitals: `<EMPLOYEE_ID>`', tightens: 'same' }) readonly placeholder?: string;
  @Key({ value: aText, doc: 'what the mask strategy writes', absent: 'its shape in stars', tightens: 'same' }) readonly mask?: string;
}

export class PiiRedactionSchema {
  @Key({ value: aFlag, doc: '`false` turns the block off', absent: '`true`', tightens: 'on', default: true }) readonly enabled?: boolean;
  @Key({
    list: piiCategory,
    doc: 'personal data to hide; `person_name`, `location` and `organization` need a recogniser of names',
    absent: '`email`, `phone`, `ssn`, `credit_card`, `ip_address`',
    tightens: 'add',
    default: defaultPiiCategories,
  })
  readonly categories?: readonly string[];
  @Key({
    value: piiStrategy,
    doc: 'what to write instead: `<EMAIL>`; `****@****.***`; `[HMAC:…]` with the key of the setting `redactionKey`, or one that is drawn anew for each process; nothing; a token such as `⟦EMAIL_1⟧` that a tool with `reveal` gets the value of; or `[SHA256:…]`, which can be guessed. `regex` and `ner` stand in older files and write placeholders',
    absent: '`placeholder`',
    tightens: 'same',
    default: 'placeholder',
  })
  readonly strategy?: 'placeholder' | 'mask' | 'hash' | 'remove' | 'tokenize' | 'sha256' | 'regex' | 'ner';
  @Key({ values: strategyOf, of: 'words', doc: 'strategies of single categories, personal data or secrets, instead of the general one', absent: 'none', tightens: 'same' })
  readonly strategies?: readonly { readonly $key?: string; readonly $value?: Strategy }[];
  @Key({ table: () => PatternSchema, of: 'words', doc: 'categories of your own by name: lower case, digits and `_`', absent: 'none' }) readonly patterns?: readonly PatternSchema[];
  @Key({ value: aFlag, doc: 'hide API keys, tokens, private keys and passwords as well', absent: '`true`', tightens: 'on', default: true }) readonly secrets?: boolean;
  @Key({ value: aFlag, doc: 'look into base64 and hexadecimal text too: a value inside hides the whole encoded run', absent: '`true`', tightens: 'on', default: true }) readonly decode_base64?: boolean;
  @Key({ value: aShare, doc: 'how sure a recogniser of names must be; for redactors that have one', absent: '`0.8`', tightens: 'lower', default: 0.8 })
  readonly ner_threshold?: number;
  @Key({
    value: aFlag,
    doc: 'go on with the other detectors, and warn, where no recogniser of names is bound or it fails; `false` blocks the call instead',
    absent: '`true`',
    tightens: 'off',
    default: true,
  })
  readonly ner_fallback_to_regex?: boolean;
}

/** The redaction that one tool needs beyond the policy's. */
export class ToolRedactionSchema {
  @Key({ list: piiCategory, doc: 'categories to hide in calls of this tool, on top of the general ones', tightens: 'add', default: [] }) readonly categories?: readonly string[];
  @Key({ value: aFlag, doc: 'hide secrets in calls of this tool, though the policy does not', tightens: 'on', default: false }) readonly secrets?: boolean;
  @Key({ list: aWord, doc: 'categories that this tool gets in the clear: their tokens in its arguments are turned back, and they are not hidden there. Results are cleaned as ever', tightens: 'pick', default: [] })
  readonly reveal?: readonly string[];
}

export class ContentRuleSchema {
  @Key({
    value: aRuleName,
    doc: 'the name of the rule. `shell_injection`, `path_traversal`, `sql_injection` and `code_execution` without `pattern` and `when` are the built-in rules',
    absent: 'its position',
    tightens: 'same',
  })
  readonly name?: string;
  @Key({ value: source, doc: 'a regular expression in the syntax of RE2, which never backtracks; letters of either case match', tightens: 'same' })
  readonly pattern?: string;
  @Key({ value: source, doc: 'a CEL condition over `text` and the variables of the call: the rule fires where it is true', tightens: 'same' }) readonly when?: string;
  @Key({ value: aText, doc: 'what it is for', tightens: 'free' }) readonly description?: string;
  @Key({ value: action, doc: 'what happens when it fires; `redact` hides what matched, or the whole text for `when`', absent: "the policy's `on_violation`", tightens: ['log', 'redact', 'block'] })
  readonly action?: 'block' | 'redact' | 'log';
  @Key({ value: appliesTo, doc: 'which texts it looks at', absent: '`both`', tightens: 'same', default: 'both' }) readonly applies_to?: 'arguments' | 'results' | 'both';
}

export const builtInRules: readonly string[] = ['shell_injection', 'path_traversal', 'sql_injection', 'code_execution'];

export class ContentRulesSchema {
  @Key({ value: aFlag, doc: '`false` turns the block off', absent: '`true`', tightens: 'on', default: true }) readonly enabled?: boolean;
  @Key({
    blocks: () => ContentRuleSchema,
    short: 'name',
    standard: builtInRules,
    doc: 'rules over every text in arguments and results; a plain name stands for a built-in rule. A list turns off the built-in rules that are not in it',
    absent: 'all four built-in rules',
  })
  readonly block_patterns?: readonly ContentRuleSchema[];
}

export class NetworkSchema {
  @Key({ value: aFlag, doc: '`false` turns the block off', absent: '`true`', tightens: 'on', default: true }) readonly enabled?: boolean;
  @Key({
    list: hostPattern,
    doc: 'hosts that may be named in arguments; `*.example.com` is every host below `example.com`, and not itself',
    absent: 'none',
    tightens: 'pick',
    default: [],
  })
  readonly allowed_domains?: readonly string[];
  @Key({ list: hostPattern, doc: 'hosts that may not, whatever allows them, with every host below them', absent: 'none', tightens: 'add', merges: 'union' })
  readonly denied_domains?: readonly string[];
  @Key({ value: aFlag, doc: 'refuse every host that is not allowed', absent: '`true`', tightens: 'on', default: true }) readonly deny_all_other?: boolean;
  @Key({ value: action, doc: 'what a refused host means; `redact` hides the whole argument', absent: "the policy's `on_violation`", tightens: ['log', 'redact', 'block'] })
  readonly action?: 'block' | 'redact' | 'log';
  @Key({
    list: anAddressBlock,
    doc: 'addresses and blocks of them that running tools may connect to though they are not public: `127.0.0.1`, `10.1.0.0/16`, `::1`. A host in `allowed_domains` is not enough for those',
    absent: 'public addresses only',
    tightens: 'pick',
    default: [],
  })
  readonly allowed_addresses?: readonly string[];
  @Key({
    value: childProcesses,
    doc: 'processes that a running tool starts: `deny` refuses them, `proxy` gives them a filtering proxy, which they can ignore unless a sandbox keeps them to it, `allow` does not look at them',
    absent: '`deny`',
    tightens: ['allow', 'proxy', 'deny'],
    default: 'deny',
  })
  readonly child_processes?: 'deny' | 'proxy' | 'allow';
}

/** The network of one tool, inside the policy's. */
export class ToolNetworkSchema {
  @Key({ list: hostPattern, doc: 'hosts that this tool may be given, of those that the policy allows', absent: 'all that the policy allows', tightens: 'narrow' })
  readonly allowed_domains?: readonly string[];
  @Key({ list: hostPattern, doc: 'hosts that it may not', tightens: 'add', merges: 'union' }) readonly denied_domains?: readonly string[];
}

export class SensitivityLabelsSchema {
  @Key({ value: aFlag, doc: '`false` turns the block off', absent: '`true`', tightens: 'on', default: true }) readonly enabled?: boolean;
  @Key({
    value: sensitivity,
    doc: 'the highest level that a tool may be given, where nothing else is said of it',
    absent: '`internal`',
    tightens: ['restricted', 'critical', 'confidential', 'high', 'internal', 'medium', 'public', 'low'],
    default: 'internal',
  })
  readonly default_clearance?: string;
  @Key({
    value: sensitivity,
    doc: 'the level of an argument that nobody labelled',
    absent: '`public`',
    tightens: ['public', 'low', 'internal', 'medium', 'confidential', 'high', 'restricted', 'critical'],
    default: 'public',
  })
  readonly default_label?: string;
  @Key({ value: aFlag, doc: '`false` only logs what is too sensitive for a tool', absent: '`true`', tightens: 'on', default: true }) readonly enforce?: boolean;
  @Key({ value: action, doc: 'what a field above the clearance means: hide it, block the call, or log', absent: '`redact`', tightens: ['log', 'redact', 'block'], default: 'redact' })
  readonly fallback?: 'block' | 'redact' | 'log';
  @Key({ values: sensitivity, of: 'arguments', doc: 'levels by path of an argument, in every tool: `customer.ssn`, `*.salary`', tightens: 'same' })
  readonly fields?: readonly { readonly $key?: string; readonly $value?: string }[];
  @Key({ values: sensitivity, of: 'tools', doc: 'clearances by tool', tightens: 'same' })
  readonly clearances?: readonly { readonly $key?: string; readonly $value?: string }[];
}

/** A condition on calls of several tools. */
export class ConditionSchema {
  @Key({ value: aRuleName, doc: 'the name of the rule, for entries and errors', absent: 'its position', tightens: 'same' }) readonly name?: string;
  @Key({ list: toolPattern, doc: 'the tools that it is for', absent: 'all', tightens: 'same' }) readonly tools?: readonly string[];
  @Key({ value: source, doc: 'a CEL condition that must hold', tightens: 'set' }) readonly when?: string;
  @Key({ value: source, doc: 'a CEL condition that must not hold', tightens: 'set' }) readonly unless?: string;
  @Key({ value: aText, doc: 'why, for whoever reads the refusal', tightens: 'free' }) readonly reason?: string;
  @Key({ value: action, doc: 'what it means when it is not met', absent: "the policy's `on_violation`", tightens: ['log', 'redact', 'block'] })
  readonly action?: 'block' | 'redact' | 'log';
}
