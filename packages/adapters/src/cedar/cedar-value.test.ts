import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { loadCedar } from './cedar-module.js';
import { defaultCedarLimits, toCedarRecord, UnaskableError } from './cedar-value.js';

const convert = (value: unknown, limits = defaultCedarLimits): unknown => toCedarRecord({ value }, limits)['value'];
const escapes = ['__entity', '__extn', '__expr', '__proto__'];

describe('toCedarRecord', () => {
  it.each([
    ['text', 'text'],
    [true, true],
    [7, 7],
    [-0, -0],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    [5n, 5],
    [2n ** 63n, '9223372036854775808'],
    [2n ** 4096n, '(opaque)'],
    [1.25, { __extn: { fn: 'decimal', arg: '1.25' } }],
    [-0.0001, { __extn: { fn: 'decimal', arg: '-0.0001' } }],
    [0.00001, '0.00001'],
    [1e-7, '1e-7'],
    [0.1 + 0.2, '0.30000000000000004'],
    [1e300, '1e+300'],
    [2 ** 53, '9007199254740992'],
    [Number.NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [[1, [2]], [1, [2]]],
    [new Set(['a']), ['a']],
    [new Map([['a', 1]]), { a: 1 }],
    [new Map([[1, 1]]), '(opaque)'],
    [new Date(0), { __extn: { fn: 'datetime', arg: '1970-01-01T00:00:00.000Z' } }],
    [new URL('https://a.example/b'), 'https://a.example/b'],
    [Object.freeze(new (class Order { total = 3; })()), { total: 3 }],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [runInNewContext('({ a: [1] })'), { a: [1] }],
    [{ a: 1, b: undefined, c: null }, { a: 1 }],
    [new Uint8Array(3), '(opaque)'],
    [/a/, '(opaque)'],
    [new Error('a'), '(opaque)'],
    [() => 1, '(opaque)'],
    [Symbol('a'), '(opaque)'],
    [new Proxy({ a: 1 }, {}), '(opaque)'],
    [new (class Connection { secret = 1; })(), '(opaque)'],
  ])('turns %p into %p', (value, expected) => {
    expect(convert(value)).toEqual(expected);
  });

  it.each([
    ['an empty item of a list', [null]],
    ['a hole in a list', [1, , 2]], // eslint-disable-line no-sparse-arrays
    ['a date that is none', new Date(Number.NaN)],
    ['a date with a long year', new Date(8.64e15)],
    ['a date before the year 0', new Date(-8.64e15)],
  ])('refuses %s', (_what, value) => {
    expect(() => convert(value)).toThrow(UnaskableError);
  });

  it.each(escapes)('refuses the key %s at any depth, in maps and beside others', (key) => {
    const forged = JSON.parse(`{"a": 1, "${key}": {"type": "Role", "id": "admin"}}`) as unknown;

    for (const value of [forged, [[forged]], { x: forged }, new Map([[key, 1]]), Object.freeze(forged)]) {
      expect(() => convert(value)).toThrow(/does not read as a plain name/);
    }
    expect(() => toCedarRecord(JSON.parse(`{"${key}": 1}`), defaultCedarLimits)).toThrow(UnaskableError);
  });

  it('refuses what is nested too deep, cycles included, without running out of stack', () => {
    let deep: unknown = [];
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;

    for (const value of [deep, cycle]) expect(() => convert(value)).toThrow(/nested deeper/);
  });

  it('refuses more values and more text than it may hold', () => {
    expect(() => convert(Array.from({ length: 10_001 }, () => 1))).toThrow(/more than 10000 values/);
    expect(() => convert(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [i, null])))).toThrow(/more than 10000 values/);
    expect(() => convert('x'.repeat(10 * 1024 * 1024))).toThrow(/more than 1048576 characters/);
    expect(() => convert({ ['k'.repeat(2_000_000)]: 1 })).toThrow(/characters/);
    expect(convert('x'.repeat(20), { maxValues: 2, maxTextLength: 25 })).toHaveLength(20);
  });

  it.each([Number.NaN, -1, 0])('lets nothing through under a limit of %p', (limit) => {
    expect(() => convert('text', { maxValues: limit, maxTextLength: 100 })).toThrow(UnaskableError);
    expect(() => convert('text', { maxValues: 100, maxTextLength: limit })).toThrow(UnaskableError);
  });

  it('never repeats a part of the value in what it throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...escapes), fc.stringMatching(/^[a-z]{12}$/), (key, secret) => {
        let message = '';
        try {
          convert({ [secret]: JSON.parse(`{"${key}": "${secret}"}`) as unknown });
        } catch (error) {
          message = String(error);
        }

        expect(message).toContain('plain name');
        expect(message).not.toContain(secret);
      }),
    );
  });

  it('gives only what Cedar can read, whatever the value is', () => {
    const cedar = loadCedar() as unknown as { checkParseContext(call: unknown): unknown };
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true, withSparseArray: true, stringUnit: 'grapheme-composite' });
    fc.assert(
      fc.property(anything, (value) => {
        let context: ReturnType<typeof toCedarRecord>;
        try {
          context = toCedarRecord({ value }, defaultCedarLimits);
        } catch (error) {
          expect(error).toBeInstanceOf(UnaskableError);
          return;
        }
        expect(cedar.checkParseContext({ context })).toEqual({ type: 'success' });
      }),
      { numRuns: 2_000 },
    );
  });
});
