import { afterAll, describe, expect, it } from '@jest/globals';
import { badPolicy, Folder } from '../files.test.kit.js';
import { runCli, type FakeOptions, type Ran } from '../io.test.kit.js';

const folder = new Folder();
const yaml = `name: support
version: "1.2"
rules:
  allowed_tools: ["search_*", refund]
  denied_tools: ["delete_*"]
  tools:
    refund:
      args:
        amount: { type: number, max: 1000 }
        customer.note: { max_length: 5, action: redact }
      when: tenant == "acme"
  conditions:
    - name: office-hours
      tools: [refund]
      when: time.getHours("UTC") < 18
      reason: refunds are for office hours
  context: { environment: [production] }
  pii_redaction: { categories: [email] }
  rate_limits: { per_tool: { refund: { max_calls: 3 } } }
`;
const policy = folder.file('policy.yaml', yaml);
const monitoring = folder.file('monitor.yaml', yaml.replace('version', 'mode: monitor\nversion'));
const open = folder.file('open.yaml', 'name: open\nrules: { denied_tools: [x] }\n');
afterAll(() => {
  folder.remove();
});

const fine = ['--tenant', 'acme', '--environment', 'production', '--time', '2026-11-21T10:00:00Z'];

function explain(tool: string, options: readonly string[] = [], fake: FakeOptions = {}, file = policy): Promise<Ran> {
  return runCli(['explain', file, '--tool', tool, ...options], fake);
}

