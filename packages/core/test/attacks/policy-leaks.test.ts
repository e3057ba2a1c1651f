import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Auditor, createContainer, Enforcer, HookRegistry, Logger, Policy, withResults, type EnforcementResult, type Violation } from '../../src/index.js';
import { MemoryAuditor } from '../../src/testing/index.js';
import { removeTempFolders, tempFolder } from '../kit.js';

afterAll(removeTempFolders);

// In no word of any policy here, and no name of a field.
const secret = 'Zx9-Qv7-SECRET-4411';

interface Seen {
  readonly ran: boolean;
  readonly given: unknown;
  readonly error: unknown;
  readonly result: EnforcementResult | undefined;
  /** Everything that is written down or told of the call. */
  readonly told: string;
}

interface Options {
  readonly params?: readonly string[];
  readonly opaque?: readonly string[];
  readonly args?: readonly unknown[];
}

async function see(policy: Policy, only: unknown, options: Options = {}): Promise<Seen> {
  const container = createContainer({ policy, environment: {} });
  const auditor = new MemoryAuditor();
  const logs: unknown[] = [];
  container.rebind(Auditor).toConstantValue(auditor);
  container.rebind(Logger).toConstantValue({ log: (...line) => void logs.push(line) });
  const hooked: unknown[] = [];
  container.get(HookRegistry).on('violation', (event) => void hooked.push(event));
  let ran = false;
  let given: unknown;
  let error: unknown;
  const { results } = await withResults(async () => {
    const { args = [only], ...rest } = options;
    await new Enforcer(undefined, { container })
      .run(async (...got: unknown[]) => { [ran, given] = [true, got]; }, { tool: 't', args, ...rest })
      .catch((thrown: unknown) => { error = thrown; });
  });
  const [result] = results;
  const violations = hooked.map((event) => (event as { readonly violations?: unknown }).violations ?? Object.fromEntries(Object.entries(event as object).filter(([key]) => key !== 'call')));
  return { ran, given, error, result, told: [spelled(error), JSON.stringify([result, auditor.entries, auditor.intents, logs, violations])].join('\n') };
}

function spelled(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, JSON.stringify(error), JSON.stringify(Object.entries(error)), error.cause === undefined ? '' : spelled(error.cause)].join('\n');
}

/** A policy whose rules all fire on what is sent below, one rule or the other. */
const all = Policy.parse(`name: p
rules:
  network: {allowed_domains: [good.com], action: log}
  content_rules: {block_patterns: [{name: word, pattern: secret, action: log}, {name: cel, when: 'text.size() > 5', action: log}, {name: fails, when: 'int(text) > 3', action: log}, sql_injection]}
  sensitivity_labels: {default_label: restricted, fallback: log}
  context: {tenant: acme}
  conditions:
    - {when: 'args.a == "right"', action: log}
    - {when: 'args[args.a] == 1', action: log}
    - {when: 'int(args.a) > 3', action: log}
    - {when: 'duration(args.a) > duration("1s")', action: log}
    - {unless: 'args.missing.deep == 1', action: log}
    - {when: 'args.a.missing == args.b', action: log}
    - {when: 're2(args.a, "^x$")', action: log}
  tools:
    t:
      extra_args: deny
      on_violation: log
      args:
        a: {type: integer, allowed: [1], min: 3, max: 4, min_length: 500, max_length: 501, pattern: 'x+', when: 'value > 3'}
        '*': {denied: [no], max_length: 3}
        '*.*': {type: "null", min: 5}
        'a[*]': {type: "null"}
`);

const carriers: readonly (readonly [string, unknown])[] = [
  ['a value', { a: secret }],
  ['an address', { a: `https://${secret}.evil.com/${secret}?q=${secret}` }],
  ['an address as an object', { a: new URL(`https://evil.com/${secret}`) }],
  ['an injection', { a: `' OR '1'='1' -- ${secret}` }],
  ['a name of a member', { [secret]: 1, a: 1 }],
  ['a name deep inside', { a: { [secret]: { [secret]: secret } } }],
  ['a list', { a: [secret, [secret]] }],
  ['a map', { a: new Map<unknown, unknown>([[secret, secret], [{ [secret]: secret }, [secret]]]) }],
  ['a set', { a: new Set([secret]) }],
  ['an error', { a: new Error(secret) }],
  ['a pattern', { a: /Zx9-Qv7-SECRET-4411/ }],
  ['bytes', { a: Buffer.from(secret) }],
  ['a date that is none', { a: new Date(secret) }],
];

