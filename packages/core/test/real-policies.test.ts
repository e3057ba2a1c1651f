import { afterAll, describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Policy, validatePolicyFile } from '../src/index.js';
import { modeline } from '../src/policy/schema/json-schema.js';
import { removeTempFolders, tempFolder } from './kit.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'samples/policies');
const named = (ending: string): string[] => readdirSync(folder).filter((name) => name.endsWith(ending));
const tables = named('.cases.yaml');
const policies = named('.yaml').filter((name) => !tables.includes(name));
const six = ['support-desk', 'code-agent', 'finance', 'healthcare', 'browsing', 'data-analyst'];
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

const schema: unknown = JSON.parse(readFileSync(join(root, 'packages/core/policy.schema.json'), 'utf8'));
const fits = new Ajv({ strict: false }).compile(schema as object); // our own file, an object

afterAll(removeTempFolders);

describe('the policies in samples/policies', () => {
  it('are the six of the guide, their parent, and a trial', () => {
    expect(policies).toEqual([...six, 'browsing-trial', 'company'].map((name) => `${name}.yaml`).sort());
  });

  it.each(policies)('%s loads without a warning and fits the JSON Schema', (name) => {
    const policy = Policy.fromFile(join(folder, name));

    expect(policy.warnings).toEqual([]);
    expect(fits(load(textOf(name)))).toBe(true);
  });

  it.each(policies)('%s tells editors its schema in the first line', (name) => {
    expect(textOf(name).startsWith(`${modeline}\n`)).toBe(true);
  });

  it.each(six)('%s has at least a dozen cases, refusals and attacks among them', (name) => {
    const table = textOf(`${name}.cases.yaml`);

    expect(table.match(/^ {2}- name: /gm)?.length).toBeGreaterThanOrEqual(12);
    expect(table).toContain('decision: blocked');
    expect(table).toContain('decision: redacted');
    expect(table).toContain("'attack: ");
  });

  it.each([
    ['all that bind, which set off 70 % of their rules', tables.filter((name) => !name.startsWith('browsing-trial')), ['--coverage-min', '70']],
    ['the trial', ['browsing-trial.cases.yaml'], []],
  ])('decide every call of their tables as the tables say: %s', (_which, names, options) => {
    const cli = join(root, 'packages/cli/dist/main.js');
    const files = names.map((name) => join(folder, name));

    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'test', ...files, ...options], { cwd: root, encoding: 'utf8' });

    expect({ status, failed: stdout.split('\n').filter((line) => line.includes('FAILED')), stderr }).toEqual({ status: 0, failed: [], stderr: '' });
  });
});

describe('docs/guides/write-a-policy.md', () => {
  it('writes a policy that loads, from its first block to its limits', () => {
    const page = readFileSync(join(root, 'docs/guides/write-a-policy.md'), 'utf8');
    const blocks = [...page.matchAll(/^```yaml ignore\n(.*?)^```/gms)].map(([, block = '']) => block);
    const document = blocks.filter((block) => !/^(?:extends|locked):/.test(block)).join('');

    expect(Policy.parse(document).name).toBe('orders');
    expect(fits(load(document))).toBe(true);
  });
});

describe('what company.yaml locks', () => {
  const looser: readonly (readonly [string, string])[] = [
    ['a mode that only watches', 'mode: monitor'],
    ['violations that are logged', 'on_violation: log'],
    ['fewer categories', 'rules: { pii_redaction: { categories: [email] } }'],
    ['secrets in clear', 'rules: { pii_redaction: { secrets: false } }'],
    ['results in clear', 'rules: { redact_output: false }'],
    ['a block turned off', 'rules: { content_rules: { enabled: false } }'],
    ['a rule that looks elsewhere', 'rules: { content_rules: { block_patterns: [{ name: house_marking, pattern: x }] } }'],
    ['more money', 'rules: { resource_limits: { max_cost_usd: 26 } }'],
    ['more time', 'rules: { resource_limits: { max_call_duration_seconds: 31 } }'],
    ['more calls', 'rules: { rate_limits: { global: { max_calls: 601 } } }'],
    ['larger results', 'rules: { max_output_size_bytes: 262145 }'],
    ['hosts that are only logged', 'rules: { network: { action: log } }'],
  ];

  it.each(looser)('cannot be made looser: %s', (_what, line) => {
    const child = childWith(line);

    const [issue] = validatePolicyFile(child);

    expect(issue?.message).toContain('looser than');
    expect(issue).toMatchObject({ file: child, line: 3 });
  });

  it.each([
    ['more categories', 'rules: { pii_redaction: { categories: [email, phone, ssn, credit_card, iban, passport] } }'],
    ['less time', 'rules: { resource_limits: { max_call_duration_seconds: 5 } }'],
    ['more tools denied', 'rules: { denied_tools: [send_mail] }'],
    ['one more rule', 'rules: { content_rules: { block_patterns: [sql_injection] } }'],
  ])('can be made tighter: %s', (_what, line) => {
    expect(validatePolicyFile(childWith(line))).toEqual([]);
  });
});

function childWith(line: string): string {
  const home = tempFolder();
  copyFileSync(join(folder, 'company.yaml'), join(home, 'company.yaml'));
  const child = join(home, 'child.yaml');
  writeFileSync(child, `extends: company.yaml\nname: child\n${line}\n`);
  return child;
}