describe('explain', () => {
  it('says what let a call pass, and where that stands', async () => {
    const { code, json } = await explain('Search_Docs', [...fine, '--json']);

    expect(code).toBe(0);
    expect(json).toMatchObject({ tool: 'search_docs', decision: 'allowed', wouldBeBlocked: false, violations: [], refused: null });
    expect(json.basis).toEqual({
      rule: 'rules.allowed_tools[0]', reason: 'allowed by "search_*"', at: `${policy}:4:19`, line: '  allowed_tools: ["search_*", refund]',
    });
  });

  it('says that nothing stands in the way where there is no list', async () => {
    const { code, out } = await explain('y', [], {}, open);

    expect(code).toBe(0);
    expect(out).toContain('  default\n    allowed by default');
  });

  it('lists every rule that fired, with its place, its line and its reason', async () => {
    const { code, json } = await explain('refund', ['--args', '{"amount":5000}', '--time', '2026-11-21T20:00:00Z', '--json']);

    expect(code).toBe(1);
    expect(json.violations.map(({ rule, at }: { rule: string; at: string }) => [rule, at.slice(policy.length)])).toEqual([
      ['rules.context.environment', ':17:27'],
      ['rules.tools.refund.args.amount.max', ':9:38'],
      ['rules.tools.refund.when', ':11:13'],
      ['rules.conditions.office-hours', ':15:13'],
    ]);
    expect(json.violations[1]).toMatchObject({ action: 'block', path: 'amount', line: '        amount: { type: number, max: 1000 }' });
    expect(json.violations[3].reason).toContain('refunds are for office hours');
  });

  it('points to the place in the quoted line', async () => {
    const { out } = await explain('refund', ['--args', '{"amount":5000}', ...fine]);

    expect(out).toContain('      9 |         amount: { type: number, max: 1000 }\n        |                                      ^\n');
    expect(out).toContain('    at amount: expected a number of at most 1000\n');
  });

  it('asks with the time, the tenant, the labels and the environment that are given', async () => {
    const asked = folder.file('asked.yaml', `name: a
rules:
  context: { environment: [staging], team: [blue], agent: [bot], session: [s1] }
  conditions: [{ when: 'time == timestamp("2026-01-02T03:04:05Z") && tenant == "t" && labels.odd == "key=" && env.REGION == "eu"' }]
`);
    const options = ['--tenant', 't', '--agent', 'bot', '--session', 's1', '--label', 'team=blue', '--label', 'odd=key=', '--time', '2026-01-02T04:04:05+01:00'];

    const { code, out } = await explain('x', options, { env: { ENFORCECORE_ENVIRONMENT: 'staging', REGION: 'eu' } }, asked);
    const elsewhere = await explain('x', [...options, '--environment', 'production'], { env: { ENFORCECORE_ENVIRONMENT: 'staging', REGION: 'eu' } }, asked);

    expect([code, out]).toEqual([0, expect.stringContaining('Rules that fired\n  none\n')]);
    expect([elsewhere.code, elsewhere.out]).toEqual([1, expect.stringContaining('rules.context.environment  block')]);
  });

  it('shows what rules hide, by path and never by value', async () => {
    const { code, out } = await explain('refund', ['--args', '{"amount":1,"customer":{"note":"a long secret note"}}', ...fine]);

    expect(code).toBe(0);
    expect(out).toContain('ALLOWED, REDACTED  refund');
    expect(out).toContain('What rules hide from the tool\n  customer.note  <REMOVED>  the whole value\n');
    expect(out).not.toContain('secret note');
  });

  it('tells the limits and the redaction that hold for the tool', async () => {
    const { json } = await explain('refund', ['--args', '{"amount":1}', ...fine, '--json']);

    expect(json.limits.rates).toEqual([{ key: 'refund', maxCalls: 3, windowMs: 60_000 }]);
    expect(json.redaction).toEqual({ categories: ['email'], secrets: true, strategy: 'placeholder', results: true, enabled: true });
  });

  it('says of a policy that only monitors that the call would be blocked and is not', async () => {
    const { code, out } = await explain('delete_all', fine, {}, monitoring);
    const { json } = await explain('delete_all', [...fine, '--json'], {}, monitoring);

    expect(code).toBe(0);
    expect(out).toContain('ALLOWED, would be BLOCKED (mode is monitor)  delete_all');
    expect(json).toMatchObject({ decision: 'allowed', wouldBeBlocked: true });
  });

  it('quotes the line of the parent file where the rule comes from there', async () => {
    folder.file('parent.yaml', 'name: p\nrules:\n  denied_tools: [wipe]\n');
    const child = folder.file('child.yaml', 'extends: parent.yaml\nname: c\n');

    const { out } = await explain('wipe', [], {}, child);

    expect(out).toContain('parent.yaml:3:18\n');
    expect(out).toContain('      3 |   denied_tools: [wipe]\n');
  });

  it('cuts a line that is too long to show, around the place', async () => {
    const names = Array.from({ length: 5_000 }, (_, i) => `tool_${String(i)}`).join(', ');
    const long = folder.file('long.yaml', `name: long\nrules: { denied_tools: [${names}] }\n`);

    const { out } = await explain('tool_4000', [], {}, long);

    expect(out).toMatch(/2 \| ….*tool_4000, .*…\n/);
    expect(Math.max(...out.split('\n').map(({ length }) => length))).toBeLessThan(200);
  });

  it('writes out what could steer a terminal in the policy it quotes', async () => {
    const hostile = folder.file('hostile.yaml', 'name: h\nrules: { denied_tools: [x] } # \u202e\u200b\n');

    const { out } = await explain('x', [], {}, hostile);

    expect(out).toContain('# \\u202e\\u200b');
    expect(out).not.toMatch(/[\u202e\u200b]/);
  });

  it.each(['', ' ', 'a\x1b[2J', 'x'.repeat(5_000)])('blocks what is no name of a tool, without printing it', async (tool) => {
    const { code, out } = await explain(tool);
    const { json } = await explain(tool, ['--json']);

    expect(code).toBe(1);
    expect(out).not.toMatch(/\x1b|xxxxx/);
    expect(out).toContain('no rule was asked: invalid tool name');
    expect(json).toMatchObject({ tool: null, decision: 'blocked', violations: [], refused: { code: 'TOOL_NAME' } });
  });

  it.each(['__proto__', 'constructor', 'toString'])('treats %s as a name like any other', async (tool) => {
    const { code, json } = await explain(tool, [...fine, '--json']);

    expect(code).toBe(1);
    expect(json.violations.map(({ rule }: { rule: string }) => rule)).toEqual(['rules.allowed_tools']);
  });

  it('keeps __proto__ in arguments an ordinary key', async () => {
    const { code } = await explain('search_x', ['--args', '{"__proto__":{"polluted":1}}', ...fine]);

    expect(code).toBe(0);
    expect('polluted' in {}).toBe(false);
  });

  it('blocks arguments that are nested too deep', async () => {
    const { code, out } = await explain('search_x', ['--args', '-', ...fine], { stdin: `${'['.repeat(50_000)}${']'.repeat(50_000)}` });

    expect(code).toBe(1);
    expect(out).toContain('BLOCKED');
  });

  it('never prints a value of the arguments, whatever they are', async () => {
    const secret = 'hunter2-and-more';
    const { out } = await explain('refund', ['--args', JSON.stringify({ amount: secret, customer: { note: secret } })]);
    const { out: json } = await explain('refund', ['--args', JSON.stringify([secret, { note: secret }]), '--json']);

    expect(out + json).not.toContain('hunter2');
  });

  it.each([
    [['--args', '5'], 'got a number'],
    [['--args', '{"secret'], 'got text that is no JSON'],
    [['--time', 'tomorrow'], 'Expected a time with its zone'],
    [['--time', '2026-02-30T10:00:00Z'], 'Expected a time with its zone'],
    [['--time', '2026-11-21T10:00:00'], 'Expected a time with its zone'],
    [['--label', 'novalue'], 'Expected key=value'],
    [['--label', 'a=1', '--label', 'a=2'], 'The label is given twice'],
  ])('refuses %j', async (options, message) => {
    const { code, out, err } = await explain('x', options);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
    expect(err).not.toContain('secret');
  });

  it('refuses a policy that is not valid, and one that is missing', async () => {
    const bad = await explain('x', [], {}, folder.file('bad.yaml', badPolicy));
    const missing = await explain('x', [], {}, folder.at('none.yaml'));

    expect([bad.code, missing.code]).toEqual([2, 2]);
    expect(bad.err).toContain('2 problems');
    expect(missing.err).toContain('there is no such file');
  });

  it('refuses settings that cannot be used', async () => {
    const { code, err } = await explain('x', [], { env: { ENFORCECORE_FAIL_OPEN: 'perhaps' } });

    expect([code, err]).toEqual([2, 'enforcecore: settings refused: ENFORCECORE_FAIL_OPEN must be true or false\n']);
  });
});
