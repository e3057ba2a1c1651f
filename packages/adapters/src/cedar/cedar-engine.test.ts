import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { Policy, PolicyLoadError, PolicyValidationError, YamlPolicyEngine, type Call, type DecisionState, type PolicyEngine, type PolicyIssue, type Verdict } from '@enforcecore/core';
import { engineLaws, sampleCall } from '@enforcecore/core/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cedarEngine, type CedarEngineOptions } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'enforcecore-cedar-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const everything = Policy.from({ name: 'all' });
const state: DecisionState = { nowMs: 0, environment: undefined, env: {}, session: { id: undefined } };
const permitAll = 'permit(principal, action, resource);';
const cheap = 'permit(principal, action, resource) when { context.args.amount <= 1000 };';

const callOf = (input: unknown, more: Partial<Call> = {}): Call => ({ ...sampleCall('pay'), input: input as Call['input'], ...more });
const decide = (options: CedarEngineOptions, call: Call = callOf({})): Verdict => cedarEngine(options).decide(call, everything, state);
const blockedBy = (verdict: Verdict): string[] => {
  expect(verdict.decision).toBe('blocked');
  return verdict.violations.map(({ rule, type }) => `${rule} ${type}`);
};

function issuesOf(options: CedarEngineOptions): readonly PolicyIssue[] {
  try {
    cedarEngine(options);
  } catch (error) {
    if (error instanceof PolicyValidationError) return error.issues;
    throw error;
  }
  throw new Error('expected the options to be refused');
}

describe('the laws of an engine', () => {
  const make = (): PolicyEngine => cedarEngine({ policies: 'permit(principal, action, resource == Tool::"allowed");' });

  it.each(engineLaws(make))('$title', ({ check }) => check());

  it('lets the permitted tool through and no other', () => {
    expect(make().decide(sampleCall('allowed'), everything, state)).toMatchObject({ decision: 'allowed', violations: [] });
    for (const tool of ['other', 'allowed2', '__proto__', 'constructor', '__entity']) {
      expect(make().decide(sampleCall(tool), everything, state).violations).toEqual([
        { rule: 'cedar', type: 'tool_not_allowed', reason: 'no Cedar policy permits it' },
      ]);
    }
  });
});