describe('nothing that is told of a call holds any part of its arguments', () => {
  it.each(carriers)('%s', async (_what, args) => {
    const { result, told } = await see(all, args);

    expect(result?.violations.length).toBeGreaterThan(3);
    expect(told.toLowerCase()).not.toContain('zx9');
    // Ids, digests and times are drawn or measured: they may hold any four digits.
    expect(told.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|sha256:[0-9a-f]+|"\w+(?:Ms|_ms)\\?":[\d.]+/g, '')).not.toContain('4411');
  });

  it.each([
    ['sql', {}, `select * from "${secret}" where`],
    ['sql', { sql: { tables: { allowed: ['orders'] } } }, `select * from "${secret}"`],
    ['sql', { sql: { dialect: 'mysql' } }, `select * from \`${secret}\` where ;;`],
    ['shell', {}, `${secret} | $(${secret}`],
    ['shell', { shell: { programs: { allowed: ['ls'] } } }, `'${secret}' -la > ${secret}`],
    ['path', { path: { root: '.' } }, `../${secret}`],
    ['path', { path: { root: '.', must_exist: true } }, `${secret}/x\0`],
    ['url', {}, `https://${secret}@evil.com:99999/`],
    ['url', {}, `${secret}://x`],
    ['html', {}, `<${secret} onclick=x>${secret}`],
    ['code', { code: { language: 'python' } }, `import os; ${secret.replaceAll('-', '_')}(`],
    ['code', { code: { language: 'javascript' } }, `${secret.replaceAll('-', '_')}[eval](`],
  ])('a text that the sink %s %j refuses', async (sink, options, text) => {
    const { ran, told } = await see(Policy.from({ name: 'p', rules: { tools: { t: { args: { a: { sink, ...options } } } } } }), { a: text });

    expect(ran).toBe(false);
    expect(told.toLowerCase()).not.toMatch(/zx9.?qv7/);
  });
});

describe('a violation says where its rule stands', () => {
  it('as file:line:column of the very key, also for lists, tables and inherited files', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'x'));
    const base = join(folder, 'base.yaml');
    const child = join(folder, 'child.yaml');
    writeFileSync(base, 'name: p\nrules:\n  denied_tools:\n    - other\n    - t\n  content_rules:\n    block_patterns:\n      - {name: word, pattern: xyzzy}\n');
    writeFileSync(child, 'extends: base.yaml\nrules:\n  allowed_tools: [u]\n  network: {}\n  tools:\n    "T*":\n      args:\n        n: {min: 3, max: 9}\n        "list[*]":\n          type: string\n      extra_args: deny\n      when: tenant == "acme"\n  conditions:\n    - name: late\n      unless: args.n == 1\n  context:\n    environment: staging\n');
    const { result } = await see(Policy.fromFile(child), { n: 1, list: [1], text: 'xyzzy https://evil.com' });
    const at = new Map(result?.violations.map(({ rule, at: place }: Violation) => [rule, place]));

    expect(Object.fromEntries(at)).toEqual({
      'rules.denied_tools[1]': `${base}:5:7`,
      'rules.allowed_tools': `${child}:3:18`,
      'rules.context.environment': `${child}:17:18`,
      'rules.tools["t*"].args.n.min': `${child}:8:18`,
      'rules.tools["t*"].args["list[*]"].type': `${child}:10:17`,
      'rules.tools["t*"].when': `${child}:12:13`,
      'rules.tools["t*"].extra_args': `${child}:11:19`,
      'rules.conditions.late': `${child}:15:15`,
      'rules.content_rules.word': `${base}:8:9`,
      'rules.network': `${child}:4:12`,
    });
  });
});

describe('an argument that is handed over by reference', () => {
  it('is read by no rule, whatever rules there are', async () => {
    let reads = 0;
    const trap = { get a(): string { reads += 1; return secret; }, get b(): string { reads += 1; return secret; } };
    const strict = Policy.parse(`name: p
rules:
  network: {}
  content_rules: {}
  sensitivity_labels: {default_label: restricted, fallback: log}
  conditions: [{when: 'has(args.db.a) || !has(args.q) || args.q == "x"', action: log}]
  tools: {t: {args: {'*': {max_length: 99}, '*.*': {max_length: 99}, db.a: {required: false, type: string}}}}
`);

    const { ran, result } = await see(strict, undefined, { args: [trap, 'x'], params: ['db', 'q'], opaque: ['db'] });
    expect([ran, reads]).toEqual([true, 0]);
    expect(result?.violations.map(({ path }) => path)).toEqual(['q']);
  });

  it('is missing for a condition that asks for it, so that the call is blocked and not decided without it', async () => {
    const asks = Policy.parse('name: p\nrules: {conditions: [{when: \'args.db.name == "x"\'}]}');

    expect((await see(asks, undefined, { args: [{ name: 'x' }], params: ['db'], opaque: ['db'] })).ran).toBe(false);
  });
});
