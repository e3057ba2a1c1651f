/**
 * Which way a value gets tighter. `set`: where it is there, fewer calls are allowed than without it. A list of words goes
 * from the loosest to the strictest.
 */
export type Direction = 'lower' | 'raise' | 'on' | 'off' | 'set' | 'same' | readonly string[];

/** How to compare one key of a policy. */
export type KeyRule =
  | { readonly value: Direction; readonly absent?: unknown }
  /** `add`: more entries deny more. `narrow`, `pick`: more entries allow more; a missing `narrow` list allows everything, a missing `pick` list what `absent` says, or what only its user knows. */
  | { readonly list: 'add' | 'narrow' | 'pick'; readonly absent?: readonly unknown[]; readonly hosts?: boolean }
  /** `empty`: missing is the same as empty. `strict`: missing is stricter than anything written. Else missing allows everything. */
  | { readonly block: Block; readonly missing?: 'empty' | 'strict' }
  | { readonly rules: Block }
  | { readonly table: Block }
  | { readonly levels: readonly string[]; readonly fallback: string; readonly absent: string }
  | { readonly lists: 'narrow' };

export type Block = Readonly<Record<string, KeyRule>>;

const actions = ['log', 'redact', 'block'];
/** Of clearances; a label is stricter the other way round. */
const clearing = ['restricted', 'confidential', 'internal', 'public'];
const labelling = [...clearing].reverse();
const action: KeyRule = { value: actions };
const maxLength: KeyRule = { value: 'lower' };
const restricting: KeyRule = { value: 'set' };
const nameLists: Block = { allowed: { list: 'narrow' }, denied: { list: 'add' } };
/** Where the sink has a list of its own, a list that is missing does not allow everything. */
const ownLists: Block = { allowed: { list: 'pick' }, denied: { list: 'add' } };

const sinks: Block = {
  sql: {
    block: {
      dialect: { value: 'same', absent: 'postgresql' },
      statements: { list: 'pick', absent: ['select'] },
      tables: { block: nameLists },
      functions: { block: ownLists, missing: 'strict' },
      max_statements: { value: 'lower', absent: 1 },
      max_length: maxLength,
    },
    missing: 'empty',
  },
  shell: {
    block: {
      dialect: { value: ['bash', 'sh'], absent: 'sh' },
      programs: { block: nameLists },
      allow_redirects: { value: 'off', absent: false },
      allow_expansions: { value: 'off', absent: false },
      allow_background: { value: 'off', absent: false },
      max_length: maxLength,
    },
    missing: 'empty',
  },
  path: {
    block: {
      root: { value: 'same' },
      allow: { list: 'narrow' },
      deny: { list: 'add' },
      extensions: { list: 'narrow' },
      must_exist: { value: 'on', absent: false },
      follow_symlinks: { value: ['inside', 'never'], absent: 'inside' },
      max_length: maxLength,
    },
    missing: 'empty',
  },
  url: {
    block: {
      schemes: { list: 'pick', absent: ['https'] },
      hosts: { block: { allowed: { list: 'narrow', hosts: true }, denied: { list: 'add', hosts: true } } },
      ports: { list: 'pick' },
      allow_userinfo: { value: 'off', absent: false },
      allow_private: { value: 'off', absent: false },
      allow_ip: { value: 'off', absent: false },
      max_length: maxLength,
    },
    missing: 'empty',
  },
  html: {
    block: {
      tags: { list: 'pick' },
      attributes: { list: 'pick' },
      schemes: { list: 'pick', absent: ['https', 'http', 'mailto'] },
      allow_relative: { value: 'off', absent: true },
      max_length: maxLength,
    },
    missing: 'empty',
  },
  code: {
    block: { language: { value: 'same' }, calls: { block: nameLists }, imports: { block: ownLists, missing: 'strict' }, max_length: maxLength },
    missing: 'empty',
  },
};

/** Names of the sinks, whose options count only where the sink is the same before and after. */
export const sinkKinds: readonly string[] = Object.keys(sinks);

const argument: Block = {
  type: { list: 'narrow' },
  required: { value: 'on', absent: false },
  allowed: { list: 'narrow' },
  denied: { list: 'add' },
  min: { value: 'raise' },
  max: { value: 'lower' },
  min_length: { value: 'raise' },
  max_length: { value: 'lower' },
  pattern: restricting,
  when: restricting,
  unless: restricting,
  sink: restricting,
  ...sinks,
  sensitivity: { value: labelling },
  action,
};

const contentRules: Block = {
  block_patterns: { rules: { pattern: { value: 'same' }, when: { value: 'same' }, action, applies_to: { value: 'same', absent: 'both' } } },
};

const rate: Block = { max_calls: { value: 'lower', absent: 100 }, window_seconds: { value: 'raise', absent: 60 } };

/** Of a limit that has a name: which calls it is for, and how they are counted. */
const counting: Block = { tools: { value: 'same' }, by: { value: 'same' } };
const walls = ['inline', 'worker', 'process', 'bubblewrap'];

