import { describe, expect, it, jest } from '@jest/globals';
import { Auditor, createContainer, Policy, toolCallIdOf, type EnforceContainer } from '@enforcecore/core';
import { MemoryAuditor } from '@enforcecore/core/testing';
import { defineTool } from '@enforcecore/core/tools';
import { askCaller, callerFrom, runAsked } from './asked-caller.js';
import { Gate } from './gate.js';

function house(): EnforceContainer {
  const container = createContainer({ policy: Policy.from({ name: 'test', rules: {} }), environment: {} });
  container.rebind(Auditor).toConstantValue(new MemoryAuditor());
  return container;
}

describe('a caller that the application is asked for', () => {
  it('is nobody in particular where nobody can be asked', () => {
    expect(askCaller(undefined)).toEqual({ caller: {}, refused: undefined });
  });

  it('leaves out what is not known, so that it comes from elsewhere', () => {
    expect(Object.keys(askCaller(() => ({ tenant: 'acme', session: undefined })).caller)).toEqual(['tenant']);
  });

  it.each([
    ['throws', () => {
      throw new Error('a secret');
    }],
    ['gives nothing', () => undefined as never],
    ['gives a promise', () => Promise.resolve({ tenant: 'acme' }) as never],
    ['gives an object that throws', () => Object.defineProperty({}, 'tenant', { enumerable: true, get: () => Reflect.ownKeys(undefined as never) })],
  ])('refuses the call where it %s, blocked in the trail of its own container, and no raw text leaves it', async (_how, callerOf) => {
    const [asked, options] = [askCaller(callerOf), { container: house(), caller: { tenant: 'acme', labels: { a: '1' } } }];
    const ran = jest.fn();
    const tool = defineTool({ name: 'ping', description: 'pings', execute: ran, container: options.container });
    const gate = new Gate(options);

    await expect(runAsked(asked, (caller) => gate.run('find', { who: 'ann' }, ran, caller))).rejects.toBe(asked.refused);
    await expect(runAsked(asked, (caller) => tool.call({}, caller))).rejects.toBe(asked.refused);
    await expect(gate.refusal('find', {}, callerFrom(asked))).resolves.toMatchObject({ code: 'SETTINGS', mayHaveRun: false });

    expect(ran).not.toHaveBeenCalled();
    expect((options.container.get(Auditor) as MemoryAuditor).calls).toMatchObject(['find', 'ping', 'find'].map((name) => ({ tool_name: name, decision: 'blocked', outcome: 'enforcement_error', error_class: 'SettingsError' })));
    expect(String(asked.refused)).toContain('callerOf');
    expect(JSON.stringify([String(asked.refused), (options.container.get(Auditor) as MemoryAuditor).calls])).not.toContain('secret');
  });
});

describe('the id of a call', () => {
  it.each([['call_1', 'call_1'], ['x'.repeat(256), 'x'.repeat(256)], ['x'.repeat(257), undefined], ['', undefined], ['a b', undefined], ['\ud83d', undefined], [7, undefined]])('is left out where no trail can hold it: %#', (id, plain) => {
    expect(toolCallIdOf(id)).toBe(plain);
  });
});
