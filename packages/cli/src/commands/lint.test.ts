import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync } from 'node:fs';
import { badPolicy, Folder } from '../files.test.kit.js';
import { runCli, type Ran } from '../io.test.kit.js';

const folder = new Folder();
afterAll(() => {
  folder.remove();
});

let files = 0;

function lintText(text: string, ...flags: readonly string[]): Promise<Ran> {
  files += 1;
  return runCli(['lint', folder.file(`p${String(files)}.yaml`, text), ...flags]);
}

interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}

async function found(rules: string, top = ''): Promise<readonly Found[]> {
  const { json } = await lintText(`name: x\n${top}rules:\n${rules}`, '--json');
  return json.files[0].findings as readonly Found[]; // as the command prints them
}

/** `rule path` of every finding of a rule. */
async function paths(rule: string, rules: string, top?: string): Promise<readonly string[]> {
  return (await found(rules, top)).filter((one) => one.rule === rule).map(({ path }) => path);
}

const limits = `  resource_limits: { max_call_duration_seconds: 5 }
  rate_limits: { global: { max_calls: 10 } }
  max_output_size_bytes: 1000
  pii_redaction: {}
`;
const clean = `name: clean\nrules:\n  allowed_tools: [read_note]\n${limits}`;

describe('lint', () => {
  it('finds nothing in a policy that means what it says', async () => {
    const { code, out } = await lintText(clean);

    expect(code).toBe(0);
    expect(out).toMatch(/^ok {2}.*clean 1\.0\n$/);
  });

  it('tells place, rule, reason and advice', async () => {
    const { code, out } = await lintText(clean.replace('[read_note]', '[read_note, "*"]'));

    expect(code).toBe(1);
    expect(out).toMatch(/1 warning, 0 notes\n\nwarning {2}\S+:3:30 {2}broad-permission\n +rules\.allowed_tools\[1\]: "\*" allows every tool.*\n +do: name the tools\n/);
  });

  it.each([
    ['shadowed-entry', '  allowed_tools: ["search_*", search_all]\n', ['rules.allowed_tools[1]']],
    ['shadowed-entry', '  allowed_tools: [search_all, "search_*"]\n', ['rules.allowed_tools[0]']],
    ['shadowed-entry', '  denied_tools: ["delete_*", "delete_a*"]\n', ['rules.denied_tools[1]']],
    ['shadowed-entry', '  allowed_tools: ["a*", "a**"]\n', ['rules.allowed_tools[1]']],
    ['shadowed-entry', '  allowed_tools: [a, "*"]\n', []],
    ['shadowed-entry', '  network: { allowed_domains: ["*.example.com", a.example.com, example.com] }\n', ['rules.network.allowed_domains[1]']],
    ['duplicate-entry', '  allowed_tools: [Send_Mail, send_mail]\n', ['rules.allowed_tools[1]']],
    ['duplicate-entry', '  denied_tools: [ｒｍ, rm]\n', ['rules.denied_tools[1]']],
    ['look-alike-entry', '  allowed_tools: [send, ѕend]\n', ['rules.allowed_tools[1]']],
    ['contradictory-entry', '  allowed_tools: [a, b]\n  denied_tools: [B]\n', ['rules.allowed_tools[1]']],
    ['contradictory-entry', '  allowed_tools: ["delete_a*"]\n  denied_tools: ["delete_*"]\n', ['rules.allowed_tools[0]']],
    ['contradictory-entry', '  allowed_tools: ["*"]\n  denied_tools: ["delete_*"]\n', []],
    ['contradictory-entry', '  allowed_tools: [ѕend]\n  denied_tools: [send]\n', ['rules.allowed_tools[0]']],
    ['contradictory-entry', '  network: { allowed_domains: [api.evil.com], denied_domains: [evil.com] }\n', ['rules.network.allowed_domains[0]']],
    ['never-matching', '  allowed_tools: [a]\n  tools: { "b*": { when: args.n > 1 } }\n', ['rules.tools["b*"]']],
    ['never-matching', '  allowed_tools: ["a*"]\n  tools: { "*b": { when: args.n > 1 } }\n', []],
    ['never-matching', '  denied_tools: ["b*"]\n  conditions: [{ tools: [a, bc], when: args.n > 1 }]\n', ['rules.conditions[0].tools[1]']],
    ['never-matching', '  allowed_tools: [a]\n  rate_limits: { per_tool: { a: {}, c: {} } }\n', ['rules.rate_limits.per_tool.c']],
    ['never-matching', '  allowed_tools: [a]\n  sensitivity_labels: { clearances: { c: public } }\n', ['rules.sensitivity_labels.clearances.c']],
    ['duplicate-content-rule', '  content_rules: { block_patterns: [{ name: a, pattern: xy }, { name: b, pattern: xy }] }\n', ['rules.content_rules.block_patterns[1]']],
    ['duplicate-content-rule', '  content_rules: { block_patterns: [sql_injection] }\n  tools: { a: { content_rules: { block_patterns: [sql_injection] } } }\n', ['rules.tools.a.content_rules.block_patterns[0]']],
    ['broad-content-rule', '  content_rules: { block_patterns: [{ name: a, pattern: ".*" }, { name: b, pattern: "^x" }] }\n', ['rules.content_rules.block_patterns[0].pattern']],
    ['disabled-block', '  network: { enabled: false, allowed_domains: [a.com] }\n', ['rules.network.enabled']],
    ['disabled-block', '  network: { enabled: false }\n', []],
    ['inert-setting', '  redact_output: true\n', ['rules.redact_output']],
    ['inert-setting', '  pii_redaction: { ner_threshold: 0.5 }\n', ['rules.pii_redaction.ner_threshold']],
    ['inert-setting', '  pii_redaction: { ner_threshold: 0.5, categories: [person_name] }\n', []],
    ['inert-setting', '  sandbox: { strategy: none, max_memory_mb: 5 }\n', ['rules.sandbox.max_memory_mb']],
    ['inert-setting', '  sensitivity_labels: {}\n', ['rules.sensitivity_labels']],
    ['inert-setting', '  sensitivity_labels: { fields: { ssn: restricted } }\n', []],
    ['inert-setting', '  sensitivity_labels: { fields: { a: internal }, default_clearance: public }\n', []],
    ['inert-setting', '  tools: { a: { args: { b: { sensitivity: public } } } }\n', ['rules.tools.a.args.b.sensitivity']],
    ['inert-setting', '  tools: { a: { extra_args: deny } }\n', ['rules.tools.a.extra_args']],
    ['inert-setting', '  network: { deny_all_other: false }\n', ['rules.network.deny_all_other']],
    ['broad-permission', '  network: { allowed_domains: ["*.com", "*", "*.example.com", a.com] }\n', ['rules.network.allowed_domains[0]', 'rules.network.allowed_domains[1]']],
    ['broad-permission', '  tools: { a: { args: { b: { sink: shell } } } }\n', ['rules.tools.a.args.b.sink']],
    ['broad-permission', '  tools: { a: { args: { b: { sink: shell, shell: { programs: { allowed: ["*"] } } } } } }\n', ['rules.tools.a.args.b.shell.programs.allowed[0]']],
    ['broad-permission', '  tools: { a: { args: { b: { sink: sql, sql: { statements: [select, delete] } } } } }\n', ['rules.tools.a.args.b.sql.statements']],
    ['broad-permission', '  tools: { a: { args: { b: { sink: sql, sql: { statements: [delete], tables: { allowed: [t] } } } } } }\n', []],
    ['missing-sink', '  tools: { a: { args: { url: { type: string }, file_path: { required: true }, sourceUrl: { max_length: 9 } } } }\n', ['rules.tools.a.args.url', 'rules.tools.a.args.file_path', 'rules.tools.a.args.sourceUrl']],
    ['missing-sink', '  tools: { a: { args: { url: { type: number }, path: { allowed: [x] }, cmd: { pattern: x+ }, html: { sink: html } } } }\n', []],
    ['weakened-setting', '  redact_output: false\n  pii_redaction: { secrets: false }\n', ['rules.redact_output', 'rules.pii_redaction.secrets']],
    ['weakened-setting', '  tools: { a: { on_violation: log, args: { b: { sink: url, url: { allow_private: true, allow_userinfo: true } } } } }\n', [
      'rules.tools.a.on_violation', 'rules.tools.a.args.b.url.allow_private', 'rules.tools.a.args.b.url.allow_userinfo',
    ]],
    ['unsupported-setting', '  resource_limits: { max_memory_mb: 5 }\n', ['rules.resource_limits.max_memory_mb']],
    ['missing-allow-list', '  denied_tools: [a]\n', ['rules.allowed_tools']],
    ['missing-deadline', '  tools: { a: { resource_limits: { max_call_duration_seconds: 3 } } }\n', []],
  ])('finds %s in %j', async (rule, rules, expected) => {
    expect(await paths(rule, rules)).toEqual(expected);
  });

  it.each([
    ['mode: monitor\n', ['mode']],
    ['on_violation: log\n', ['on_violation']],
  ])('finds that %j weakens all', async (top, expected) => {
    expect(await paths('weakened-setting', limits, top)).toEqual(expected);
  });

  it('says that an empty lock locks nothing', async () => {
    expect(await paths('inert-setting', limits, 'locked: []\n')).toEqual(['locked']);
  });

  it('takes no rule for unreachable that is only logged', async () => {
    expect(await paths('never-matching', '  allowed_tools: [a]\n  tools: { "b*": { when: args.n > 1 } }\n', 'on_violation: log\n')).toEqual([]);
  });

  it('notes the limits that are missing, and fails on notes only with --strict', async () => {
    const text = 'name: x\nrules: { allowed_tools: [a] }\n';

    const [loose, strict] = [await lintText(text, '--json'), await lintText(text, '--json', '--strict')];

    expect([loose.code, loose.json.ok, strict.code, strict.json.ok]).toEqual([0, true, 1, false]);
    expect(loose.json).toMatchObject({ warnings: 0, notes: 4 });
    expect(loose.json.files[0].findings.map(({ rule }: Found) => rule)).toEqual(['missing-deadline', 'missing-rate-limit', 'missing-output-limit', 'missing-redaction']);
  });

  it.each([
    ['on its line', '  allowed_tools: ["*"] # lint: allow broad-permission a gateway lists them\n'],
    ['on the line above', '  # lint: allow broad-permission a gateway lists them\n  allowed_tools: ["*"]\n'],
    ['above another comment', '  # lint: allow broad-permission a gateway lists them\n\n  # Every tool.\n  allowed_tools: ["*"]\n'],
  ])('is silenced by a comment %s', async (_, rules) => {
    const { code, out } = await lintText(`name: x\nrules:\n${rules}${limits}`);

    expect(code).toBe(0);
    expect(out).toMatch(/^ok .*, 1 allowed by a comment\n$/);
  });

  it('is silenced above the key of a block', async () => {
    const rules = '  tools:\n    a:\n      args:\n        # lint: allow missing-sink the gateway checks it\n        url:\n          type: string\n';

    expect(await paths('missing-sink', rules)).toEqual([]);
  });

  it('notes comments that silence nothing, name no rule or give no reason', async () => {
    const text = `# lint: allow everything because\n# lint: allow broad-permission nothing is broad\n${clean.replace('[read_note]', '["*"] # lint: allow broad-permission')}`;

    const { code, json } = await lintText(text, '--json');

    expect(code).toBe(1);
    expect(json.files[0].findings.filter(({ rule }: Found) => rule === 'useless-comment').map(({ line, message }: Found) => [line, message])).toEqual([
      [1, 'the comment names no rule of the linter'],
      [2, 'there is no broad-permission for the comment to silence'],
      [5, 'the comment does not say why'],
    ]);
  });

  it('silences only the rule that the comment names', async () => {
    const rules = '  allowed_tools: [a, A, "*"] # lint: allow duplicate-entry both are used\n';

    expect((await found(rules)).filter(({ severity }) => severity === 'warning').map(({ rule }) => rule)).toEqual(['broad-permission']);
  });

  it('finds what a parent says, in the file of the parent', async () => {
    folder.file('base.yaml', 'rules:\n  allowed_tools: ["*"]\n');
    const child = folder.file('child.yaml', `extends: base.yaml\nname: x\nrules:\n${limits}`);

    const { json } = await runCli(['lint', child, '--json']);

    expect(json.files[0].findings).toMatchObject([{ rule: 'broad-permission', file: folder.at('base.yaml'), line: 2, column: 19 }]);
  });

  it('exits with 2 for a file that is no policy, and looks through the others all the same', async () => {
    const good = folder.file('good.yaml', clean);
    const bad = folder.file('bad.yaml', badPolicy);
    mkdirSync(folder.at('folder.yaml'));

    const { code, json, err } = await runCli(['lint', good, bad, folder.at('none.yaml'), folder.at('folder.yaml'), '--json']);

    expect(code).toBe(2);
    expect(json.ok).toBe(false);
    expect(json.files).toHaveLength(4);
    expect(json.files[0]).toMatchObject({ name: 'clean', findings: [] });
    expect(err).toContain('bad.yaml is not a valid policy: 2 problems');
  });

  it('sums up several files', async () => {
    const good = folder.file('good.yaml', clean);

    const { out } = await runCli(['lint', good, good]);

    expect(out).toContain('\n2 files: 0 warnings, 0 notes\n');
  });

  it('prints a SARIF log', async () => {
    const { code, json } = await lintText(clean.replace('[read_note]', '["*"]'), '--sarif');

    const [{ tool, results }] = json.runs;
    expect(code).toBe(1);
    expect(json.version).toBe('2.1.0');
    expect(results).toMatchObject([{ ruleId: 'broad-permission', level: 'warning', locations: [{ physicalLocation: { region: { startLine: 3, startColumn: 19 } } }] }]);
    expect(tool.driver.rules[results[0].ruleIndex].id).toBe('broad-permission');
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toMatch(/^file:\/\/\//);
  });

  it('writes SARIF into a file beside the report, and never over a policy', async () => {
    const { code, out } = await lintText(clean, '--sarif', folder.at('out.sarif'));
    const policy = folder.file('kept.yaml', clean);
    const swallowed = await runCli(['lint', '--sarif', policy, policy]);
    const both = await lintText(clean, '--sarif', '--json');

    expect([code, swallowed.code, both.code]).toEqual([0, 2, 2]);
    expect(out).toMatch(/^ok /);
    expect(JSON.parse(readFileSync(folder.at('out.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0', runs: [{ results: [] }] });
    expect(readFileSync(policy, 'utf8')).toBe(clean);
  });

  it.each([[[]], [['--json']], [['--sarif']]])('lets no name steer the terminal, with %j', async (flags) => {
    const file = folder.file('\x1b[2J\u202e.yaml', 'name: "a\\u202eb"\nrules:\n  tools: { a: { on_violation: log } } # lint: allow \u202e x\n');

    const { code, out, err } = await runCli(['lint', file, ...flags]);
    const missing = await runCli(['lint', `${file}\x9b`, ...flags]);

    expect([code, missing.code]).toEqual([1, 2]);
    expect(out + err + missing.out + missing.err).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });

  it('keeps __proto__ and constructor names like any other', async () => {
    const rules = '  allowed_tools: [__proto__, constructor]\n  tools: { __proto__: { on_violation: log }, constructor: { args: { url: { required: true } } } }\n  rate_limits: { per_tool: { __proto__: {}, tostring: {} } }\n';

    const all = await found(rules);

    expect(all.filter(({ severity }) => severity === 'warning').map(({ rule, path }) => `${rule} ${path}`).sort()).toEqual([
      'missing-sink rules.tools.constructor.args.url',
      'never-matching rules.rate_limits.per_tool.tostring',
      'weakened-setting rules.tools.__proto__.on_violation',
    ]);
  });

  it('is fast with ten thousand tools, and lists no more than a thousand findings', async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `    - tool_${String(i)}\n`).join('');
    const file = folder.file('big.yaml', `name: x\nrules:\n  allowed_tools:\n${names}  denied_tools:\n${names.replaceAll('\n', '*\n')}`);
    const startedAt = performance.now();

    const { code, json } = await runCli(['lint', file, '--json']);

    expect(performance.now() - startedAt).toBeLessThan(4000);
    expect(code).toBe(1);
    expect(json.files[0].findings).toHaveLength(1000);
    expect(json.files[0].unlisted).toBeGreaterThan(9000);
  });

  it('gives up comparing patterns of one shape, and says so', async () => {
    const patterns = Array.from({ length: 9000 }, (_, i) => `    - "*x${String(i)}*"\n`).join('');
    const startedAt = performance.now();

    const all = await found(`  allowed_tools:\n${patterns}  tools:\n${Array.from({ length: 5000 }, (_, i) => `    "*y${String(i)}*": {}\n`).join('')}`);

    expect(performance.now() - startedAt).toBeLessThan(8000);
    expect(all.map(({ rule }) => rule)).toContain('unchecked-list');
  });
});

describe('schema', () => {
  it('prints the schema that the package ships', async () => {
    const { code, json } = await runCli(['schema']);

    expect(code).toBe(0);
    expect(json).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', title: 'EnforceCore policy' });
    expect(json.properties.rules).toBeDefined();
  });
});
