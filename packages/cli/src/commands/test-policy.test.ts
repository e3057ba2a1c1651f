import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { Folder } from '../files.test.kit.js';
import { runCli, type FakeOptions, type Ran } from '../io.test.kit.js';

const folder = new Folder();
const yaml = `name: support
version: "1.2"
rules:
  allowed_tools: ["search_*", refund, mail, refund_all]
  denied_tools: ["delete_*"]
  tools:
    refund:
      args: { amount: { type: number, max: 1000 } }
    refund_all: { when: has(args.sure) }
  conditions:
    - { name: hours, tools: [refund], unless: time.getHours("UTC") >= 18, reason: refunds are for the day }
  pii_redaction: { categories: [email] }
  rate_limits: { per_tool: { refund: { max_calls: 1 } } }
  max_output_size_bytes: 60
`;
const policy = folder.file('policy.yaml', yaml);
const monitoring = folder.file('monitor.yaml', yaml.replace('version', 'mode: monitor\nversion'));
const open = folder.file('open.yaml', 'name: open\n');
afterAll(() => {
  folder.remove();
});

let files = 0;
/** Runs cases, each one line of YAML. */
function test(cases: readonly string[], options: readonly string[] = [], fake: FakeOptions = {}, file = policy): Promise<Ran> {
  files += 1;
  const path = folder.file(`${String(files)}.cases.yaml`, `cases:\n${cases.map((one) => `  - ${one}\n`).join('')}`);
  return runCli(['test', file, path, ...options], fake);
}

/** What one case came to that does not hold. */
async function problems(one: string, file = policy): Promise<readonly string[]> {
  const { json } = await test([one], ['--json'], {}, file);
  return json.policies[0].files[0].cases[0].problems;
}

const day = 'time: 2026-11-21T10:00:00Z';

