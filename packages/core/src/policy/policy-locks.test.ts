import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PolicyIssue } from '../errors.js';
import { loadFile, loadObject, mergeClosure } from './policy-load.js';
import { renderIssue } from './policy-fault.js';
import { toPlain } from './policy-node.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-locks-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** The issues of a file and all that it extends, without the folder of the test. */
function issuesOf(path: string): string[] {
  const closure = loadFile(path);
  const issues: PolicyIssue[] = [...closure.issues];
  mergeClosure(closure, issues);
  return issues.map((issue) => renderIssue(issue).replaceAll(`${folder}/`, ''));
}

/** What a child of a locked parent is told; documents in YAML's flow style. */
function family(parent: string, child: string, locked = 'true'): string[] {
  write('base.yaml', `{name: base, locked: ${locked}, ${parent}}`);
  return issuesOf(write('child.yaml', `{extends: base.yaml, ${child}}`));
}

/** The advice of the only issue. */
function advice(parent: string, child: string, locked = 'true'): string {
  const issues = family(parent, child, locked);
  return issues.length === 1 ? (/\((?:expected )?(.*)\)$/.exec(issues[0] ?? '')?.[1] ?? '') : JSON.stringify(issues);
}

const rules = (inner: string): string => `rules: {${inner}}`;

