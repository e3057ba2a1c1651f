import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hideFields, withoutParts } from './hide-fields.js';

class Letter {
  constructor(readonly to: string, readonly body: string) {}
}

function hide(value: unknown, ...keys: readonly (string | number)[]): unknown {
  return hideFields([value], [{ keys: [0, ...keys], placeholder: '<X>' }])[0];
}

describe('hiding a field', () => {
  it.each<[string, unknown, readonly (string | number)[], unknown]>([
    ['a member', { a: 1, b: 2 }, ['a'], { a: '<X>', b: 2 }],
    ['an item', [1, 2], [1], [1, '<X>']],
    ['an item of a set', new Set(['a', 'b']), [1], new Set(['a', '<X>'])],
    ['an entry of a map', new Map<unknown, unknown>([['a', 1], ['b', 2]]), ['b'], new Map<unknown, unknown>([['a', 1], ['b', '<X>']])],
    ['an entry of a map under a number', new Map<unknown, unknown>([[7, 'x'], ['7', 'y']]), [7], new Map<unknown, unknown>([[7, '<X>'], ['7', 'y']])],
    ['an entry of a map under an object, by its position', new Map<unknown, unknown>([[7, 'x'], [{}, 'y']]), ['#1'], new Map<unknown, unknown>([[7, 'x'], [{}, '<X>']])],
    ['what lies deeper', { a: [new Map([['k', { s: 1 }]])] }, ['a', 0, 'k', 's'], { a: [new Map([['k', { s: '<X>' }]])] }],
    ['one byte: the bytes as a whole, which can hold no text', new Uint8Array([1, 2]), [1], '<X>'],
    ['a part of an address: the address as a whole', new URL('https://a.example'), ['href'], '<X>'],
  ])('replaces %s', (_what, value, keys, expected) => {
    expect(hide(value, ...keys)).toEqual(expected);
  });

  it('gives back the same object where nothing is there to hide', () => {
    const value = Object.freeze({ a: 1 });

    expect(hide(value, 'b')).toEqual({ a: 1 });
    expect(hideFields([value], [])).toEqual([value]);
    expect((hideFields([value, { b: 1 }], [{ keys: [1, 'b'], placeholder: '' }]) as unknown[])[0]).toBe(value);
  });

  it('keeps copies frozen at every level', () => {
    const copy = hide({ a: { b: [{ c: 1 }] } }, 'a', 'b', 0, 'c') as { a: { b: object[] } };

    expect([copy, copy.a, copy.a.b, copy.a.b[0]].every(Object.isFrozen)).toBe(true);
  });

  it('keeps the class of an instance, and changes no original', () => {
    const letter = Object.freeze(new Letter('ann', 'hello'));
    const copy = hide(letter, 'body');

    expect(copy).toBeInstanceOf(Letter);
    expect(copy).toEqual(new Letter('ann', '<X>'));
    expect(letter.body).toBe('hello');
  });

  it('takes __proto__ for a name like any other', () => {
    const copy = hide(JSON.parse('{"__proto__": {"s": 1}, "b": 2}'), '__proto__', 's') as object;

    expect(JSON.stringify(copy)).toBe('{"__proto__":{"s":"<X>"},"b":2}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('runs no getter', () => {
    let reads = 0;
    hide(Object.defineProperty({ a: 1 }, 'trap', { get: () => (reads += 1), enumerable: true }), 'a');

    expect(reads).toBe(0);
  });

  it('hides the whole where both the whole and a part are to be hidden, in either order', () => {
    const part = { keys: [0, 'a'], placeholder: '<P>', spans: [[0, 2] as const] };
    const whole = { keys: [0, 'a'], placeholder: '<W>' };
    const above = { keys: [0], placeholder: '<A>' };

    expect(hideFields([{ a: 'text' }], [part, whole])).toEqual([{ a: '<W>' }]);
    expect(hideFields([{ a: 'text' }], [whole, part])).toEqual([{ a: '<W>' }]);
    expect(hideFields([{ a: 'text' }], [part, above])).toEqual(['<A>']);
  });

  it('hides as a whole what is no text, where parts of a text were to be hidden', () => {
    expect(hideFields([{ a: 7 }], [{ keys: [0, 'a'], placeholder: '<P>', spans: [[0, 1]] }])).toEqual([{ a: '<P>' }]);
    expect(hideFields([new URL('https://a.example')], [{ keys: [0], placeholder: '<P>', spans: [[0, 1]] }])).toEqual(['<P>']);
  });
});

describe('hiding parts of a text', () => {
  it.each<[string, readonly (readonly [number, number, string])[], string]>([
    ['0123456789', [[2, 4, '<A>'], [6, 7, '<B>']], '01<A>45<B>789'],
    ['0123456789', [[2, 6, '<A>'], [4, 8, '<B>']], '01<A>89'],
    ['0123456789', [[4, 8, '<B>'], [2, 6, '<A>']], '01<A>89'],
    ['0123456789', [[2, 9, '<A>'], [3, 4, '<B>']], '01<A>9'],
    ['0123456789', [[2, 4, '<A>'], [2, 6, '<B>']], '01<B>6789'],
    ['0123456789', [[0, 10, '<A>']], '<A>'],
    ['0123456789', [[2, 4, '<A>'], [4, 6, '<B>']], '01<A><B>6789'],
  ])('%s without %j is %s', (text, parts, expected) => {
    expect(withoutParts(text, parts.map(([start, end, placeholder]) => ({ span: [start, end], placeholder })))).toBe(expected);
  });

  it('lets no character of a hidden part through, whatever overlaps', () => {
    const span = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

    fc.assert(fc.property(fc.array(span, { maxLength: 8 }), (spans) => {
      const text = Array.from({ length: 30 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
      const out = withoutParts(text, spans.map((one) => ({ span: one, placeholder: '*' })));

      for (let i = 0; i < 30; i += 1) expect(out.includes(text.charAt(i))).toBe(!spans.some(([start, end]) => start <= i && i < end));
    }));
  });
});
