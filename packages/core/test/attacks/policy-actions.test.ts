import { describe, expect, it } from '@jest/globals';
import { EnforcementViolation, Enforcer, HookRegistry, ObserverQueue, PolicyEngine, withResults, YamlPolicyEngine, type EnforcementResult, type Verdict } from '../../src/index.js';
import { houseWith, type TestHouse } from '../kit.js';

interface Ended {
  readonly given: unknown;
  readonly got: unknown;
  readonly ran: boolean;
  readonly error: unknown;
  readonly result: EnforcementResult | undefined;
  readonly hooked: readonly unknown[];
}

async function send(house: TestHouse, args: unknown, tool = 't'): Promise<Ended> {
  const hooked: unknown[] = [];
  const stop = house.container.get(HookRegistry).on('violation', ({ violation }) => void hooked.push(violation.action));
  let [given, got, error, ran]: [unknown, unknown, unknown, boolean] = [undefined, undefined, undefined, false];
  const { results } = await withResults(async () => {
    try {
      got = await new Enforcer(undefined, { container: house.container }).run(async (value: unknown) => { [ran, given] = [true, value]; return value; }, { tool, args: [args] });
    } catch (thrown) {
      error = thrown;
    }
  });
  await house.container.get(ObserverQueue).flush();
  stop();
  return { given, got, error, ran, result: results[0], hooked };
}

const actions = ['block', 'redact', 'log'] as const;

describe('which action counts', () => {
  it.each(actions.flatMap((rule) => actions.flatMap((tool) => actions.map((general) => [rule, tool, general] as const))))(
    'the rule’s own (%s) goes before the tool’s (%s) and the policy’s (%s)',
    async (rule, tool, general) => {
      const house = houseWith({ tools: { t: { on_violation: tool, args: { a: { max: 3, action: rule }, b: { max: 3 } } }, u: { args: { a: { max: 3 } } } } }, {}, { on_violation: general });
      const actionOf = async (args: object, name = 't'): Promise<unknown> => (await send(house, args, name)).result?.violations[0]?.action;

      expect([await actionOf({ a: 9 }), await actionOf({ b: 9 }), await actionOf({ a: 9 }, 'u')]).toEqual([rule, tool, general]);
    },
  );

  it.each(actions)('%s on an argument', async (action) => {
    const house = houseWith({ tools: { t: { args: { a: { max: 3, action } } } } });
    const { given, ran, result } = await send(house, { a: 9 });

    expect(ran).toBe(action !== 'block');
    expect(given).toEqual({ block: undefined, redact: { a: '<REMOVED>' }, log: { a: 9 } }[action]);
    expect(result).toMatchObject({ decision: { block: 'blocked', redact: 'redacted', log: 'allowed' }[action], redactionsInput: action === 'redact' ? 1 : 0 });
  });
});

describe('redact where there is nothing to hide blocks', () => {
  it.each<[string, object, unknown]>([
    ['a tool list', { denied_tools: ['t'] }, {}],
    ['a list of allowed tools', { allowed_tools: ['u'] }, {}],
    ['a condition on the whole call', { conditions: [{ when: 'tool == "u"' }] }, {}],
    ['where calls may happen', { context: { tenant: ['acme'] } }, {}],
    ['an argument that is missing', { tools: { t: { args: { a: { required: true } } } } }, {}],
    ['an argument too many', { tools: { t: { args: { a: { type: 'number' } }, extra_args: 'deny' } } }, { b: 1 }],
    ['the name of a member', { content_rules: { block_patterns: [{ name: 'x', pattern: 'xyzzy' }] } }, { xyzzy: 1 }],
    ['a host in the name of a member', { network: {} }, { 'https://evil.com': 1 }],
    ['a key of a map', { content_rules: { block_patterns: [{ name: 'x', pattern: 'xyzzy' }] } }, { m: new Map([['xyzzy', 1]]) }],
    ['a text inside a key of a map', { content_rules: { block_patterns: [{ name: 'x', pattern: 'xyzzy' }] } }, { m: new Map([[{ q: ['xyzzy'] }, 1]]) }],
    ['a size', { max_output_size_bytes: 1 }, { a: 1 }],
  ])('%s', async (_what, rules, args) => {
    const { error, result, got } = await send(houseWith(rules, {}, { on_violation: 'redact' }), args);

    expect(error).toBeInstanceOf(EnforcementViolation);
    expect(got).toBeUndefined();
    expect(result).toMatchObject({ decision: 'blocked', violations: [expect.objectContaining({ action: 'block' })] });
  });
});