describe('what Cedar decides', () => {
  it('blocks everything when there are no policies', () => {
    expect(blockedBy(decide({ policies: '' }))).toEqual(['cedar tool_not_allowed']);
  });

  it.each([
    [1000, 'allowed'],
    [-5, 'allowed'],
    [1001, 'blocked'],
    [999.5, 'blocked'],
    [2 ** 53, 'blocked'],
    ['5', 'blocked'],
    [Number.NaN, 'blocked'],
    [undefined, 'blocked'],
    [null, 'blocked'],
    [[5], 'blocked'],
  ])('with amount <= 1000, an amount of %p is %s', (amount, decision) => {
    expect(decide({ policies: cheap }, callOf({ amount })).decision).toBe(decision);
  });

  it('compares amounts with decimals as decimals', () => {
    const policies = 'permit(principal, action, resource) when { context.args.amount.lessThanOrEqual(decimal("10.5")) };';

    expect(decide({ policies }, callOf({ amount: 10.5 })).decision).toBe('allowed');
    expect(decide({ policies }, callOf({ amount: 10.5001 })).decision).toBe('blocked');
  });

  it('reads dates as datetime', () => {
    const policies = 'permit(principal, action, resource) when { context.args.at < datetime("2026-01-01") };';

    expect(decide({ policies }, callOf({ at: new Date('2025-12-31T23:59:59.999Z') })).decision).toBe('allowed');
    expect(decide({ policies }, callOf({ at: new Date('2026-01-01T00:00:00Z') })).decision).toBe('blocked');
  });

  it('names every policy that forbids, by its @id or its number', () => {
    const policies = `${permitAll}\n@id("no-pay") forbid(principal, action, resource == Tool::"pay");\nforbid(principal, action, resource) when { context.depth == 1 };`;

    expect(decide({ policies }).violations).toEqual([
      { rule: 'cedar:no-pay', type: 'tool_denied', reason: 'forbidden by Cedar policy "no-pay"' },
      { rule: 'cedar:policy2', type: 'tool_denied', reason: 'forbidden by Cedar policy "policy2"' },
    ]);
  });

  it.each(['@id', '@id("")', '@other("x")'])('goes by the number of a policy with %s', (annotation) => {
    expect(blockedBy(decide({ policies: `${annotation} forbid(principal, action, resource);` }))).toEqual(['cedar:policy0 tool_denied']);
  });

  it('names the right one of many policies', () => {
    const forbids = Array.from({ length: 25 }, (_, i) => `@id("n${String(i)}") forbid(principal, action, resource == Tool::"t${String(i)}");`);
    const engine = cedarEngine({ policies: [permitAll, ...forbids].join('\n') });

    for (let i = 0; i < 25; i += 1) {
      expect(blockedBy(engine.decide(sampleCall(`t${String(i)}`), everything, state))).toEqual([`cedar:n${String(i)} tool_denied`]);
    }
  });

  it('gives policies the agent, the tenant, the session, labels and depth', () => {
    const policies = `permit(principal == Agent::"ann", action == Action::"call", resource == Tool::"pay")
      when { context.tenant == "t" && context.session == "s" && context.labels.env == "prod" && context.depth == 2 };`;
    const who = { agent: 'ann', tenant: 't', session: 's', labels: { env: 'prod' }, depth: 2 };

    expect(decide({ policies }, callOf({}, who)).decision).toBe('allowed');
    expect(decide({ policies }, callOf({}, { ...who, agent: 'bob' })).decision).toBe('blocked');
    expect(decide({ policies }, callOf({}, { ...who, tenant: undefined })).decision).toBe('blocked');
  });

  it('calls an agent without a name anonymous', () => {
    expect(decide({ policies: 'permit(principal == Agent::"anonymous", action, resource);' }).decision).toBe('allowed');
  });

  it('maps calls as the application says, with entities and their groups', () => {
    const options: CedarEngineOptions = {
      policies: 'permit(principal in Team::"billing", action == Action::"write", resource == Account::"a1") when { principal.active && context.cents < 5 };',
      entities: [{ uid: { type: 'User', id: 'ann' }, attrs: { active: true }, parents: [{ type: 'Team', id: 'billing' }] }],
      principal: ({ agent }) => ({ type: 'User', id: agent ?? '' }),
      action: () => ({ type: 'Action', id: 'write' }),
      resource: ({ input }) => ({ type: 'Account', id: String(input['account']) }),
      context: ({ input }) => ({ cents: Math.round(Number(input['amount']) * 100) }),
    };

    expect(decide(options, callOf({ account: 'a1', amount: 0.03 }, { agent: 'ann' })).decision).toBe('allowed');
    expect(decide(options, callOf({ account: 'a2', amount: 0.03 }, { agent: 'ann' })).decision).toBe('blocked');
    expect(decide(options, callOf({ account: 'a1', amount: 0.03 }, { agent: 'bob' })).decision).toBe('blocked');
    expect(decide(options, callOf({ account: 'a1', amount: 0.09 }, { agent: 'ann' })).decision).toBe('blocked');
  });

  it('keeps its own copy of entities', () => {
    const attrs = { active: false };
    const engine = cedarEngine({
      policies: 'permit(principal, action, resource) when { principal.active };',
      entities: [{ uid: { type: 'Agent', id: 'anonymous' }, attrs, parents: [] }],
    });
    attrs.active = true;

    expect(engine.decide(callOf({}), everything, state).decision).toBe('blocked');
  });

  it('lets no engine change what another one decides by', () => {
    const first = cedarEngine({ policies: permitAll });
    const second = cedarEngine({ policies: 'forbid(principal, action, resource);' });

    expect(first.decide(callOf({}), everything, state).decision).toBe('allowed');
    expect(second.decide(callOf({}), everything, state).decision).toBe('blocked');
  });
});

