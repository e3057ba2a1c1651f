export interface ValueShape {
  readonly kind: 'scalar' | 'list';
  readonly expected: string;
  /** `null` says "no limit" or "no list" here, as in the reference; elsewhere an empty value is a mistake. */
  readonly nullable?: true;
}

export interface MapShape {
  readonly kind: 'map';
  readonly keys: Readonly<Record<string, PolicyShape>>;
  readonly nullable?: true;
  /** Other spellings of keys, from older files and documents. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** Keys of the reference that nothing here enforces, each with what to do about it. */
  readonly unenforced?: Readonly<Record<string, string>>;
  /** Blocks whose keys belong to the map around them. */
  readonly folded?: readonly string[];
}

/** A map from tool names, or patterns of them, to one shape. */
export interface ToolTableShape {
  readonly kind: 'tools';
  readonly each: MapShape;
}

export type PolicyShape = ValueShape | MapShape | ToolTableShape;

const flag: ValueShape = { kind: 'scalar', expected: 'true or false' };
const limit: ValueShape = { kind: 'scalar', expected: 'a number', nullable: true };
const count: ValueShape = { kind: 'scalar', expected: 'a number' };
const word: ValueShape = { kind: 'scalar', expected: 'text' };

const removeIt = 'the key removed, and the rule enforced elsewhere';
const rate: MapShape = { kind: 'map', keys: { max_calls: count, window_seconds: count } };

const rules: MapShape = {
  kind: 'map',
  keys: {
    allowed_tools: { kind: 'list', expected: 'a list of tool names', nullable: true },
    denied_tools: { kind: 'list', expected: 'a list of tool names' },
    pii_redaction: {
      kind: 'map',
      keys: { enabled: flag, categories: { kind: 'list', expected: 'a list of categories' }, strategy: word, secrets: flag },
      unenforced: { ner_threshold: removeIt, ner_fallback_to_regex: removeIt },
    },
    redact_output: flag,
    resource_limits: {
      kind: 'map',
      keys: { max_call_duration_seconds: limit, max_cost_usd: limit },
      unenforced: { max_memory_mb: 'the key removed, and memory limited where the process is started: a process cannot limit its own' },
    },
    rate_limits: {
      kind: 'map',
      keys: { enabled: flag, per_tool: { kind: 'tools', each: rate }, global: { ...rate, nullable: true } },
      aliases: { global_limit: 'global' },
    },
    max_output_size_bytes: limit,
    post_call: { kind: 'map', keys: { max_output_size_bytes: limit, redact_output: flag } },
  },
  aliases: { pii: 'pii_redaction', pii_config: 'pii_redaction', resources: 'resource_limits' },
  unenforced: {
    network: removeIt,
    network_policy: removeIt,
    content_rules: removeIt,
    sandbox: removeIt,
    sensitivity_labels: removeIt,
  },
  folded: ['post_call'],
};

/** Every key that a policy may have; what a value may be is the schema's matter. */
export const policyShape: MapShape = {
  kind: 'map',
  keys: {
    name: word,
    version: { kind: 'scalar', expected: 'text or a number' },
    extends: { kind: 'scalar', expected: 'the path of a policy file', nullable: true },
    on_violation: word,
    rules,
  },
};

/** Where a known key belongs that stands in the wrong map, or nothing for a key that no map knows. */
export function homeOf(key: string): string | undefined {
  if (Object.hasOwn(policyShape.keys, key)) return 'at the top level';
  const inRules = has(rules.aliases, key) ? rules.aliases?.[key] : key;
  return inRules !== undefined && Object.hasOwn(rules.keys, inRules) ? `under rules, as rules.${inRules}` : undefined;
}

/** What to do about a key that the reference enforces and this version does not, wherever it stands. */
export function unenforcedAdvice(key: string, shape: MapShape): string | undefined {
  if (has(shape.unenforced, key)) return shape.unenforced?.[key];
  return has(rules.unenforced, key) ? rules.unenforced?.[key] : undefined;
}

function has(table: Readonly<Record<string, string>> | undefined, key: string): boolean {
  return table !== undefined && Object.hasOwn(table, key);
}
