import { describe, expect, it } from '@jest/globals';
import { enforce, HookRegistry } from '../../src/index.js';
import { caught, caughtAsync, goodCall, isTyped, lab, outcomes, revoked, tick, unhandledDuring } from './kit.js';

const redacting = { pii_redaction: { enabled: true }, redact_output: true };
const boom = (): never => { throw new Error('trap'); };

const thrown: readonly (readonly [string, () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['a string', () => 'just text'],
  ['a symbol', () => Symbol('s')],
  ['an object without a prototype', () => Object.create(null) as object],
  ['an object whose constructor throws', () => ({ get constructor() { return boom(); } })],
  ['an object whose constructor is null', () => ({ constructor: null })],
  ['a revoked proxy', () => revoked()],
  ['a proxy that throws from every trap', () => new Proxy({}, { get: boom, has: boom, getPrototypeOf: boom, ownKeys: boom, getOwnPropertyDescriptor: boom })],
  ['an error with throwing message and name', () => Object.defineProperties(new Error('x'), { message: { get: boom }, name: { get: boom } })],
  ['an error with itself as cause', () => { const e = new Error('x'); e.cause = e; return e; }],
  ['a function', () => () => 1],
];

describe('D-15: one entry whatever a tool throws', () => {
  it.each(thrown)('%s, from a sync tool', (_name, make) => {
    const { container, auditor } = lab();
    const value = make();
    const tool = enforce(function tool() { throw value; }, { container });

    let got: unknown = 'nothing thrown';
    try { tool(); } catch (error) { got = error; }

    expect(Object.is(got, value)).toBe(true);
    expect(outcomes(auditor)).toEqual(['tool_error']);
    expect(goodCall(container)).toBe(42);
  });

  it.each(thrown)('%s, from an async tool', async (_name, make) => {
    const { container, auditor } = lab();
    const value = make();
    const tool = enforce(async function tool() { await tick(); throw value; }, { container });

    const unhandled = await unhandledDuring(async () => {
      await tool().then(() => { throw new Error('passed'); }, (error: unknown) => { expect(Object.is(error, value)).toBe(true); });
    });

    expect(unhandled).toEqual([]);
    expect(outcomes(auditor)).toEqual(['tool_error']);
    expect(goodCall(container)).toBe(42);
  });

  it.each(thrown)('%s, from a stream', async (_name, make) => {
    const { container, auditor } = lab();
    const tool = enforce(async function* tool() { yield 1; throw make(); }, { container });

    await tool().next();
    const stream = tool();
    await stream.next();
    let ended = false;
    await stream.next().catch(() => { ended = true; });

    expect(ended).toBe(true);
    expect(outcomes(auditor)).toContain('tool_error');
  });

  it.each(thrown)('%s, with redaction on: an error or a plain copy, and one entry', (_name, make) => {
    const { container, auditor } = lab(redacting);
    const value = make();
    const tool = enforce(function tool() { throw value; }, { container });

    let threw = false;
    try { tool(); } catch { threw = true; }

    expect(threw).toBe(true);
    expect(auditor.entries).toHaveLength(1);
    expect(goodCall(container)).toBe(42);
  });

  it.each(thrown)('%s, from a pre_call hook, blocks with a typed error', (_name, make) => {
    const { container, auditor } = lab();
    const value = make();
    container.get(HookRegistry).on('pre_call', () => { throw value; });
    let ran = 0;
    const tool = enforce(function tool() { ran += 1; }, { container });

    const error = caught(() => { tool(); });

    expect(isTyped(error)).toBe(true);
    expect(ran).toBe(0);
    expect(auditor.entries).toHaveLength(1);
  });

  it.each(thrown)('%s, rejected by an async pre_call hook, blocks with a typed error', async (_name, make) => {
    const { container, auditor } = lab();
    const value = make();
    container.get(HookRegistry).on('pre_call', async () => { await tick(); throw value; });
    let ran = 0;
    const tool = enforce(async function tool() { ran += 1; }, { container });

    const error = await caughtAsync(() => tool());

    expect(isTyped(error)).toBe(true);
    expect(ran).toBe(0);
    expect(auditor.entries).toHaveLength(1);
  });
});

describe('D-17: an error is a result', () => {
  it('a tool error that claims our brand is cleaned like any other', () => {
    const { container } = lab(redacting);
    const forged = Object.assign(new Error('write to ann@corp.io'), { [Symbol.for('@enforcecore/core/error')]: true });
    const tool = enforce(function tool() { throw forged; }, { container });

    expect((caught(() => tool()) as Error).message).not.toContain('ann@corp.io');
  });

  it.each(['message', 'cause', 'errors', 'code', 'stack'])('personal data in %s of an error is cleaned', (where) => {
    const { container } = lab(redacting);
    const error = where === 'message' ? new Error('ann@corp.io') : where === 'errors' ? new AggregateError([new Error('ann@corp.io')]) : Object.assign(new Error('x'), { [where]: where === 'cause' ? new Error('ann@corp.io') : 'ann@corp.io' });
    const tool = enforce(function tool() { throw error; }, { container });

    const got = caught(() => tool()) as Error & Record<string, unknown>;
    const all = [got.message, got.stack, (got.cause as Error | undefined)?.message, (got.cause as Error | undefined)?.stack, JSON.stringify(got), String(got['code']), String((got['errors'] as unknown[] | undefined)?.[0])].join(' ');

    expect(all).not.toContain('ann@corp.io');
  });
});