describe('locked', () => {
  it('D-04: tells where the child is looser, and than what', () => {
    write('base.yaml', 'name: base\nlocked: [rules.resource_limits]\nrules:\n  resource_limits:\n    max_call_duration_seconds: 30\n');

    expect(issuesOf(write('child.yaml', 'extends: base.yaml\nresource_limits:\n  max_call_duration_seconds: 31\n'))).toEqual([
      'child.yaml:3:30 resource_limits.max_call_duration_seconds: looser than base.yaml:5:32 locks (expected at most 30)',
    ]);
  });

  it.each([
    ['mode: monitor', 'enforce'],
    ['on_violation: log', 'block'],
    ['on_violation: redact', 'block'],
    [rules('redact_output: false'), 'true'],
  ])('D-04: true refuses %s, which is looser than what holds by itself', (child, expected) => {
    expect(advice('version: 1', child)).toBe(expected);
  });

  it('refuses mode: monitor where mode is locked', () => {
    expect(advice('mode: enforce', 'mode: monitor', '[mode]')).toBe('enforce');
    expect(family('mode: monitor', 'mode: enforce', '[mode]')).toEqual([]);
  });

  it.each([
    ['denied_tools: [shell]', 'denied_tools: [delete_all]'],
    ['denied_tools: [shell]', 'allowed_tools: [search]'],
    ['allowed_tools: [search, "send_*"]', 'allowed_tools: [SEARCH, send_mail, "send_a*"]'],
    ['allowed_tools: [search]', 'allowed_tools: []'],
    ['max_output_size_bytes: 9', 'max_output_size_bytes: 8'],
    ['redact_output: false', 'redact_output: true'],
    ['pii: {categories: [email]}', 'pii: {categories: [iban, email]}'],
    ['pii: {secrets: false}', 'pii: {secrets: true}'],
    ['network: {allowed_domains: ["*.a.com"], deny_all_other: false}', 'network: {allowed_domains: [x.a.com], denied_domains: [y.a.com], deny_all_other: true}'],
    ['denied_tools: []', 'network: {allowed_domains: [x.com]}'],
    ['rate_limits: {per_tool: {a: {max_calls: 5}}}', 'rate_limits: {per_tool: {a: {max_calls: 4, window_seconds: 61}, b: {}}}'],
    ['rate_limits: {global: {max_calls: 500}}', 'rate_limits: {global: {max_calls: 499}}'],
    ['rate_limits: {}', 'rate_limits: {global: {max_calls: 5000}}'],
    ['sensitivity_labels: {default_clearance: medium}', 'sensitivity_labels: {default_clearance: internal, fallback: block, default_label: low}'],
    ['sensitivity_labels: {clearances: {a: restricted}}', 'sensitivity_labels: {clearances: {b: public}, fields: {x: restricted}}'],
    ['tools: {pay: {when: a}}', 'tools: {send: {when: b}, "p*": {args: {to: {max: 3}}}}'],
    ['tools: {pay: {args: {to: {allowed: [a, b, 1]}}}}', 'tools: {pay: {args: {to: {allowed: [1, a], required: true}}}}'],
    ['tools: {pay: {args: {q: {sink: sql}}}}', 'tools: {pay: {args: {q: {sql: {tables: {allowed: [t]}, max_statements: 1}}}}}'],
    ['tools: {pay: {args: {q: {sink: shell, shell: {programs: {allowed: ["/bin/*", ls]}}}}}}', 'tools: {pay: {args: {q: {shell: {programs: {allowed: [/bin/ls]}}}}}}'],
    ['context: {tenant: [a, b]}', 'context: {tenant: [a], environment: [prod]}'],
    ['conditions: [{name: c, when: x}]', 'conditions: [{name: d, when: y}, {when: z}]'],
    ['content_rules: {block_patterns: [sql_injection, {pattern: x}]}', 'content_rules: {block_patterns: [{name: mine, pattern: y}]}'],
    ['content_rules: {block_patterns: [{name: r, pattern: x, action: redact}]}', 'content_rules: {block_patterns: [{name: r, pattern: x, action: block, description: why}]}'],
    ['network: {enabled: false, allowed_domains: [a.com]}', 'network: {allowed_domains: [b.com]}'],
    ['sandbox: {max_memory_mb: 5}', 'sandbox: {max_memory_mb: 4, allowed_env_vars: ~}'],
  ])('lets a child tighten %j by %j', (parent, child) => {
    expect(family(rules(parent), rules(child))).toEqual([]);
  });

  it.each([
    ['allowed_tools: [search]', 'allowed_tools: [search, fetch]', 'one of its entries'],
    ['allowed_tools: ["send_*"]', 'allowed_tools: ["send*"]', 'one of its entries'],
    ['allowed_tools: [search]', 'allowed_tools: ~', 'a list of its entries'],
    ['max_output_size_bytes: 9', 'max_output_size_bytes: ~', 'at most 9'],
    ['pii: {}', 'pii: {categories: [email, phone, ssn, credit_card]}', 'the list to hold "ip_address" too'],
    ['pii: {}', 'pii: {enabled: false}', 'true'],
    ['pii: {}', 'pii: {secrets: false}', 'true'],
    ['pii: {}', 'pii: {strategy: hash}', 'the key left out'],
    ['pii: {strategy: hash}', 'pii: {strategy: hash, strategies: {email: sha256}}', 'the strategy that the parent has for it'],
    ['pii: {}, tools: {send: {pii_redaction: {reveal: [ssn]}}}', 'pii: {}, tools: {send: {pii_redaction: {reveal: [ssn, email]}}}', 'one of its entries'],
    ['pii: {}, tools: {send: {pii_redaction: {reveal: [ssn]}}}', 'pii: {}, tools: {send: {pii_redaction: {reveal: [ssn]}}, "se*": {pii_redaction: {reveal: [email]}}}', 'no category that the parent does not reveal to it'],
    ['pii: {}', 'pii: {}, tools: {send: {pii_redaction: {reveal: [email]}}}', 'no category that the parent does not reveal to it'],
    ['network: {}', 'network: {allowed_domains: [a.com]}', 'one of its entries'],
    ['network: {allowed_domains: ["*.a.com"]}', 'network: {allowed_domains: [a.com]}', 'one of its entries'],
    ['network: {allowed_domains: ["*.a.com"]}', 'network: {allowed_domains: ["*.com"]}', 'one of its entries'],
    ['network: {allowed_domains: ["*"]}', 'network: {allowed_domains: [10.0.0.1]}', 'one of its entries'],
    ['network: {allowed_domains: ["a-*.b.com"]}', 'network: {allowed_domains: [a-x.evil.b.com]}', 'one of its entries'],
    ['network: {}', 'network: {deny_all_other: false}', 'true'],
    ['network: {}', 'network: {action: log}', 'block'],
    ['network: {action: redact}', 'network: {action: log}', 'redact or block'],
    ['rate_limits: {per_tool: {a: {max_calls: 5}}}', 'rate_limits: {per_tool: {a: {max_calls: 6}}}', 'at most 5'],
    ['rate_limits: {per_tool: {a: {}}}', 'rate_limits: {per_tool: {a: {max_calls: 101}}}', 'at most 100'],
    ['rate_limits: {per_tool: {a: {}}}', 'rate_limits: {per_tool: {a: {window_seconds: 59}}}', 'at least 60'],
    ['rate_limits: {per_tool: {"a*": {max_calls: 5}}}', 'rate_limits: {per_tool: {ab: {max_calls: 6}}}', 'at most 5 calls in at least 60 seconds'],
    ['rate_limits: {per_tool: {"a*": {max_calls: 5}}}', 'rate_limits: {per_tool: {"*abc": {}}}', 'at most 5 calls in at least 60 seconds'],
    ['rate_limits: {global: {max_calls: 500}}', 'rate_limits: {global: ~}', 'the block kept'],
    ['rate_limits: {global: {}}', 'rate_limits: {global: {max_calls: 1001}}', 'at most 1000'],
    ['sensitivity_labels: {}', 'sensitivity_labels: {default_clearance: restricted}', 'internal or public'],
    ['sensitivity_labels: {}', 'sensitivity_labels: {clearances: {"*": restricted}}', 'at most internal'],
    ['sensitivity_labels: {clearances: {a: internal}}', 'sensitivity_labels: {clearances: {a: restricted}}', 'the same value'],
    ['sensitivity_labels: {default_label: high}', 'sensitivity_labels: {fields: {x: low}}', 'at least confidential'],
    ['sensitivity_labels: {}', 'tools: {pay: {clearance: restricted}}', 'at most internal'],
    ['sensitivity_labels: {default_label: high}', 'tools: {pay: {args: {to: {sensitivity: public}}}}', 'at least confidential'],
    ['tools: {pay: {extra_args: deny, args: {to: {}}}}', 'tools: {pay: {args: {evil: {}}}}', 'only the arguments that it names'],
    ['tools: {pay: {extra_args: deny, args: {to: {}}}}', 'tools: {"p*": {args: {evil.x: {}}}}', 'only the arguments that it names'],
    ['tools: {pay: {when: a}}', 'tools: {pay: {when: b}}', 'the same value'],
    ['tools: {pay: {when: a}}', 'tools: {pay: {on_violation: log}}', 'block'],
    ['tools: {pay: {args: {to: {allowed: [1]}}}}', 'tools: {pay: {args: {to: {allowed: ["1"]}}}}', 'one of its entries'],
    ['tools: {pay: {args: {to: {allowed: ["a*"]}}}}', 'tools: {pay: {args: {to: {allowed: [ab]}}}}', 'one of its entries'],
    ['tools: {pay: {args: {q: {sink: sql}}}}', 'tools: {pay: {args: {q: {sql: {statements: [select, delete]}}}}}', 'one of its entries'],
    ['tools: {pay: {args: {q: {sink: sql}}}}', 'tools: {pay: {args: {q: {sql: {functions: {allowed: [pg_read_file]}}}}}}', 'the key left out'],
    ['tools: {pay: {args: {q: {sink: sql, sql: {functions: {denied: [f]}}}}}}', 'tools: {pay: {args: {q: {sql: {functions: {allowed: [g]}}}}}}', 'the key left out'],
    ['tools: {pay: {args: {q: {sink: code, code: {language: python}}}}}', 'tools: {pay: {args: {q: {code: {imports: {allowed: [os]}}}}}}', 'the key left out'],
    ['tools: {pay: {args: {q: {sink: shell, shell: {programs: {allowed: ["/bin/*"]}}}}}}', 'tools: {pay: {args: {q: {shell: {programs: {allowed: [/bin/x/rm]}}}}}}', 'one of its entries'],
    ['tools: {pay: {args: {p: {sink: path, path: {root: d, allow: ["a/*"]}}}}}', 'tools: {pay: {args: {p: {path: {allow: ["a/**"]}}}}}', 'one of its entries'],
    ['tools: {pay: {args: {u: {sink: url}}}}', 'tools: {pay: {args: {u: {url: {schemes: [http]}}}}}', 'one of its entries'],
    ['tools: {pay: {args: {u: {sink: url}}}}', 'tools: {pay: {args: {u: {url: {allow_private: true}}}}}', 'false'],
    ['tools: {pay: {args: {u: {sink: url}}}}', 'tools: {pay: {args: {u: {url: {ports: [22]}}}}}', 'the key left out'],
    ['context: {tenant: [a]}', 'context: {tenant: [a, b]}', 'one of its entries'],
    ['conditions: [{name: c, when: x}]', 'conditions: [{name: c, when: y}]', 'the same value'],
    ['conditions: [{name: c, when: x}]', 'conditions: [{name: c}]', 'the same value'],
    ['content_rules: {block_patterns: [{name: r, pattern: x}]}', 'content_rules: {block_patterns: [{name: r, pattern: x, action: log}]}', 'block'],
    ['content_rules: {}', 'content_rules: {block_patterns: [{name: sql_injection, pattern: never}]}', 'the key left out'],
    ['sandbox: {}', 'sandbox: {strategy: none}', 'process or bubblewrap'],
    ['sandbox: {strategy: bubblewrap}', 'sandbox: {strategy: worker}', 'bubblewrap'],
    ['sandbox: {read_paths: []}', 'sandbox: {read_paths: [/etc]}', 'one of its entries'],
    ['network: {child_processes: proxy}', 'network: {child_processes: allow}', 'proxy or deny'],
    ['network: {}', 'network: {allowed_addresses: [10.0.0.0/8]}', 'one of its entries'],
    ['budgets: [{name: day, max_usd: 5}]', 'budgets: [{name: day, max_usd: 6}]', 'at most 5'],
    ['budgets: [{name: day, max_usd: 5, by: [tenant]}]', 'budgets: [{name: day, max_usd: 5, by: [agent]}]', 'the same value'],
    ['concurrency: {max_calls: 2}', 'concurrency: {max_calls: 3}', 'at most 2'],
    ['concurrency: {max_calls: 2}', 'concurrency: {max_waiting: 9}', 'at most 0'],
    ['rate_limits: {limits: [{name: a, max_calls: 2}]}', 'rate_limits: {limits: [{name: a, max_calls: 3}]}', 'at most 2'],
    ['rate_limits: {limits: [{name: a, count_blocked: true}]}', 'rate_limits: {limits: [{name: a, count_blocked: false}]}', 'true'],
    ['kill_switch: {rules: [{name: a, max_violations: 2}]}', 'kill_switch: {rules: [{name: a, max_violations: 3}]}', 'at most 2'],
    ['shared_limits: {}', 'shared_limits: {when_unavailable: local_allowance}', 'fail_closed'],
    ['sandbox: {}', 'sandbox: {allowed_env_vars: [SECRET]}', 'the key left out'],
    ['sandbox: {max_memory_mb: 5}', 'sandbox: {max_memory_mb: ~}', 'at most 5'],
  ])('D-04: refuses to loosen %j by %j', (parent, child, expected) => {
    expect(advice(rules(parent), rules(child))).toBe(expected);
  });

  it('holds only what it names', () => {
    const parent = rules('denied_tools: [x], max_output_size_bytes: 9, network: {allowed_domains: [a.com]}');

    expect(family(parent, rules('max_output_size_bytes: 10, network: {allowed_domains: [a.com]}'), '[rules.network]')).toEqual([]);
    expect(advice(parent, rules('network: {allowed_domains: [b.com]}'), '[rules.network]')).toBe('one of its entries');
  });

  it('D-04: holds a key though the child turns its block off', () => {
    expect(advice(rules('network: {allowed_domains: [a.com]}'), rules('network: {enabled: false}'), '[rules.network.allowed_domains]')).toBe('true');
  });

  it('holds for grandchildren, and for a later parent of the same child', () => {
    write('org.yaml', 'name: org\nlocked: true\nrules: {max_output_size_bytes: 9}\n');
    write('mid.yaml', 'extends: org.yaml\nrules: {max_output_size_bytes: 5}\n');
    write('team.yaml', 'name: team\nrules: {max_output_size_bytes: 100}\n');

    expect(issuesOf(write('a.yaml', 'extends: mid.yaml\nrules: {max_output_size_bytes: 10}\n'))).toEqual([
      'a.yaml:2:32 rules.max_output_size_bytes: looser than org.yaml:3:32 locks (expected at most 9)',
    ]);
    expect(issuesOf(write('b.yaml', 'extends: mid.yaml\nrules: {max_output_size_bytes: 9}\n'))).toEqual([]);
    expect(issuesOf(write('c.yaml', 'extends: [org.yaml, team.yaml]\n'))).toEqual([
      'team.yaml:2:32 rules.max_output_size_bytes: looser than org.yaml:3:32 locks (expected at most 9)',
    ]);
    expect(issuesOf(write('d.yaml', 'extends: [team.yaml, org.yaml]\n'))).toEqual([]);
  });

  it('tells once what two ancestors lock', () => {
    write('org.yaml', 'name: org\nlocked: true\nrules: {max_output_size_bytes: 9}\n');
    write('mid.yaml', 'extends: org.yaml\nlocked: [rules]\n');

    expect(issuesOf(write('a.yaml', 'extends: mid.yaml\nrules: {max_output_size_bytes: 10}\n'))).toHaveLength(1);
  });

  it('D-08: takes a relative folder of another file for another folder', () => {
    const tool = rules('tools: {t: {args: {p: {path: {root: ./data}}}}}');
    write('base.yaml', `{name: base, locked: true, ${rules('tools: {t: {args: {p: {sink: path, path: {root: ./data}}}}}')}}`);
    write('team/mid.yaml', `{name: mid, ${tool}}`);

    expect(issuesOf(write('child.yaml', '{extends: [base.yaml, team/mid.yaml]}'))).toEqual([
      expect.stringContaining('team/mid.yaml:1:57 rules.tools.t.args.p.path.root: looser than base.yaml:1:84 locks'),
    ]);
    expect(issuesOf(write('child.yaml', `{extends: base.yaml, ${tool}}`))).toEqual([]);
  });

  it('stands in the merged document as all that was locked', () => {
    write('base.yaml', 'name: base\nlocked: [mode, rules.network]\n');
    const closure = loadFile(write('child.yaml', 'extends: base.yaml\nlocked: [mode, on_violation]\n'));

    expect(toPlain(mergeClosure(closure, []))).toEqual({ name: 'base', locked: ['mode', 'rules.network', 'on_violation'] });
  });

  it('is fine in a document without parents', () => {
    const issues: PolicyIssue[] = [];
    mergeClosure(loadObject({ name: 'p', locked: true, rules: { denied_tools: ['x'] } }), issues);

    expect(issues).toEqual([]);
  });

  it('gives up on patterns without end instead of hanging', () => {
    const many = (prefix: string): string => Array.from({ length: 30_000 }, (_, index) => `"${prefix}${String(index)}*"`).join(',');
    const started = performance.now();

    expect(advice(rules(`allowed_tools: [${many('a')}]`), rules(`allowed_tools: [${many('b')}]`))).toBe('fewer patterns: these are too many to compare');
    expect(advice(rules(`rate_limits: {per_tool: {${many('a').replaceAll(',', ': {},')}: {}}}`), rules(`rate_limits: {per_tool: {${many('b').replaceAll(',', ': {},')}: {}}}`))).toBe(
      'fewer patterns: these are too many to compare',
    );
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
