import { describe, expect, it, jest } from '@jest/globals';
import { Auditor, createContainer, enforce, Policy, PolicyEngine, type EnforceContainer } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { cedarEngine, type CedarEngineOptions } from './index.js';

const policies = `
  permit(principal, action, resource == Tool::"read");
  @id("small-payments") permit(principal, action, resource == Tool::"pay") when { context.args.amount <= 1000 };
  @id("not-to-mallory") forbid(principal, action, resource == Tool::"pay") when { context.args.to == "mallory" };
`;

interface House {
  readonly container: EnforceContainer;
  readonly auditor: MemoryAuditor;
  readonly ran: jest.Mock<(...args: unknown[]) => unknown>;
  call(tool: string, ...args: unknown[]): unknown;
}

function house(options: CedarEngineOptions = { policies }, rules: object = {}): House {
  const container = createContainer({ policy: Policy.from({ name: 'shop', rules }), environment: {} });
  container.rebind(PolicyEngine).toConstantValue(cedarEngine(options));
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  const ran = jest.fn<(...args: unknown[]) => unknown>(() => 'done');
  return { container, auditor, ran, call: (tool, ...args) => enforce((...given: unknown[]) => ran(...given), { tool, container })(...args) };
}

describe('a container with Cedar as its policy engine', () => {
  it('runs what Cedar permits, and records it as allowed', () => {
    const { call, ran, auditor } = house();

    expect(call('read')).toBe('done');
    expect(call('pay', { amount: 1000, to: 'ann' })).toBe('done');
    expect(ran).toHaveBeenCalledTimes(2);
    expect(auditor.entries).toMatchObject([{ tool_name: 'read', decision: 'allowed', outcome: 'ok' }, { tool_name: 'pay', decision: 'allowed' }]);
  });

  it.each([
    ['a tool that nothing permits', 'delete', [{}], 'TOOL_NOT_ALLOWED', 'cedar'],
    ['an argument outside the condition', 'pay', [{ amount: 1001, to: 'ann' }], 'TOOL_NOT_ALLOWED', 'cedar'],
    ['what a policy forbids though another permits it', 'pay', [{ amount: 1, to: 'mallory' }], 'TOOL_DENIED', 'cedar:not-to-mallory'],
    ['a condition that fails', 'pay', [{ amount: '1', to: 'ann' }], 'POLICY_VIOLATION', 'cedar:small-payments'],
    ['an argument that is missing', 'pay', [{ amount: 1 }], 'POLICY_VIOLATION', 'cedar:not-to-mallory'],
    ['arguments in another place', 'pay', [{ amount: 1, to: 'ann' }, { amount: 9999, to: 'mallory' }], 'POLICY_VIOLATION', 'cedar:not-to-mallory'],
    ['an entity made up by the caller', 'pay', [{ amount: 1, to: { __entity: { type: 'Person', id: 'ann' } } }], 'POLICY_VIOLATION', 'cedar'],
  ])('never runs %s, and records which policy it was', (_what, tool, args, code, rule) => {
    const { call, ran, auditor } = house();

    expect(() => call(tool, ...args)).toThrow(expect.objectContaining({ code }));
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.entries).toMatchObject([{ tool_name: tool, decision: 'blocked', outcome: 'blocked' }]);
    expect(JSON.stringify(auditor.entries)).toContain(`"${rule}"`);
    expect(JSON.stringify(auditor.entries)).not.toContain('9999');
  });

  it('still keeps what the policy document says', () => {
    const { call, ran } = house({ policies: 'permit(principal, action, resource);' }, { denied_tools: ['drop_*'] });

    expect(() => call('drop_table')).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }));
    expect(ran).not.toHaveBeenCalled();
    expect(call('read')).toBe('done');
  });

  it('still cleans arguments and keeps rates', () => {
    const { call, ran } = house({ policies }, { pii_redaction: { categories: ['email'] }, rate_limits: { global: { max_calls: 1, window_seconds: 60 } } });
    call('pay', { amount: 1, to: 'ann@corp.example' });

    expect(ran).toHaveBeenCalledWith({ amount: 1, to: '<EMAIL>' });
    expect(() => call('read')).toThrow(expect.objectContaining({ code: 'RATE_LIMIT' }));
  });

  it('is asked about the canonical name, whatever the spelling of the call', () => {
    const { call } = house();

    expect(call('ＲＥＡＤ')).toBe('done');
  });

  it('does not run a tool when a mapping throws', () => {
    const { call, ran } = house({ policies, context: () => { throw new Error('broken'); } });

    expect(() => call('read')).toThrow(expect.objectContaining({ code: 'POLICY_EVALUATION' }));
    expect(ran).not.toHaveBeenCalled();
  });

  it('sees what the tool gets: later changes to an argument reach neither', () => {
    const { call, ran } = house();
    let reads = 0;
    const shifty = { get amount() { return (reads += 1) === 1 ? 1 : 9999; }, to: 'ann' };
    call('pay', shifty);

    expect(ran).toHaveBeenCalledWith({ amount: 1, to: 'ann' });
  });
});
