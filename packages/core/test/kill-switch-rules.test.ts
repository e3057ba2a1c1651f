import { describe, expect, it } from '@jest/globals';
import { Auditor, Clock, createContainer, enforce, Enforcer, type EnforceContainer, type EnforcementResult, KillSwitch, Policy, withResults } from '../src/index.js';
import { FakeClock, MemoryAuditor } from '../src/testing/index.js';
import { errorOf, houseWith } from './kit.js';

const killed = { code: 'KILL_SWITCH', violationType: 'kill_switch', name: 'ResourceLimitError' };

describe('rules that trip the switch', () => {
  const setUp = (rule: object, rules: object = {}): { container: EnforceContainer; clock: FakeClock; enforcer: Enforcer } => {
    const clock = new FakeClock();
    const container = createContainer({
      policy: Policy.from({ name: 'test', rules: { denied_tools: ['bad_*'], kill_switch: { rules: [{ name: 'r', ...rule }] }, ...rules } }), environment: {},
    });
    container.rebind(Clock).toConstantValue(clock);
    container.rebind(Auditor).toConstantValue(new MemoryAuditor());
    return { container, clock, enforcer: new Enforcer(undefined, { container }) };
  };
  const bad = async (enforcer: Enforcer, options: object = {}): Promise<unknown> => await errorOf(() => enforcer.runSync(() => 1, { tool: 'bad_one', ...options }));

  it('trips at so many in the window, and not before', async () => {
    const { container, clock, enforcer } = setUp({ max_violations: 3, window_seconds: 10 });
    await bad(enforcer);
    await bad(enforcer);
    clock.advance(10_001);
    await bad(enforcer);
    await bad(enforcer);
    expect(container.get(KillSwitch).isTripped).toBe(false);
    await bad(enforcer);

    expect(container.get(KillSwitch).trips).toMatchObject([{ by: 'rule:rules.kill_switch.rules.r of test', reason: '3 blocked calls in 10 s', scope: { of: 'all' } }]);
  });

  it.each(['agent', 'tenant', 'session'] as const)('stops only the %s that broke it', async (scope) => {
    const { container, enforcer } = setUp({ max_violations: 2, scope });
    await bad(enforcer, { [scope]: 'a' });
    await bad(enforcer, { [scope]: 'b' });
    expect(container.get(KillSwitch).trips).toEqual([]);
    await bad(enforcer, { [scope]: 'a' });

    expect(container.get(KillSwitch).trips).toMatchObject([{ scope: { of: scope, name: 'a' } }]);
    expect(enforcer.runSync(() => 1, { tool: 'good', [scope]: 'b' })).toBe(1);
  });

  it('stops all for a call that says nothing of whose it is', async () => {
    const { container, enforcer } = setUp({ max_violations: 1, scope: 'tenant' });
    await bad(enforcer);

    expect(container.get(KillSwitch).isTripped).toBe(true);
  });

  it('counts only the violations and tools that it names', async () => {
    const { container, enforcer } = setUp({ max_violations: 1, violations: ['rate_limit'], tools: ['bad_two'] });
    await bad(enforcer);
    await bad(enforcer, { tool: 'bad_two' });

    expect(container.get(KillSwitch).trips).toEqual([]);
  });

  it('trips when a budget is gone', async () => {
    const { container, enforcer } = setUp({ on_budget: true }, { resource_limits: { max_cost_usd: 1 } });
    await bad(enforcer);
    expect(container.get(KillSwitch).isTripped).toBe(false);
    enforcer.runSync(() => 1, { tool: 'good', cost: 1 });
    await errorOf(() => enforcer.runSync(() => 1, { tool: 'good', cost: 0.1 }));

    expect(container.get(KillSwitch).trips).toMatchObject([{ reason: 'a budget is used up' }]);
  });

  it('does not trip for a budget when one call asks for more than there is', async () => {
    const { container, enforcer } = setUp({ on_budget: true }, { resource_limits: { max_cost_usd: 10, max_call_cost_usd: 5 } });
    await errorOf(() => enforcer.runSync(() => 1, { tool: 'good', cost: 1_000 }));
    enforcer.runSync(() => 1, { tool: 'good', cost: 5 });
    enforcer.runSync(() => 1, { tool: 'good', cost: 4 });
    await errorOf(() => enforcer.runSync(() => 1, { tool: 'good', cost: 4 }));

    expect(container.get(KillSwitch).trips).toEqual([]);
  });

  it('tells rules of two policies apart, and lets no trip that recovers stand in for one that does not', async () => {
    const { container, clock } = setUp({ max_violations: 1, recover_after_seconds: 1 });
    const policy = (name: string, rule: object): Enforcer =>
      new Enforcer(Policy.from({ name, rules: { denied_tools: ['bad_*'], kill_switch: { rules: [{ max_violations: 1, ...rule }] } } }), { container });
    await bad(policy('a', { recover_after_seconds: 1 }));
    await bad(policy('b', {}));
    await bad(policy('a', {}));
    clock.advance(1_000);

    expect(await errorOf(() => policy('c', {}).runSync(() => 1, { tool: 'good' }))).toMatchObject(killed);
    expect(container.get(KillSwitch).trips.map(({ by, recoverAfterMs }) => [by, recoverAfterMs])).toEqual([
      ['rule:rules.kill_switch.rules[0] of a', 1_000], ['rule:rules.kill_switch.rules[0] of b', undefined], ['rule:rules.kill_switch.rules[0] of a', undefined],
    ]);
  });

  it('counts a timeout where the rule names its type, though the tool ran', async () => {
    const { container, enforcer } = setUp({ max_violations: 1, violations: ['resource_limit'] });
    await errorOf(() => enforcer.runSync(() => { for (;;); }, { tool: 'slow', timeoutMs: 2 }));

    expect(container.get(KillSwitch).isTripped).toBe(true);
  });

  it('counts a connection that the wall refused, though the tool swallowed it', async () => {
    const { container, enforcer } = setUp({ max_violations: 1, violations: ['domain_denied'] }, { network: { allowed_domains: ['example.com'] } });
    const tool = async (): Promise<string> => {
      await fetch('http://10.0.0.1/').catch(() => undefined);
      return 'swallowed';
    };

    expect(await errorOf(() => enforcer.run(tool, { tool: 'fetches' }))).toMatchObject(killed);
    expect(container.get(KillSwitch).isTripped).toBe(true);
  });

  it('cannot be made to stop all by names of tools that a model invents', async () => {
    const { container, enforcer } = setUp({ max_violations: 1, scope: 'tool' });
    for (let i = 0; i < 300; i += 1) await bad(enforcer, { tool: `bad_${String(i)}` });
    expect(container.get(KillSwitch).trips).toEqual([]);
    for (let i = 0; i < 5; i += 1) await bad(enforcer, { tool: `bad_${String(i)}`, tenant: 'evil' });

    expect(container.get(KillSwitch).trips).toMatchObject([{ scope: { of: 'tenant', name: 'evil' } }]);
    expect(enforcer.runSync(() => 1, { tool: 'good', tenant: 'acme' })).toBe(1);
  });

  it('stops the tenant whose calls come with more sessions than are told apart', async () => {
    const { container, enforcer } = setUp({ max_violations: 1, scope: 'session' });
    for (let i = 0; i < 1_100; i += 1) await bad(enforcer, { session: `s${String(i)}`, tenant: 'evil' });

    expect(container.get(KillSwitch).isTripped).toBe(false);
    expect(container.get(KillSwitch).tripFor({ tool: 't', agent: undefined, tenant: 'evil', session: 'new' })).toBeDefined();
    expect(enforcer.runSync(() => 1, { tool: 'good', tenant: 'acme', session: 'mine' })).toBe(1);
  });

  it('stops the session of a call that has no tenant, where tenants are to be stopped', async () => {
    const { container, enforcer } = setUp({ max_violations: 1, scope: 'tenant' });
    await bad(enforcer, { session: 's' });

    expect(container.get(KillSwitch).trips).toMatchObject([{ scope: { of: 'session', name: 's' } }]);
  });

  it('is refused where it is to count what the switch itself blocks', () => {
    expect(() => Policy.from({ name: 'p', rules: { kill_switch: { rules: [{ violations: ['kill_switch'], max_violations: 1 }] } } })).toThrow(/never counts/);
  });

  it('does not feed on what the switch itself blocks', async () => {
    const { container, enforcer } = setUp({ max_violations: 1, scope: 'tool' });
    container.get(KillSwitch).trip('by hand', { scope: { of: 'tenant', name: 'acme' } });
    for (let i = 0; i < 5; i += 1) await errorOf(() => enforcer.runSync(() => 1, { tool: 'good', tenant: 'acme' }));

    expect(container.get(KillSwitch).trips).toHaveLength(1);
  });

  it('is one trip and one event for a flood of blocked calls', async () => {
    const { container, enforcer } = setUp({ max_violations: 2 });
    let events = 0;
    container.get(KillSwitch).onChange(() => { events += 1; });
    for (let i = 0; i < 50; i += 1) await bad(enforcer);

    expect(events).toBe(1);
  });

  it('trips for all when names are invented faster than they can be told apart', async () => {
    const { container, enforcer } = setUp({ max_violations: 3, scope: 'session' });
    const flood: EnforcementResult[] = [];
    for (let i = 0; i < 4_100; i += 1) flood.push(...(await withResults(() => bad(enforcer, { session: `s${String(i)}` }))).results);

    expect(flood).toHaveLength(4_100);
    expect(container.get(KillSwitch).isTripped).toBe(true);
  });

  it('D-28, D-29: is not tripped by errors and timeouts of tools, where no rule says so', async () => {
    const { container } = houseWith({ resource_limits: { max_call_duration_seconds: 0.01 } });
    const failing = enforce(async function failing() { await Promise.resolve(); throw new DOMException('socket', 'TimeoutError'); }, { container });
    const looping = enforce(function looping() { for (;;); }, { container });
    for (let i = 0; i < 20; i += 1) await errorOf(() => failing());
    await errorOf(() => looping());

    expect(container.get(KillSwitch).trips).toEqual([]);
  });
});