describe('test', () => {
  it('passes cases that come out as expected', async () => {
    const { code, out } = await test([
      `{ name: small refunds pass, tool: refund, args: { amount: 5 }, ${day}, expect: allowed }`,
      `{ name: large ones do not, tool: refund, args: { amount: 5000 }, ${day}, expect: { decision: blocked, rule: rules.tools.refund.args.amount.max, type: argument_violation, path: amount, reason: at most 1000 } }`,
      `{ name: at night neither, tool: refund, args: { amount: 5 }, time: 2026-11-21T20:00:00Z, expect: { decision: blocked, rule: rules.conditions.hours, reason: for the day } }`,
    ]);

    expect(code).toBe(0);
    expect(out).toMatch(/cases\.yaml {2}by support 1\.2 {2}.*policy\.yaml\n {2}ok {6}small refunds pass\n {2}ok {6}large ones do not\n {2}ok {6}at night neither\n/);
    expect(out).toMatch(/3 cases: all as expected\n$/);
  });

  it('says of a case that fails where it stands, what was expected, and every rule behind what came', async () => {
    const { code, out } = await test(['{ name: wrong, tool: Delete_All, expect: allowed }']);

    expect(code).toBe(1);
    expect(out).toMatch(/ {2}FAILED {2}wrong {2}.*cases\.yaml:2:5\n/);
    expect(out).toContain('          expected allowed, got blocked\n          by rules.denied_tools[0]: denied by');
    expect(out).toMatch(/by rules\.allowed_tools: .*\(.*policy\.yaml:4:18\)\n/);
    expect(out).toMatch(/1 case: 1 failed\n$/);
  });

  it('says what let a call pass that should not have', async () => {
    const { out } = await test(['{ name: wrong, tool: search_x, expect: blocked }']);

    expect(out).toContain('expected blocked, got allowed\n          passed by rules.allowed_tools[0]: allowed by "search_*"\n');
  });

  it('walks the real pipeline: arguments as the tool gets them, results as the caller does', async () => {
    const { code } = await test([
      '{ name: in, tool: mail, args: { to: a@example.com, n: 1 }, expect: { decision: redacted, args: { n: 1, to: <EMAIL> } } }',
      '{ name: out, tool: mail, result: { from: a@example.com }, expect: { decision: redacted, result: { from: <EMAIL> } } }',
      '{ name: positional, tool: mail, args: [a@example.com, 2], expect: { decision: redacted, args: [<EMAIL>, 2] } }',
      `{ name: too long, tool: mail, result: ${'x'.repeat(100)}, expect: { decision: blocked, result: withheld, rule: rules.max_output_size_bytes, type: output_size } }`,
      '{ name: nothing, tool: mail, result: null, expect: { decision: allowed, args: [], result: null } }',
    ]);

    expect(code).toBe(0);
  });

  it('names the first difference, with the shape of what came and not the text', async () => {
    expect(await problems('{ name: a, tool: mail, args: { to: { x: [bob-smith, 2] } }, expect: { decision: allowed, args: { to: { x: [Carol, 2] } } } }')).toEqual([
      'args.to.x[0]: expected "Carol", got text like ***-*****',
    ]);
    expect(await problems('{ name: a, tool: mail, args: { to: hi a@example.com }, expect: { decision: redacted, args: { to: hi } } }')).toEqual([
      'args.to: expected "hi", got text like ** <EMAIL>',
    ]);
    expect(await problems('{ name: a, tool: mail, result: { a: 1 }, expect: { decision: allowed, result: { a: 1, b: 2 } } }')).toEqual([
      'result.b: expected 2, got nothing',
    ]);
  });

  it('takes the name of a block for all rules in it, and only whole names', async () => {
    const blocked = (rule: string): string => `{ name: a, tool: refund, args: { amount: 5000 }, ${day}, expect: { decision: blocked, rule: ${rule} } }`;

    expect(await problems(blocked('rules.tools.refund'))).toEqual([]);
    expect(await problems(blocked('rules.tools.ref'))).toEqual(['expected rule "rules.tools.ref", got other rules']);
    expect(await problems(blocked('rules.denied_tools'))).toHaveLength(1);
    expect(await problems('{ name: a, tool: search_x, expect: { decision: allowed, rule: "rules.allowed_tools[0]" } }')).toEqual([]);
    expect(await problems('{ name: a, tool: search_x, expect: { decision: allowed, rule: "rules.allowed_tools[1]" } }')).toHaveLength(1);
  });

  it('does not take a rule that only logged for the one that blocked', async () => {
    const logging = folder.file('logging.yaml', 'name: l\nrules:\n  denied_tools: [x]\n  conditions: [{ name: seen, when: has(args.ok), action: log }]\n');

    expect(await problems('{ name: a, tool: x, expect: { decision: blocked, rule: rules.conditions.seen } }', logging)).toHaveLength(1);
    expect(await problems('{ name: a, tool: y, expect: { decision: allowed, rule: rules.conditions.seen } }', logging)).toEqual([]);
  });

  it('says that monitoring blocks nothing, and lets rules be expected all the same', async () => {
    const { code, out } = await test(
      ['{ name: watched, tool: delete_all, expect: { decision: allowed, rule: "rules.denied_tools[0]" } }', '{ name: no, tool: delete_all, expect: blocked }'], [], {}, monitoring,
    );

    expect(code).toBe(1);
    expect(out).toContain('mode is monitor: nothing is blocked');
    expect(out).toMatch(/ok {6}watched\n/);
    expect(out).toContain('by rules.denied_tools[0]: would_block, ');
  });

  it('gives each case rates of its own', async () => {
    const one = (name: string): string => `{ name: ${name}, tool: refund, args: { amount: 5 }, ${day}, expect: allowed }`;

    const { code } = await test([one('a'), one('b'), one('c')]);

    expect(code).toBe(0);
  });

  it('asks with agent, tenant, session, labels and environment, and not with the settings of the machine', async () => {
    const where = folder.file('where.yaml', 'name: w\nrules:\n  context: { agent: [a], tenant: [t], session: [s], team: [blue], environment: [staging] }\n');
    const env = { ENFORCECORE_ENVIRONMENT: 'staging', ENFORCECORE_FAIL_OPEN: 'perhaps', ENFORCECORE_AUDIT_PATH: folder.at('audit') };

    const { code } = await test([
      '{ name: here, tool: x, agent: a, tenant: t, session: s, labels: { team: blue }, environment: staging, expect: allowed }',
      '{ name: elsewhere, tool: x, agent: a, tenant: t, session: s, labels: { team: blue }, expect: { decision: blocked, rule: rules.context.environment } }',
    ], [], { env }, where);

    expect(code).toBe(0);
    expect(existsSync(folder.at('audit'))).toBe(false);
  });

  it('counts the rules that some case set off, and lists the others with their places', async () => {
    const { json, out } = await (async () => {
      const cases = ['{ name: a, tool: search_x, expect: allowed }', `{ name: b, tool: refund, args: { amount: 5000 }, ${day}, expect: blocked }`];
      return { json: (await test(cases, ['--json'])).json, out: (await test(cases)).out };
    })();

    const { coverage } = json.policies[0];
    expect(coverage).toMatchObject({ rules: 11, exercised: 2, percent: 18 });
    expect(coverage.never.map(({ rule }: { rule: string }) => rule)).toEqual([
      'rules.denied_tools[0]', 'rules.allowed_tools[1]', 'rules.allowed_tools[2]', 'rules.allowed_tools[3]', 'rules.allowed_tools', 'rules.tools.refund.args.amount.type',
      'rules.tools.refund_all.when', 'rules.conditions.hours', 'rules.max_output_size_bytes',
    ]);
    expect(out).toContain('Rules of support that some case set off: 2 of 11 (18%)\nNever set off:\n');
    expect(out).toMatch(/policy\.yaml:5:18 +rules\.denied_tools\[0\]\n/);
  });

  it('fails below the coverage that is asked for', async () => {
    const cases = ['{ name: a, tool: search_x, expect: allowed }'];

    const [low, enough] = [await test(cases, ['--coverage-min', '10']), await test(cases, ['--coverage-min', '9'])];

    expect([low.code, enough.code]).toEqual([1, 0]);
    expect(low.out).toContain('(9%), and at least 10% is asked for');
  });

  it('calls a policy without rules covered', async () => {
    const { code, json } = await test(['{ name: a, tool: x, expect: allowed }'], ['--json', '--coverage-min', '100'], {}, open);

    expect(code).toBe(0);
    expect(json.policies[0].coverage).toMatchObject({ rules: 0, percent: 100 });
  });

  it('takes the policy that a file names, relative to the file', async () => {
    mkdirSync(folder.at('sub'));
    const cases = folder.file('sub/own.yaml', 'policy: ../open.yaml\ncases:\n  - { name: a, tool: delete_x, expect: allowed }\n');

    const alone = await runCli(['test', cases]);
    const beside = await runCli(['test', open, cases]);

    expect([alone.code, beside.code]).toEqual([0, 0]);
  });

  it('refuses a policy that no case would test', async () => {
    const cases = folder.file('own.yaml', 'policy: open.yaml\ncases:\n  - { name: a, tool: delete_x, expect: allowed }\n');

    const { code, out, err } = await runCli(['test', policy, cases]);

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('policy.yaml would not be tested: the cases name');
  });

  it('refuses cases without a policy, and a policy without cases', async () => {
    const cases = folder.file('none.yaml', 'cases:\n  - { name: a, tool: x, expect: allowed }\n');

    const [alone, bare] = [await runCli(['test', cases]), await runCli(['test', policy])];

    expect([alone.code, bare.code]).toEqual([2, 2]);
    expect(alone.err).toContain('names no policy');
    expect(bare.err).toContain('no cases for');
  });

  it('writes JUnit XML, whatever names hold', async () => {
    const out = folder.at('out.xml');
    const { code } = await test(['{ name: "a <b> & \\"c\\" \\e[2J \\uFFFF", tool: x, expect: allowed }', '{ name: fine, tool: search_x, expect: allowed }'], ['--junit', out, '--coverage-min', '90']);

    const xml = readFileSync(out, 'utf8');
    expect(code).toBe(1);
    expect(xml).toContain('tests="2" failures="1"');
    expect(xml).toContain('name="a &lt;b&gt; &amp; &quot;c&quot; \\x1b[2J \ufffd"');
    expect(xml).toContain('<failure message="expected allowed, got blocked">expected allowed, got blocked\nby rules.allowed_tools: ');
    expect(xml).toContain('expected at least 90%');
  });

  it('does not take a policy for the file to write', async () => {
    const { code, err } = await runCli(['test', '--junit', policy, open]);

    expect(code).toBe(2);
    expect(err).toContain('ends in .xml');
    expect(readFileSync(policy, 'utf8')).toBe(yaml);
  });

  it('writes out terminal escapes in names, and keeps odd names of tools', async () => {
    const { code, out } = await test(['{ name: "x\\e[2J\\u202E", tool: "a\\e[2J", expect: blocked }', '{ name: proto, tool: __proto__, args: { __proto__: { a: 1 } }, expect: blocked }']);

    expect(code).toBe(0);
    expect(out).toContain('ok      x\\x1b[2J\\u202e\n');
    expect(out).not.toMatch(/[\x1b\u202e]/);
    expect('a' in {}).toBe(false);
  });

  it('blocks what the pipeline does not take, and says why', async () => {
    const { out } = await test(['{ name: no name, tool: "a b", expect: allowed }']);

    expect(out).toContain('by no rule: invalid tool name');
  });
});