describe('failing closed', () => {
  it('blocks when a permit cannot be evaluated, even if another permits', () => {
    const policies = `${permitAll}\n// é€😀\n@id("limit") ${cheap}`;

    expect(decide({ policies }, callOf({ other: 'xyzzy' })).violations).toEqual([
      {
        rule: 'cedar:limit',
        type: 'policy_error',
        reason: 'Cedar policy "limit" could not be evaluated at line 3, column 57: what it reads there is missing or of another type',
      },
    ]);
  });

  it('blocks when a forbid cannot be evaluated, which Cedar itself would pass over', () => {
    const policies = `${permitAll} @id("large") forbid(principal, action, resource) when { context.args.amount > 1000 };`;

    expect(decide({ policies }, callOf({ amount: 5 })).decision).toBe('allowed');
    expect(blockedBy(decide({ policies }, callOf({ amount: 5000 })))).toEqual(['cedar:large tool_denied']);
    expect(blockedBy(decide({ policies }, callOf({ amount: '5000' })))).toEqual(['cedar:large policy_error']);
    expect(blockedBy(decide({ policies }, callOf({})))).toEqual(['cedar:large policy_error']);
  });

  it('blocks on overflow', () => {
    const policies = 'permit(principal, action, resource) when { context.args.n * 9223372036854775807 > 0 };';

    expect(blockedBy(decide({ policies }, callOf({ n: 2 })))).toEqual(['cedar:policy0 policy_error']);
  });

  it.each(['__entity', '__extn', '__expr', '__proto__'])('takes no argument with the key %s for something of Cedar (escape attack)', (key) => {
    const policies = 'permit(principal, action, resource) when { context.args.role == Role::"admin" || context.args.role == ip("10.0.0.1") };';
    const values = ['{"type": "Role", "id": "admin"}', '{"fn": "ip", "arg": "10.0.0.1"}', '"Role::\\"admin\\""'];

    for (const value of values) {
      const call = callOf(JSON.parse(`{"role": {"${key}": ${value}}}`));
      expect(decide({ policies }, call).violations).toMatchObject([{ rule: 'cedar', type: 'policy_error' }]);
      expect(decide({ policies: permitAll }, call).decision).toBe('blocked');
    }
  });

  it('blocks escapes in labels and in what a mapping returns', () => {
    const forged = JSON.parse('{"__entity": {"type": "Role", "id": "admin"}}') as Record<string, string>;

    expect(decide({ policies: permitAll }, callOf({}, { labels: forged })).decision).toBe('blocked');
    expect(decide({ policies: permitAll, context: ({ input }) => ({ ...input }) }, callOf(forged)).decision).toBe('blocked');
  });

  it.each([
    ['a lone surrogate', '\ud800'],
    ['a list with null', [null]],
    ['a cycle', (() => { const a: unknown[] = []; a.push(a); return a; })()],
    ['10 MB of text', 'x'.repeat(10 * 1024 * 1024)],
    ['100,000 values', Array.from({ length: 100_000 }, () => 1)],
  ])('blocks %s, and answers the next call', (_what, value) => {
    const engine = cedarEngine({ policies: permitAll });

    expect(engine.decide(callOf({ value }), everything, state).violations).toMatchObject([{ rule: 'cedar', type: 'policy_error' }]);
    expect(engine.decide(callOf({ value: 1 }), everything, state).decision).toBe('allowed');
  });

  it.each([['NUL', 'a\0b'], ['zero width', 'a\u200bb'], ['fullwidth', 'ａ']])('compares text with %s as it is', (_what, text) => {
    const policies = 'permit(principal, action, resource) when { context.args.text == "ab" || context.args.text == "a" };';

    expect(blockedBy(decide({ policies }, callOf({ text })))).toEqual(['cedar tool_not_allowed']);
  });

  it('evaluates the deepest arguments that a call can have', () => {
    let deep: unknown = 'end';
    for (let i = 0; i < 64; i += 1) deep = { deep };

    expect(decide({ policies: 'permit(principal, action, resource) when { context.args == context.args };' }, callOf({ deep })).decision).toBe('allowed');
  });

  it('quotes no argument in a reason', () => {
    const schema = 'entity Agent; entity Tool; action call appliesTo { principal: Agent, resource: Tool, context: { args: { amount?: Long }, depth: Long, labels: {} } };';
    const hostile = ['xyzzy', { xyzzy: 'xyzzy' }, ['xyzzy'], 1.5, { __entity: { type: 'xyzzy', id: 'xyzzy' } }, new URL('xyzzy:xyzzy')];
    const sets = [cheap, 'permit(principal, action, resource) when { decimal(context.args.amount) == context.args.amount };', 'permit(principal, action, resource) when { ip(context.args.xyzz) == context.args };'];

    for (const value of hostile) {
      for (const call of [callOf({ amount: value }), callOf({ xyzzy: value })]) {
        const verdicts = [...sets.map((policies) => decide({ policies }, call)), decide({ policies: permitAll, schema }, call)];
        for (const verdict of verdicts) {
          expect(verdict.decision).toBe('blocked');
          expect(JSON.stringify(verdict)).not.toContain('xyzzy');
        }
      }
    }
  });

  it.each([undefined, null, {}, { type: 'Agent' }, { type: 1, id: 'a' }, 'Agent::"a"'])('throws when a mapping gives %p for an entity', (uid) => {
    expect(() => decide({ policies: permitAll, principal: () => uid as never })).toThrow(TypeError);
  });

  it('blocks when a mapping gives an entity type that is none', () => {
    expect(blockedBy(decide({ policies: permitAll, principal: () => ({ type: 'no type!', id: 'a' }) }))).toEqual(['cedar policy_error']);
  });
});