const tool: Block = {
  args: { table: argument },
  extra_args: { value: ['allow', 'deny'], absent: 'allow' },
  when: restricting,
  unless: restricting,
  on_violation: { value: actions },
  pii_redaction: { block: { categories: { list: 'add', absent: [] }, secrets: { value: 'on', absent: false }, reveal: { list: 'pick', absent: [] } }, missing: 'empty' },
  redact_output: { value: 'on', absent: false },
  resource_limits: {
    block: { max_call_duration_seconds: { value: 'lower' }, max_call_cost_usd: { value: 'lower' }, max_concurrent_calls: { value: 'lower' } },
    missing: 'empty',
  },
  rate_limit: { block: rate },
  sandbox: { block: { strategy: { value: walls }, max_memory_mb: { value: 'lower' }, max_cpu_seconds: { value: 'lower' } }, missing: 'empty' },
  network: { block: { allowed_domains: { list: 'narrow', hosts: true }, denied_domains: { list: 'add', hosts: true } }, missing: 'empty' },
  content_rules: { block: contentRules },
  max_output_size_bytes: { value: 'lower' },
};

const rules: Block = {
  tools: { table: tool },
  conditions: { rules: { tools: { value: 'same' }, when: restricting, unless: restricting, action } },
  context: { lists: 'narrow' },
  pii_redaction: {
    block: {
      categories: { list: 'add', absent: ['email', 'phone', 'ssn', 'credit_card', 'ip_address'] },
      strategy: { value: 'same', absent: 'placeholder' },
      strategies: { value: 'same' },
      patterns: { table: { pattern: { value: 'same' }, ignore_case: { value: 'on', absent: false }, secret: { value: 'same', absent: false }, placeholder: { value: 'same' }, mask: { value: 'same' } } },
      secrets: { value: 'on', absent: true },
      decode_base64: { value: 'on', absent: true },
      ner_threshold: { value: 'lower', absent: 0.8 },
      ner_fallback_to_regex: { value: 'off', absent: true },
    },
  },
  redact_output: { value: 'on', absent: true },
  content_rules: { block: contentRules },
  network: {
    block: {
      allowed_domains: { list: 'pick', absent: [], hosts: true },
      denied_domains: { list: 'add', hosts: true },
      deny_all_other: { value: 'on', absent: true },
      action,
      allowed_addresses: { list: 'pick', absent: [] },
      child_processes: { value: ['allow', 'proxy', 'deny'], absent: 'deny' },
    },
  },
  sensitivity_labels: {
    block: {
      default_clearance: { value: clearing, absent: 'internal' },
      default_label: { value: labelling, absent: 'public' },
      enforce: { value: 'on', absent: true },
      fallback: { value: actions, absent: 'redact' },
      fields: { levels: labelling, fallback: 'default_label', absent: 'public' },
    },
  },
  resource_limits: {
    block: {
      max_call_duration_seconds: { value: 'lower' },
      max_memory_mb: { value: 'lower' },
      max_cost_usd: { value: 'lower' },
      max_call_cost_usd: { value: 'lower' },
    },
    missing: 'empty',
  },
  // per_tool is compared by what it comes to, since a name goes before a pattern.
  rate_limits: {
    block: {
      global: { block: { ...rate, max_calls: { value: 'lower', absent: 1000 } } },
      limits: {
        rules: { ...rate, ...counting, algorithm: { value: 'same', absent: 'sliding_window' }, burst: { value: 'lower' }, count_blocked: { value: 'on', absent: false } },
      },
    },
    missing: 'empty',
  },
  budgets: { rules: { ...counting, max_usd: { value: 'lower' }, period: { value: 'same', absent: 'ever' } } },
  concurrency: {
    block: {
      max_calls: { value: 'lower' },
      limits: { rules: { ...counting, max_calls: { value: 'lower' } } },
      max_waiting: { value: 'lower', absent: 0 },
      max_wait_seconds: { value: 'lower', absent: 5 },
    },
    missing: 'empty',
  },
  kill_switch: {
    block: {
      rules: {
        rules: {
          tools: { value: 'same' },
          violations: { value: 'same' },
          max_violations: { value: 'lower' },
          window_seconds: { value: 'raise', absent: 60 },
          on_budget: { value: 'on', absent: false },
          scope: { value: 'same', absent: 'all' },
          recover_after_seconds: { value: 'same' },
          trial_calls: { value: 'raise', absent: 1 },
        },
      },
    },
    missing: 'empty',
  },
  shared_limits: {
    block: {
      required: { value: 'on', absent: true },
      when_unavailable: { value: ['local_allowance', 'fail_closed'], absent: 'fail_closed' },
      local_share: { value: 'lower', absent: 0.1 },
    },
  },
  sandbox: {
    block: {
      strategy: { value: walls, absent: 'process' },
      max_memory_mb: { value: 'lower' },
      max_cpu_seconds: { value: 'lower' },
      max_result_bytes: { value: 'lower' },
      max_output_bytes: { value: 'lower' },
      allowed_env_vars: { list: 'pick' },
      working_directory: { value: 'same' },
      read_paths: { list: 'pick', absent: [] },
      write_paths: { list: 'pick', absent: [] },
    },
  },
  max_output_size_bytes: { value: 'lower' },
};

/** Every key that has a bearing on what is allowed, but for lists of tools, rates and clearances, which are compared by what they come to. */
export const policyBlock: Block = {
  mode: { value: ['monitor', 'enforce'], absent: 'enforce' },
  on_violation: { value: actions, absent: 'block' },
  rules: { block: rules, missing: 'empty' },
};