describe('a file of cases', () => {
  async function refusal(text: string | Uint8Array): Promise<string> {
    const { code, out, err } = await runCli(['test', policy, folder.file('refused.yaml', text)]);
    expect([code, out]).toEqual([2, '']);
    return err;
  }

  it.each([
    ['cases:\n  - { name: a, tool: x, expects: allowed }\n', 'refused.yaml:2:25 cases[0].expects: unknown key (expected one of name, tool, args'],
    ['cases:\n  - { name: a, tool: x, expects: allowed }\n', 'did you mean "expect"?'],
    ['cases:\n  - { name: a, tool: x }\n', 'refused.yaml:2:5 cases[0]: the key expect is missing'],
    ['cases:\n  - { tool: x, expect: allowed }\n', 'cases[0]: the key name is missing'],
    ['cases:\n  - { name: a, tool: x, expect: denied }\n', 'refused.yaml:2:33 cases[0].expect: got text of 6 characters (expected one of allowed, blocked, redacted'],
    ['cases:\n  - { name: a, tool: x, expect: { rule: y } }\n', 'cases[0].expect: the key decision is missing'],
    ['cases:\n  - { name: a, tool: x, expect: { decision: blocked, rul: y } }\n', 'cases[0].expect.rul: unknown key'],
    ['cases:\n  - { name: a, tool: x, expect: allowed }\n  - { name: a, tool: y, expect: allowed }\n', 'refused.yaml:3:5 cases[1].name: the name is given twice, first on line 2'],
    ['cases:\n  - { name: a, tool: 5, expect: allowed }\n', 'cases[0].tool: got a number; put it in quotes'],
    ['cases:\n  - { name: a, tool: x, args: secret, expect: allowed }\n', 'cases[0].args: got text of 6 characters (expected a map, or a list'],
    ['cases:\n  - { name: a, tool: x, time: noon, expect: allowed }\n', 'cases[0].time: it is no time'],
    ['cases:\n  - { name: a, tool: x, labels: { a: 1 }, expect: allowed }\n', 'cases[0].labels.a: got a number'],
    ['cases:\n  - { name: a, tool: x, expect: { decision: blocked, args: {} } }\n', 'a blocked call brings no arguments'],
    ['cases:\n  - { name: a, tool: x, result: 1, expect: { decision: allowed, result: withheld } }\n', 'does not go with the decision allowed'],
    ['cases:\n  - { name: a, tool: x, expect: { decision: allowed, result: 1 } }\n', 'does not say what the tool returns'],
    ['cases: []\n', 'cases: there is no case'],
    ['cases: 5\n', 'cases: got a number'],
    ['policy: x\n', 'the key cases is missing'],
    ['[]\n', 'got a list (expected a map with policy, cases)'],
    ['case: []\ncases: []\n', 'did you mean "cases"?'],
    ['', 'the file is empty'],
    ['cases: []\n---\ncases: []\n', 'a second YAML document starts here'],
    ['cases: []\ncases: []\n', 'refused.yaml:2:1 cases: the key "cases" is given twice'],
    ['cases: [\n', 'not valid YAML'],
    ['cases: &a [*a]\n', 'the alias *a stands inside what it names'],
    ['cases: &a [{ name: x, args: *a }]\n', 'the alias *a stands inside what it names'],
    ['cases: !!js/function x\n', 'not valid YAML'],
    ['? [a]\n: 1\n', 'a list or map stands where a key belongs'],
    [`cases: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`, 'nested too deeply'],
  ])('is refused: %j', async (text, message) => {
    const err = await refusal(text);

    expect(err).toContain(message);
    expect(err).not.toContain('secret');
  });

  it('is refused when it is not text', async () => {
    expect(await refusal(Buffer.from([0xff, 0xfe, 0x00]))).toContain('it is not UTF-8 text');
  });

  it('is refused unread when it is too large', async () => {
    expect(await refusal(Buffer.alloc(10_000_000, 0x61))).toContain('it has 10.0 MB, expected at most 4.2 MB');
  });

  it('is refused when it is a folder or missing', async () => {
    const [directory, missing] = [await runCli(['test', policy, folder.path]), await runCli(['test', policy, folder.at('no.yaml')])];

    expect([directory.code, missing.code]).toEqual([2, 2]);
    expect(directory.err).toContain('it is no file');
    expect(missing.err).toContain('there is no such file');
  });

  it('tells everything that is wrong at once, up to a number that anybody reads', async () => {
    const err = await refusal(`cases:\n${'  - { name: a }\n'.repeat(100)}`);

    expect(err).toContain('200 problems');
    expect(err).toContain('and 180 more');
  });

  it('ends in a decision for the strangest values', async () => {
    const { code } = await test([
      '{ name: a, tool: search_x, args: { n: .nan, i: .inf, big: 123456789012345678901234567890, t: 2026-11-21, "": x, constructor: 1 }, expect: allowed }',
      '{ name: b, tool: search_x, args: { s: "\\uD800" }, expect: blocked }',
      '{ name: c, tool: search_x, args: ["\\0", "\\u200B"], expect: allowed }',
    ]);

    expect(code).toBe(0);
  });

  it('runs hundreds of cases together', async () => {
    const cases = Array.from({ length: 300 }, (_, i) => `{ name: n${String(i)}, tool: search_x, args: { i: ${String(i)} }, expect: allowed }`);

    const { code, out } = await test(cases);

    expect(code).toBe(0);
    expect(out).toContain('300 cases: all as expected');
  }, 20_000);
});