describe('a schema', () => {
  const schema = 'entity Agent; entity Tool;\naction call appliesTo { principal: Agent, resource: Tool, context: { args: { amount: Long }, depth: Long, labels: {} } };';

  it('lets a call through that fits it, and blocks one that does not', () => {
    expect(decide({ policies: cheap, schema }, callOf({ amount: 5 })).decision).toBe('allowed');
    for (const input of [{ amount: 'xyzzy' }, {}, { amount: 5, more: 1 }]) {
      expect(decide({ policies: permitAll, schema }, callOf(input)).violations).toEqual([
        { rule: 'cedar', type: 'policy_error', reason: 'Cedar could not read the request, or it does not fit the schema' },
      ]);
    }
  });

  it('is refused with line and column when it does not parse', () => {
    expect(issuesOf({ policies: permitAll, schema: 'entity Agent;\nentty Tool;' })).toMatchObject([{ file: '(Cedar schema)', line: 2, column: 1 }]);
  });

  it('refuses policies that do not fit it, each with line and column', () => {
    const policies = `${permitAll}\npermit(principal, action, resource) when { context.args.amont > 5 };`;

    expect(issuesOf({ policies, schema })).toMatchObject([{ file: '(Cedar policies)', line: 2, column: 44, message: expect.stringContaining('amont') }]);
  });
});

