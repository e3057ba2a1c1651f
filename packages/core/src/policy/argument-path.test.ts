import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { foundPath, pathOf, readArgumentPath, type PathStep } from './argument-path.js';

const name = (text: string): PathStep => ({ kind: 'name', name: text });
const at = (index: number): PathStep => ({ kind: 'index', index });
const each: PathStep = { kind: 'each' };

describe('the path of an argument', () => {
  it.each<[string, readonly PathStep[]]>([
    ['to', [name('to')]],
    ['a.b', [name('a'), name('b')]],
    ['rows[0]', [name('rows'), at(0)]],
    ['rows[007]', [name('rows'), at(7)]],
    ['filters[*].value', [name('filters'), each, name('value')]],
    ['options.*', [name('options'), each]],
    ['*', [each]],
    ['*.salary', [each, name('salary')]],
    ['[*]', [each]],
    ['[3]', [at(3)]],
    ['["odd name"].x', [name('odd name'), name('x')]],
    ['headers["x-api key"]', [name('headers'), name('x-api key')]],
    ['a["\\u0041\\n\\"\\\\"]', [name('a'), name('A\n"\\')]],
    ['a[""]', [name('a'), name('')]],
    ['__proto__.constructor', [name('__proto__'), name('constructor')]],
    ['größe.名前', [name('größe'), name('名前')]],
    ['a.5', [name('a'), name('5')]],
  ])('%s reads as its steps', (path, steps) => {
    expect(readArgumentPath(path)).toEqual({ steps });
  });

  it.each([
    '', '.', '.a', 'a.', 'a..b', 'a b', 'a[', 'a[]', 'a[-1]', 'a[1', 'a[x]', "a['x']", 'a["x]', 'a["x"', 'a["\n"]', 'a["\\x"]', 'a["\\u12"]',
    'a[1234567890]', 'a.[0]', 'a*', '**', 'a.**', 'a[**]', 'a\0', '\ud800', 'a.b!', ' a', 'a ', `["${'x'.repeat(257)}"]`, 'x'.repeat(513),
    Array.from({ length: 33 }, () => 'a').join('.'),
  ])('%j is refused', (path) => {
    expect(readArgumentPath(path)).toEqual({ fault: expect.any(String) });
  });

  it('is read without ever throwing, in linear time, whatever it holds', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.string({ unit: fc.constantFrom('.', '[', ']', '*', '"', '\\', 'u', 'a', '0') })), (text) => {
      const { steps, fault } = readArgumentPath(text);

      expect((steps === undefined) !== (fault === undefined)).toBe(true);
    }));
    for (const hostile of ['["'.repeat(1e6), '\\'.repeat(1e6), `a${'[0]'.repeat(1e6)}`]) expect(readArgumentPath(hostile)).toEqual({ fault: expect.any(String) });
  });

  it('says of what it found a path that reads back as the same steps', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'Z', '0', '9', '_', '-', '$', 'ü'), minLength: 1, maxLength: 20 });

    fc.assert(fc.property(fc.array(fc.oneof(word, fc.nat(999)), { minLength: 1, maxLength: 8 }), (keys) => {
      const path = keys.reduce<string>(pathOf, '');

      expect(readArgumentPath(path)).toEqual({ steps: keys.map((key) => (typeof key === 'number' ? at(key) : name(key))) });
    }));
  });
});

describe('the path of what was found in a call', () => {
  it('shows names that read like names of fields', () => {
    for (const field of ['to', 'customer_id', 'createdAt', 'line2', 'x-api-key', '$ref']) expect(foundPath('a', field)).toBe(`a.${field}`);
    expect(foundPath('a', 3)).toBe('a[3]');
  });

  it.each(['123-45-6789', '5551234567', 'ann@corp.io', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a', 'x'.repeat(41), 'two words', '', 'a\nb', '\ud800'])(
    'tells %j by its length only: it may be the secret itself',
    (key) => {
      const path = foundPath('a', key);

      expect(path).toBe(`a[a name of ${String(key.length)} characters]`);
    },
  );
});