describe('redact hides what broke the rule, wherever it stands', () => {
  const word = (action = 'redact'): object => ({ content_rules: { block_patterns: [{ name: 'x', pattern: 'xyzzy', action }, { name: 'y', pattern: 'zzyq+', action }] } });

  it.each<[string, unknown, unknown]>([
    ['a member', { a: 'an xyzzy b' }, { a: 'an <X> b' }],
    ['an item', { a: ['xyzzy', 'c'] }, { a: ['<X>', 'c'] }],
    ['an item of a set', { a: new Set(['xyzzy', 'c']) }, { a: new Set(['<X>', 'c']) }],
    ['an entry of a map', { a: new Map([['k', 'xyzzy']]) }, { a: new Map([['k', '<X>']]) }],
    ['an entry under a number', { a: new Map([[5, 'xyzzy']]) }, { a: new Map([[5, '<X>']]) }],
    ['entries under objects', { a: new Map([[{ k: 1 }, 'xyzzy'], [{ k: 2 }, 'abcdefg xyzzy']]) }, { a: new Map([[{ k: 1 }, '<X>'], [{ k: 2 }, 'abcdefg <X>']]) }],
    ['an address', { a: new URL('https://a.example/xyzzy') }, { a: '<X>' }],
    ['what is there twice', { a: 'xyzzy, xyzzy' }, { a: '<X>, <X>' }],
    ['what two rules found overlapping', { a: 'xyzzyqq' }, { a: '<X>' }],
    ['what stands between surrogates', { a: '😀xyzzy😀' }, { a: '😀<X>😀' }],
    ['what is disguised', { a: '😀ｘｙｚ\u200bｚｙ!' }, { a: '😀<X>!' }],
    ['shared parts, in each place', ((shared) => ({ a: shared, b: [shared] }))({ q: 'xyzzy' }), { a: { q: '<X>' }, b: [{ q: '<X>' }] }],
    ['plain text', 'xyzzy', '<X>'],
  ])('%s', async (_what, args, expected) => {
    const { given, result } = await send(houseWith(word()), args);

    expect(given).toEqual(expected);
    expect(result?.decision).toBe('redacted');
  });

  it('what an error says', async () => {
    const { given, ran } = await send(houseWith(word()), { a: new Error('an xyzzy') });

    expect([ran, JSON.stringify(Object.getOwnPropertyDescriptors((given as { a: object }).a))]).toEqual([true, expect.not.stringContaining('xyzzy')]);
  });

  it('a class instance stays one, and everything stays frozen', async () => {
    class Letter {
      readonly body = 'xyzzy';
      readonly to = Object.freeze({ name: 'xyzzy' });
    }
    const { given } = await send(houseWith(word()), { letter: new Letter() });
    const { letter } = given as { letter: Letter };

    expect(letter).toBeInstanceOf(Letter);
    expect([letter.body, letter.to.name]).toEqual(['<X>', '<X>']);
    expect([given, letter, letter.to].every(Object.isFrozen)).toBe(true);
  });

  it('and is not counted again when the sink looks once more', async () => {
    const house = houseWith({ tools: { t: { args: { q: { sink: 'sql', action: 'redact' } } } } });
    const { given, result } = await send(house, { q: 'drop table x' });

    expect(given).toEqual({ q: '<REMOVED>' });
    expect(result).toMatchObject({ redactionsInput: 1, violations: [{ action: 'redact' }] });
  });
});

describe('what is only logged is seen', () => {
  it('in the result, by hooks, and in the entry, and the call goes on', async () => {
    const house = houseWith({ denied_tools: ['t'], tools: { t2: { args: { a: { max: 1 } } } } }, {}, { on_violation: 'log' });

    expect(await send(house, {})).toMatchObject({ ran: true, hooked: ['log'], result: { decision: 'allowed', violationType: 'tool_denied', violations: [{ action: 'log', rule: 'rules.denied_tools[0]' }] } });
    expect(await send(house, { a: 2 }, 't2')).toMatchObject({ ran: true, hooked: ['log'] });
    expect(house.auditor.calls).toEqual([
      expect.objectContaining({ decision: 'allowed', violation_type: 'tool_denied', violations: [expect.objectContaining({ action: 'log' })] }),
      expect.objectContaining({ decision: 'allowed', violation_type: 'argument_violation', violations: [expect.objectContaining({ path: 'a' })] }),
    ]);
  });

  it('beside what blocks: all is listed, and the error is about what blocks', async () => {
    const house = houseWith({ tools: { t: { args: { a: { max: 1, action: 'log' }, b: { max: 1, action: 'redact' }, c: { max: 1 } } } } });
    const { error, result, ran } = await send(house, { a: 2, b: 2, c: 2 });

    expect(ran).toBe(false);
    expect(result?.violations.map(({ action }) => action)).toEqual(['log', 'redact', 'block']);
    expect(error).toMatchObject({ violationType: 'argument_violation', toolName: 't', policyName: 'test', reason: expect.stringContaining('at most 1') });
    expect(String(error)).toContain('c');
  });
});

