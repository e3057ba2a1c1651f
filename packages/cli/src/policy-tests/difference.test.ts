import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { differenceOf } from './difference.js';

describe('differenceOf', () => {
  it('finds none between equal values, in any order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(differenceOf(value, reversed(value), 'x')).toBeUndefined();
      }),
    );
    expect(differenceOf(Number.NaN, Number.NaN, 'x')).toBeUndefined();
  });

  it('finds one between values whose JSON differs', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        fc.pre(JSON.stringify(reversed(a, true)) !== JSON.stringify(reversed(b, true)));
        expect(differenceOf(a, b, 'x')).toMatch(/^x/);
      }),
    );
  });

  it('shows placeholders, and of other text the shape', () => {
    expect(differenceOf('a', 'see <EMAIL> or jo@x.org', 'x')).toBe('x: expected "a", got text like *** <EMAIL> ** **@*.***');
  });

  it.each([
    [{ a: 1 }, {}, 'x.a: expected 1, got nothing'],
    [{ a: 1 }, { a: 1, secret: 2 }, 'x: got 1 more than the expected members'],
    [[1, 2], [1], 'x: expected 2 items, got 1'],
    [{ '\n"': 1 }, { '\n"': true }, 'x["\\n\\""]: expected 1, got another boolean'],
    [[], {}, 'x: expected a list, got a map'],
    [JSON.parse('{"__proto__":1}'), {}, 'x.__proto__: expected 1, got nothing'],
  ])('says where %j differs from %j', (a, b, text) => {
    expect(differenceOf(a, b, 'x')).toBe(text);
  });
});

function reversed(value: unknown, sorted = false): unknown {
  if (Array.isArray(value)) return value.map((item) => reversed(item, sorted));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reversed(inner, sorted)] as const);
  return Object.fromEntries(sorted ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries.reverse());
}
