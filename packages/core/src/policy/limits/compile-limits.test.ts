import { describe, expect, it } from '@jest/globals';
import { PolicyValidationError } from '../../errors.js';
import { Policy } from '../policy.js';

const parse = (rules: string): Policy => Policy.parse(`name: p\nrules:\n  ${rules.replaceAll('\n', '\n  ')}\n`);

function problems(rules: string): readonly string[] {
  try {
    parse(rules);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyValidationError)) throw error;
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('the limits of a policy', () => {
  it('gives a tool those that are for it, each under the place where it stands', () => {
    const policy = parse(`rate_limits:
  per_tool: { send_*: { max_calls: 2 } }
  global: { max_calls: 9 }
  limits:
    - { name: mail, tools: [send_*], by: [tenant, 'args.to[0]'], max_calls: 3, window_seconds: 1, algorithm: gcra, burst: 2, count_blocked: true }
    - { tools: [other], max_calls: 4 }
budgets: [{ name: daily, by: [agent], max_usd: 0.5, period: day }]
concurrency: { max_calls: 5, limits: [{ name: each, by: [session], max_calls: 1 }], max_waiting: 3, max_wait_seconds: 2 }
resource_limits: { max_cost_usd: 1, max_call_cost_usd: 0.25 }
tools: { send_mail: { rate_limit: { max_calls: 1 }, resource_limits: { max_concurrent_calls: 2, max_call_cost_usd: 0.1 } } }`);

    const { rates, budgets, slots, queue, maxCallMicros } = policy.rulesFor('send_mail').limits;

    expect(rates.map(({ id, rule, countsBlocked }) => [id, rule, countsBlocked])).toEqual([
      ['rules.rate_limits.per_tool.send_*', { maxCalls: 2, windowMs: 60_000 }, false],
      ['rules.tools.send_mail.rate_limit', { maxCalls: 1, windowMs: 60_000 }, false],
      ['rules.rate_limits.limits.mail', { maxCalls: 3, windowMs: 1_000, algorithm: 'gcra', burst: 2 }, true],
      ['rules.rate_limits.global', { maxCalls: 9, windowMs: 60_000 }, false],
    ]);
    expect(rates[2]?.by).toEqual([{ by: 'tenant' }, { by: 'argument', path: 'to[0]', steps: [{ kind: 'name', name: 'to' }, { kind: 'index', index: 0 }] }]);
    expect(budgets).toEqual([
      { id: 'rules.resource_limits.max_cost_usd', by: [], limitMicros: 1_000_000, period: 'ever' },
      { id: 'rules.budgets.daily', by: [{ by: 'agent' }], limitMicros: 500_000, period: 'day' },
    ]);
    expect(slots.map(({ id, maxCalls }) => [id, maxCalls])).toEqual([
      ['rules.tools.send_mail.resource_limits.max_concurrent_calls', 2],
      ['rules.concurrency.max_calls', 5],
      ['rules.concurrency.limits.each', 1],
    ]);
    expect([queue, maxCallMicros]).toEqual([{ maxWaiting: 3, maxWaitMs: 2_000 }, 100_000]);
    expect(policy.rulesFor('other').limits.rates.map(({ id }) => id)).toEqual(['rules.rate_limits.limits[other; 60 s]', 'rules.rate_limits.global']);
  });

  it('knows limits without a name by what they say, wherever they stand, and never two by one id', () => {
    const idsOf = (limits: string): readonly string[] => parse(`rate_limits: { limits: [${limits}] }`).rulesFor('a').limits.rates.map(({ id }) => id);
    const one = '{ tools: [b, a], by: [tenant], max_calls: 2, window_seconds: 9, algorithm: gcra }';

    expect(idsOf(`{ max_calls: 1 }, ${one}`)[1]).toBe('rules.rate_limits.limits[a, b; by tenant; 9 s gcra]');
    expect(idsOf(one.replace('2', '3'))).toEqual(idsOf(one));
    expect(idsOf(`${one}, ${one}`)).toEqual([expect.any(String), 'rules.rate_limits.limits[a, b; by tenant; 9 s gcra; 2]']);
    expect(new Set(['{ max_calls: 1, window_seconds: 9 }', '{ max_calls: 1 }', '{ max_calls: 1, algorithm: gcra }', '{ max_calls: 1, by: [agent] }', '{ max_calls: 1, tools: [a] }'].flatMap(idsOf)).size).toBe(5);
    expect(idsOf(`{ max_calls: 1, tools: [a, ${Array.from({ length: 99 }, (_, i) => `tool_${String(i)}`).join(', ')}] }`)[0]).toMatch(/limits\[#[\w-]{16}\]$/);
  });

  it('warns of budgets whose accounts never end and that callers make', () => {
    const warned = (rules: string): readonly string[] => parse(rules).warnings.map(({ path }) => path);

    expect(warned('budgets: [{ by: [tenant], max_usd: 1 }, { by: [session], max_usd: 1 }, { by: [tenant, args.a], max_usd: 1 }, { by: [session], max_usd: 1, period: day }]')).toEqual(['rules.budgets[1]', 'rules.budgets[2]']);
  });

  it('costs tools without limits nothing: all of them share one object', () => {
    const policy = parse('rate_limits: { limits: [{ tools: [a], max_calls: 1 }] }');

    expect(policy.rulesFor('b').limits).toBe(policy.rulesFor('c').limits);
    expect(policy.rulesFor('b').limits.rates).toEqual([]);
  });

  it.each([
    ['rate_limits: { limits: [{ max_calls: 5, burst: 2 }] }', 'rules.rate_limits.limits[0].burst: a sliding window has no burst'],
    ['rate_limits: { limits: [{ max_calls: 5, algorithm: gcra, burst: 6 }] }', 'rules.rate_limits.limits[0].burst: more than max_calls'],
    ['rate_limits: { limits: [{ tools: [], max_calls: 5 }] }', 'rules.rate_limits.limits[0].tools: the limit is for no tool'],
    ['rate_limits: { limits: [{ by: [user], max_calls: 5 }] }', 'rules.rate_limits.limits[0].by[0]: got the text "user"'],
    ['rate_limits: { limits: [{ by: ["args.a..b"], max_calls: 5 }] }', 'rules.rate_limits.limits[0].by[0]: got a path that cannot be read'],
    ['budgets: [{ name: a }]', 'rules.budgets[0]'],
    ['budgets: [{ name: a, max_usd: -1 }]', 'rules.budgets[0].max_usd: got the number -1'],
    ['budgets: [{ name: a, max_usd: .inf }]', 'rules.budgets[0].max_usd: got'],
    ['rate_limits: { limits: [{ by: [tool, tenant, tool], max_calls: 5 }] }', 'rules.rate_limits.limits[0].by[2]: it stands there twice'],
    ['budgets: [{ by: [args.a, args.a], max_usd: 1 }]', 'rules.budgets[0].by[1]: it stands there twice'],
    ['concurrency: { max_calls: 1, max_wait_seconds: 5 }', 'rules.concurrency.max_wait_seconds: no call may wait'],
    ['concurrency: { max_calls: 1, max_waiting: 0, max_wait_seconds: 5 }', 'rules.concurrency.max_wait_seconds: no call may wait'],
    ['concurrency: {}', 'rules.concurrency: the block limits nothing'],
    ['concurrency: { max_calls: 0, limits: [{ max_calls: 1 }] }', 'rules.concurrency.max_calls: got the number 0'],
    ['kill_switch: { rules: [{ name: a }] }', 'rules.kill_switch.rules[0]: the rule never trips'],
    ['kill_switch: { rules: [{ name: a, max_violations: 1, violations: [everything] }] }', 'rules.kill_switch.rules[0].violations[0]'],
    ['shared_limits: { local_share: 0 }', 'rules.shared_limits.local_share: got the number 0'],
    ['network: { allowed_addresses: [10/8] }', 'rules.network.allowed_addresses[0]'],
    ['network: { allowed_addresses: ["2130706433"] }', 'rules.network.allowed_addresses[0]'],
    ['sandbox: { strategy: worker, read_paths: [/etc] }', 'rules.sandbox.read_paths: a thread cannot be held to it'],
    ['sandbox: { strategy: vm }', 'rules.sandbox.strategy: got the text "vm"'],
  ])('refuses %s', (rules, problem) => {
    expect(problems(rules)).toEqual([expect.stringContaining(problem)]);
  });

  it('reads when the kill switch trips, and what is asked of shared limits', () => {
    const policy = parse(`kill_switch: { rules: [{ name: attacked, max_violations: 3, violations: [content_violation], scope: agent, recover_after_seconds: 60 }, { on_budget: true }] }
shared_limits: { when_unavailable: local_allowance }`);

    expect(policy.tripRules).toMatchObject([
      { id: 'rules.kill_switch.rules.attacked', maxViolations: 3, windowMs: 60_000, onBudget: false, scope: 'agent', recoverAfterMs: 60_000, trialCalls: 1 },
      { id: 'rules.kill_switch.rules[1]', maxViolations: undefined, onBudget: true, scope: 'all', recoverAfterMs: undefined },
    ]);
    expect(policy.sharedLimits).toEqual({ isRequired: true, whenUnavailable: 'local_allowance', localShare: 0.1 });
    expect(parse('kill_switch: { enabled: false, rules: [{ max_violations: 1 }] }').tripRules).toEqual([]);
  });
});

describe('where a tool runs', () => {
  it('is the stronger wall, with the smaller limits, of all that speak of it', () => {
    const policy = parse(`sandbox: { strategy: worker, max_memory_mb: 64 }
resource_limits: { max_memory_mb: 128 }
tools: { a: { sandbox: { strategy: bubblewrap, max_memory_mb: 32 } }, b: { sandbox: { strategy: inline, max_cpu_seconds: 1 } } }`);

    expect(policy.rulesFor('a').sandbox).toMatchObject({ level: 'bubblewrap', maxMemoryMb: 32 });
    expect(policy.rulesFor('b').sandbox).toMatchObject({ level: 'worker', maxMemoryMb: 64, maxCpuMs: 1_000 });
    expect(policy.rulesFor('c').sandbox).toMatchObject({ level: 'worker', maxMemoryMb: 64 });
    expect(parse('tools: { a: { sandbox: { strategy: process } } }').rulesFor('b').sandbox).toBeUndefined();
  });

  it('takes the reference for its words: subprocess is a process, none is none', () => {
    expect([parse('sandbox: { strategy: subprocess }'), parse('sandbox: { strategy: none }'), parse('sandbox: {}')].map(({ sandbox }) => sandbox?.level)).toEqual(['process', 'inline', 'process']);
  });
});