describe('errors of blocked calls say of what kind they are', () => {
  it.each<[object, unknown, object]>([
    [{ denied_tools: ['t'] }, {}, { code: 'TOOL_DENIED', violationType: 'tool_denied' }],
    [{ allowed_tools: [] }, {}, { code: 'TOOL_NOT_ALLOWED', violationType: 'tool_not_allowed' }],
    [{ tools: { t: { args: { a: { max: 1 } } } } }, { a: 2 }, { violationType: 'argument_violation' }],
    [{ conditions: [{ when: 'tool == "u"' }] }, {}, { violationType: 'condition_violation' }],
    [{ network: {} }, { a: 'https://evil.com' }, { violationType: 'domain_denied' }],
    [{ content_rules: {} }, { a: 'rm -rf /' }, { violationType: 'content_violation' }],
    [{ sensitivity_labels: { default_label: 'restricted', fallback: 'block' } }, { a: 1 }, { violationType: 'sensitivity_violation' }],
  ])('%j', async (rules, args, expected) => {
    expect((await send(houseWith(rules), args)).error).toMatchObject({ ...expected, toolName: 't', policyName: 'test', reason: expect.stringMatching(/\w/) });
  });
});

describe('mode: monitor', () => {
  it('stops and changes nothing, whatever the rules and whatever their actions', async () => {
    const args = { a: 9, q: 'drop table x', text: 'xyzzy https://evil.com rm -rf /', list: [1] };
    const house = houseWith(
      {
        allowed_tools: ['u'],
        denied_tools: ['*'],
        context: { tenant: ['acme'] },
        conditions: [{ when: 'args.missing == 1' }],
        network: { action: 'redact' },
        content_rules: {},
        sensitivity_labels: { default_label: 'restricted', fallback: 'block' },
        tools: { 't*': { extra_args: 'deny', on_violation: 'redact', args: { a: { max: 1 }, q: { sink: 'sql', action: 'block' }, b: { required: true } } } },
        rate_limits: { global: { max_calls: 1 } },
        max_output_size_bytes: 1,
      },
      {},
      { mode: 'monitor' },
    );

    for (let i = 0; i < 3; i += 1) {
      const { given, got, result } = await send(house, args);
      expect([given, got]).toEqual([args, args]);
      expect(result?.decision).toBe('allowed');
      expect(new Set(result?.violations.map(({ action }) => action))).toEqual(new Set(['would_block', 'would_redact']));
    }
  });
});

describe('an engine of one’s own', () => {
  const withEngine = (verdict: unknown): TestHouse => {
    const house = houseWith({});
    house.container.rebind(PolicyEngine).toConstantValue({ decide: () => verdict as Verdict });
    return house;
  };

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a promise', Promise.resolve({ decision: 'allowed', violations: [] })],
    ['another word', { decision: 'ALLOWED', violations: [] }],
    ['no list', { decision: 'allowed' }],
    ['a list of something else', { decision: 'allowed', violations: [{}] }],
    ['redactions without a place', { decision: 'allowed', violations: [], redactions: [{ placeholder: 'x' }] }],
    ['a redaction of the list of arguments itself', { decision: 'allowed', violations: [], redactions: [{ keys: [], placeholder: 'x' }] }],
  ])('that answers %s blocks the call', async (_what, verdict) => {
    expect(await send(withEngine(verdict), {})).toMatchObject({ ran: false, error: { code: 'POLICY_EVALUATION' } });
  });

  it('that throws blocks the call, and keeps why', async () => {
    const house = houseWith({});
    const cause = new TypeError('x');
    house.container.rebind(PolicyEngine).toConstantValue({ decide: () => { throw cause; } });

    expect(await send(house, {})).toMatchObject({ ran: false, error: { code: 'POLICY_EVALUATION', cause } });
  });

  it('that blocks without a reason blocks', async () => {
    expect(await send(withEngine({ decision: 'blocked', violations: [] }), {})).toMatchObject({ ran: false, error: { violationType: 'policy_error' } });
  });

  it('that gives no action means what it decided', async () => {
    const violations = [{ rule: 'own', type: 'argument_violation', reason: 'because' }];

    expect((await send(withEngine({ decision: 'allowed', violations }), {})).result?.violations).toEqual([expect.objectContaining({ rule: 'own', action: 'log' })]);
    expect((await send(withEngine({ decision: 'blocked', violations }), {})).result?.violations).toEqual([expect.objectContaining({ rule: 'own', action: 'block' })]);
    const monitored = houseWith({}, {}, { mode: 'monitor' });
    monitored.container.rebind(PolicyEngine).toConstantValue({ decide: () => ({ decision: 'blocked', violations }) as Verdict });
    expect(await send(monitored, {})).toMatchObject({ ran: true, result: { violations: [{ action: 'would_block' }] } });
  });

  it('that looks once more and blocks, blocks', async () => {
    const house = houseWith({ tools: { t: { args: { q: { sink: 'sql' } } } } });
    const inner = new YamlPolicyEngine();
    house.container.rebind(PolicyEngine).toConstantValue({ decide: inner.decide.bind(inner), decideAgain: () => ({ decision: 'blocked', violations: [] }) });

    expect((await send(house, { q: 'select 1' })).ran).toBe(false);
  });
});
