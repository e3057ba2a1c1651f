import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonText } from './json-text.js';

describe('jsonText', () => {
  it('is what JSON.stringify says, for whatever JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 6 }), (value) => {
        expect(jsonText(value)).toBe(JSON.stringify(value));
      }),
      { numRuns: 500 },
    );
  });

  it('is what JSON.stringify says for odd keys, odd numbers and holes', () => {
    const odd = [
      { '': 1, '"': 2, '\\': 3, '\n': 4, 'ü': 5, '10': 6, '9': 7 }, JSON.parse('{"__proto__":{"a":1},"constructor":null}'),
      Object.assign(Object.create(null), { a: 1 }), [-0, 1e21, 5e-324, Number.NaN, Infinity, 0.1], [undefined, Symbol('s')], { a: undefined, b: Symbol('s'), c: 1 },
      // eslint-disable-next-line no-sparse-arrays -- a hole is what is tested
      [1, , 3], [[], {}, [[]]], '\ud800', '\u2028', 'a"b', ' !#[]~', '\u007f', true, false, null, 0,
    ];

    for (const value of odd.filter((one) => !hasSymbol(one))) expect([value, jsonText(value)]).toEqual([value, JSON.stringify(value)]);
    expect(jsonText([Symbol('s'), () => 1])).toBe('[{"$symbol":true},{"$function":true}]');
  });

  it('runs nothing: neither accessors nor toJSON, of the value or of all objects', () => {
    const ran: string[] = [];
    const value = { get a() { ran.push('get'); return 1; }, b: { toJSON() { ran.push('toJSON'); return 1; } }, c: [1] };
    Object.defineProperty(value.c, 0, { get: () => { ran.push('item'); return 1; }, enumerable: true });

    expect(jsonText(value)).toBe('{"a":{"$accessor":true},"b":{"toJSON":{"$function":true}},"c":[{"$accessor":true}]}');
    expect(ran).toEqual([]);
  });

  it('has no text for a cycle, nor for what is too large or too deep', () => {
    const cycle: unknown[] = [];
    cycle.push({ cycle });
    let deep: unknown = 1;
    for (let i = 0; i < 70; i += 1) deep = [deep];

    expect([cycle, deep, Array.from({ length: 100_001 }, () => 1), undefined].map(jsonText)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

function hasSymbol(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).some((part) => typeof part === 'symbol');
}