describe('what cannot be used', () => {
  it('refuses policies that do not parse, with line, column and what was expected', () => {
    const policies = `// é€😀\n${permitAll}\n  permitt(principal, action, resource);`;
    const [issue] = issuesOf({ policies });

    expect(issue).toMatchObject({ file: '(Cedar policies)', line: 3, column: 3, message: expect.stringContaining('permitt') });
    expect(() => cedarEngine({ policies })).toThrow(/\(Cedar policies\):3:3: /);
  });

  it('refuses templates', () => {
    expect(issuesOf({ policies: 'permit(principal == ?principal, action, resource);' })).toMatchObject([{ message: expect.stringContaining('templates') }]);
  });

  it.each(['Send_Mail', ' send_mail', 'ｓend_mail', 'send mail'])('refuses policies that name Tool::"%s", which no call has', (tool) => {
    const places = [`resource == Tool::"${tool}"`, `resource in Tool::"${tool}"`];
    const conditions = [`resource == Tool::"${tool}"`, `[Tool::"x", Tool::"${tool}"].contains(resource)`];

    for (const place of places) expect(issuesOf({ policies: `forbid(principal, action, ${place});` })).toHaveLength(1);
    for (const condition of conditions) expect(issuesOf({ policies: `forbid(principal, action, resource) when { ${condition} };` })).toHaveLength(1);
    expect(issuesOf({ policies: permitAll, entities: [{ uid: { type: 'Tool', id: tool }, attrs: {}, parents: [] }] })).toHaveLength(1);
    expect(() => cedarEngine({ policies: `forbid(principal, action, resource == Tool::"${tool}");`, resource: () => ({ type: 'Tool', id: 'Any' }) })).not.toThrow();
  });

  it('refuses entities that Cedar cannot read', () => {
    expect(issuesOf({ policies: permitAll, entities: [{ uid: { type: 'A', id: 'b' }, attrs: {} } as never] })).toMatchObject([{ file: '(Cedar entities)' }]);
  });

  it.each([[{}], [{ policies: permitAll, policyFile: 'x.cedar' }]])('refuses %p: one source is needed', (options) => {
    expect(() => cedarEngine(options)).toThrow(PolicyLoadError);
  });

  it('reads a file, and names it in messages', () => {
    const path = join(folder, 'policies.cedar');
    writeFileSync(path, permitAll);
    expect(decide({ policyFile: path }).decision).toBe('allowed');
    expect(decide({ policyFile: pathToFileURL(path) }).decision).toBe('allowed');

    writeFileSync(path, 'nonsense');
    expect(() => cedarEngine({ policyFile: path })).toThrow(path);
    expect(() => cedarEngine({ policyFile: join(folder, 'none.cedar') })).toThrow(PolicyLoadError);
    expect(() => cedarEngine({ policyFile: folder })).toThrow(PolicyLoadError);
  });
});

describe('the policy document beside Cedar', () => {
  const document = Policy.from({ name: 'document', rules: { denied_tools: ['pay'] } });
  const logging = Policy.from({ name: 'logging', on_violation: 'log', rules: { denied_tools: ['pay'] } });

  it('blocks what Cedar permits and the document denies', () => {
    expect(blockedBy(cedarEngine({ policies: permitAll }).decide(callOf({}), document, state))).toEqual([expect.stringContaining('tool_denied')]);
  });

  it('blocks what the document allows and Cedar does not', () => {
    expect(blockedBy(cedarEngine({ policies: '' }).decide(callOf({}), everything, state))).toEqual(['cedar tool_not_allowed']);
  });

  it('lists both when both block, the document first', () => {
    expect(blockedBy(cedarEngine({ policies: '' }).decide(callOf({}), document, state))).toEqual([expect.stringContaining('tool_denied'), 'cedar tool_not_allowed']);
  });

  it('names Cedar first when the document only logs', () => {
    expect(blockedBy(cedarEngine({ policies: '' }).decide(callOf({}), logging, state))).toEqual(['cedar tool_not_allowed', expect.stringContaining('tool_denied')]);
    expect(cedarEngine({ policies: permitAll }).decide(callOf({}), logging, state)).toMatchObject({ decision: 'allowed', violations: [{ type: 'tool_denied' }] });
  });

  it('does not decide when it is switched off', () => {
    expect(cedarEngine({ policies: permitAll, alsoPolicyDocument: false }).decide(callOf({}), document, state).decision).toBe('allowed');
  });

  it('is handed everything that the pipeline hands over', () => {
    const asked = jest.spyOn(YamlPolicyEngine.prototype, 'decide');
    const call = callOf({});
    cedarEngine({ policies: permitAll }).decide(call, everything, state);

    expect(asked.mock.calls).toEqual([[call, everything, state]]);
    asked.mockRestore();
  });

  it('has its second look, and Cedar alone has none', () => {
    const again = jest.spyOn(YamlPolicyEngine.prototype, 'decideAgain').mockReturnValue({ decision: 'blocked', violations: [] });
    const look = (options: CedarEngineOptions): unknown => cedarEngine(options).decideAgain?.(callOf({}), everything, state).decision;

    expect(look({ policies: permitAll })).toBe('blocked');
    expect(look({ policies: permitAll, alsoPolicyDocument: false })).toBe('allowed');
    again.mockRestore();
  });
});
