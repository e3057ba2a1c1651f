import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Call } from '../../call.js';
import { readArgumentPath } from '../../policy/argument-path.js';
import type { LimitDimension } from '../../policy/limits/limit-rules.js';
import { sampleCall } from '../../testing/laws.js';
import { policyAccount } from './cost-ledger.js';
import { limitKeys, limitPrefix, maxKeysPerLimit, readAccount } from './limit-keys.js';

const agent: LimitDimension = { by: 'agent' };
const session: LimitDimension = { by: 'session' };
const argument = (path: string): LimitDimension => ({ by: 'argument', path, steps: readArgumentPath(path).steps ?? [] });

const callBy = (who: Partial<Call>): Call => ({ ...sampleCall(), ...who });
const callWith = (argumentsByName: object): Call => callBy({ args: [argumentsByName] });
const keyOf = (by: readonly LimitDimension[], call: Call): string => limitKeys(limitPrefix('p', 'rules.x', by), by, call).join('|');

const hostile = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '-', '#', '\0', 'a\0b', '__proto__', 'constructor', '\ud800', '\udc00', '\u00e9', 'e\u0301', '#' + 'A'.repeat(43), 'x'.repeat(300), 'x'.repeat(301)),
);
const maybe = fc.option(hostile, { nil: undefined });

describe('limitKeys', () => {
  it('never gives two lists of values one key', () => {
    fc.assert(
      fc.property(fc.tuple(maybe, maybe), fc.tuple(maybe, maybe), (a, b) => {
        const keys = [a, b].map(([first, second]) => keyOf([agent, session], callBy({ agent: first, session: second })));

        expect(keys[0] === keys[1]).toBe(a[0] === b[0] && a[1] === b[1]);
      }),
      { numRuns: 500 },
    );
  });

  it('gives one key to one JSON value and another to every other, whatever the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const by = [argument('v')];
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

        expect(keyOf(by, callWith({ v: a })) === keyOf(by, callWith({ v: b }))).toBe(same);
      }),
    );
    const by = [argument('v')];
    expect(keyOf(by, callWith({ v: { x: 1, y: [{ b: 1, a: 2 }] } }))).toBe(keyOf(by, callWith({ v: { y: [{ a: 2, b: 1 }], x: 1 } })));
  });

  it('holds no raw value of an argument', () => {
    const key = keyOf([argument('v')], callWith({ v: 'my secret' }));

    expect(key).not.toContain('secret');
    expect(key).toMatch(/^p\0rules\.x\0args\.v\0#[\w-]{43}$/);
  });

  it('is well-formed text without control characters, besides what parts it', () => {
    fc.assert(
      fc.property(maybe, hostile, (who, name) => {
        const key = limitKeys(limitPrefix(name, 'rules.x', [agent]), [agent], callBy({ agent: who })).join('');

        expect(key.isWellFormed()).toBe(true);
        expect(key.split('\0')).toHaveLength(4);
      }),
    );
  });

  it('gives calls without a value one key, and it is no value\'s', () => {
    const by = [argument('v')];
    const none = keyOf(by, callWith({}));

    expect(keyOf(by, callWith({ w: 1 }))).toBe(none);
    expect(keyOf(by, callWith({ v: undefined }))).toBe(none);
    for (const v of [null, '', '-', 0]) expect(keyOf(by, callWith({ v }))).not.toBe(none);
  });

  it('gives a key for each of many values, so that adding one does not make a new counter', () => {
    const by = [argument('to[*]')];
    const keys = (to: readonly string[]): readonly string[] => limitKeys('p', by, callWith({ to }));

    expect(keys(['ann', 'bob'])).toEqual([...keys(['ann']), ...keys(['bob'])]);
    expect(keys(['ann', 'ann'])).toEqual(keys(['ann']));
    expect(() => keys(Array.from({ length: maxKeysPerLimit + 1 }, (_none, i) => `user ${String(i)}`))).toThrow(expect.objectContaining({ code: 'GUARD' }));
  });

  it('tells limits, and what they are counted by, apart', () => {
    const prefixes = [limitPrefix('p', 'a', []), limitPrefix('p', 'a', [agent]), limitPrefix('p', 'a', [session]), limitPrefix('p', 'b', []), limitPrefix('q', 'a', [])];

    expect(new Set(prefixes).size).toBe(prefixes.length);
  });
});

describe('readAccount', () => {
  it('names the policy and the limit, without the values that it is kept for', () => {
    const [name = ''] = limitKeys(limitPrefix('p', 'rules.budgets.daily', [agent]), [agent], callBy({ agent: 'ann' }));

    expect(readAccount(name)).toEqual({ policyName: 'p', limit: 'rules.budgets.daily' });
    expect(readAccount(policyAccount('p'))).toEqual({ policyName: 'p', limit: 'policy:p' });
    expect(readAccount('container')).toEqual({ policyName: null, limit: 'container' });
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return { $: Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, sorted(member)]) };
}
