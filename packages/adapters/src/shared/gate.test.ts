import { describe, expect, it } from '@jest/globals';
import { Auditor, createContainer, currentCall, Policy, type Call } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { filledIn, Gate, joined } from './gate.js';
import { wrapWithPolicy } from './wrap-with-policy.js';

function house(rules: object) {
  const policy = Policy.from({ name: 'test', rules });
  const container = createContainer({ policy, environment: {} });
  const auditor = new MemoryAuditor();
  container.rebind(Auditor).toConstantValue(auditor);
  return { container, auditor, policy };
}

describe('a gate', () => {
  it('gives the body the cleaned input, and the framework the cleaned result', async () => {
    const { container, auditor } = house({ pii_redaction: { categories: ['email'] } });
    const gate = new Gate({ container, caller: { tenant: 'acme', labels: { a: '1' } } });
    let call: Call | undefined;

    const result = await gate.run('find', { who: 'ann@corp.example' }, ({ who }: { who: string }) => ((call = currentCall()), `${who} bob@corp.example`), { session: 's', labels: { b: '2' } });

    expect(result).toBe('<EMAIL> <EMAIL>');
    expect(call).toMatchObject({ tenant: 'acme', session: 's', labels: { a: '1', b: '2' } });
    expect(auditor.calls).toHaveLength(1);
  });

  it('answers a framework that asks first, and records only what it refuses', async () => {
    const { container, auditor } = house({ denied_tools: ['wipe'] });
    const gate = new Gate({ container });

    const answers = [await gate.refusal('find', {}), await gate.refusal('wipe', {}), await gate.refusal('\u0000', {})];

    expect(answers.map((answer) => answer?.code)).toEqual([undefined, 'TOOL_DENIED', 'TOOL_NAME']);
    expect(auditor.calls.map(({ outcome }) => outcome)).toEqual(['blocked', 'blocked']);
  });

  it('ends a call with either signal', () => {
    const own = new AbortController();
    const told = new AbortController();
    const { signal } = joined({ signal: own.signal }, { signal: told.signal });

    own.abort();

    expect(signal?.aborted).toBe(true);
    expect(joined({ session: 'a' }, { session: undefined })).toEqual({ session: 'a' });
  });
});

describe('who calls', () => {
  it('is who the application says, whatever the framework tells; labels add up, and the call’s id is the framework’s', () => {
    const own = { tenant: 'acme', agent: 'clerk', session: 'server', labels: { node: 'trusted', a: '1' }, toolCallId: 'mine' };
    const told = { tenant: 'evil', agent: 'root', session: 'client', labels: { node: 'told', b: '2' }, toolCallId: 'call-1' };

    expect(filledIn(own, told)).toEqual({ tenant: 'acme', agent: 'clerk', session: 'server', labels: { node: 'trusted', a: '1', b: '2' }, toolCallId: 'call-1' });
    expect(filledIn({ tenant: 'acme' }, told)).toMatchObject({ tenant: 'acme', agent: 'root', session: 'client' });
  });
});

describe('wrapWithPolicy', () => {
  it('makes a function an enforced one that stays synchronous', () => {
    const { container, auditor, policy } = house({ pii_redaction: { categories: ['email'] } });
    const greet = wrapWithPolicy(policy, (name: string) => `hi ${name} ${currentCall()?.session ?? ''}`, { tool: 'greet', container, caller: { session: 's-1' } });

    expect(greet('ann@corp.example')).toBe('hi <EMAIL> s-1');
    expect(auditor.calls.map(({ tool_name: tool, session }) => [tool, session])).toEqual([['greet', 's-1']]);
  });

  it('says how a function without a name gets one', () => {
    expect(() => wrapWithPolicy(house({}).policy, () => 1)).toThrow(expect.objectContaining({ code: 'SETTINGS', message: 'a function without a name needs a name: wrapWithPolicy(policy, fn, { tool: "name" })' }));
  });

  it('refuses what the policy denies, before it runs', () => {
    const { container, policy } = house({ denied_tools: ['wipe'] });
    let ran = false;
    const wipe = wrapWithPolicy(policy, () => { ran = true; }, { tool: 'wipe', container });

    expect(() => { wipe(); }).toThrow(expect.objectContaining({ code: 'TOOL_DENIED' }));
    expect(ran).toBe(false);
  });
});
