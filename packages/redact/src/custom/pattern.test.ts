import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern, PatternError } from './pattern.js';

function refusal(source: string): string {
  try {
    compilePattern(source);
  } catch (error) {
    expect(error).toBeInstanceOf(PatternError);
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
}

describe('compilePattern', () => {
  it.each([
    ['(?=a)', /lookahead.*linear time/],
    ['(?!a)b', /lookahead.*linear time/],
    ['(?<=a)b', /lookbehind.*linear time/],
    ['(?<!a)b', /lookbehind.*linear time/],
    ['(a)\\1', /backreferences.*offset 3.*linear time/],
    ['(?P<x>a)(?P=x)', /backreferences/],
    ['(?<x>a)\\k<x>', /backreferences/],
    ['(?>a)', /atomic/],
    ['a++', /possessive/],
    ['a*+', /possessive/],
    ['a?+', /possessive/],
    ['(a)(?(1)b|c)', /conditionals/],
    ['(?x) a', /flags x/],
    ['(?#open', /not closed/],
    ['(a', /missing closing \)/],
    ['a)', /unexpected \)/],
    ['[a', /missing closing \]/],
    ['[z-a]', /range/],
    ['a\\', /not valid/],
    ['\\u12', /not valid/],
    ['*a', /not valid/],
    ['(a{1000}){1000}', /multiply/],
    ['((((a{10}){10}){10}){10}){10}', /multiply/],
    [`(?:${'a'.repeat(4000)}){1000}`, /multiply/],
    ['a{1000}'.repeat(580), /multiply/],
    ['a{999999999999}', /multiply|repeat/],
    [`${'('.repeat(2000)}${')'.repeat(2000)}`, /deep/],
    ['('.repeat(4000), /missing closing/],
    ['a'.repeat(4097), /4097 characters/],
  ])('refuses %j', (source, message) => {
    const started = performance.now();

    expect(refusal(source)).toMatch(message);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it.each([
    ['end\\Z', 'the end', true],
    ['end\\Z', 'end.', false],
    ['(?P<year>\\d{4})', 'in 2026', true],
    ['^a{,2}$', 'aa', true],
    ['^a{,2}$', 'aaa', false],
    ['^a{,2}$', 'a{,2}', false],
    ['a(?#a comment)b', 'ab', true],
    ['(?a)\\w', 'x', true],
    ['(?ai)x', 'X', true],
    ['(?ai:x)y', 'Xy', true],
    ['\\u0041\\U0001F600', 'A😀', true],
    ['[\\u0041-\\u0043]', 'B', true],
    ['[]]', ']', true],
    ['[^]]', ']', false],
    ['[[:alpha:]]]', 'a]', true],
    ['\\Q(?=a)\\1\\E', '(?=a)\\1', true],
    ['[(?=]', '=', true],
    ['\\(?=', '=', true],
    ['x{', 'x{', true],
    ['x{,}', 'x{,}', true],
    ['\\d', '٣', false],
    ['\\w', 'é', false],
    ['é\\b', 'é ', false],
    ['a$', 'a\n', false],
    ['.', '\n', false],
    ['a.c', 'a😀c', true],
  ])('reads %j as Python or RE2 would: %j is %j', (source, text, expected) => {
    expect(compilePattern(source).test(text)).toBe(expected);
  });

  it.each([
    ['drop table', 'DROP TABLE', true],
    ['secret', 'ſecret', true],
    ['kelvin', '\u212aelvin', true],
    ['i', 'İ', false],
    ['d(rop)', 'DROP', true],
    ['ΣΑΣ', 'σας', true],
    ['straße', 'STRASSE', false],
    ['é', 'É', true],
  ])('ignores case by simple folding: %j in %j is %j', (source, text, expected) => {
    expect(compilePattern(source, { ignoreCase: true }).test(text)).toBe(expected);
  });

  it('regards case unless told', () => {
    expect([compilePattern('a').test('A'), compilePattern('a.').test('AA')]).toEqual([false, false]);
  });

  it('tells the whole text from a part', () => {
    const pattern = compilePattern('a|ab');

    expect(['a', 'ab', 'abc', ''].map((text) => pattern.full(text))).toEqual([true, true, false, false]);
    expect(['ab', 'AB', 'abc'].map((text) => compilePattern('ab', { ignoreCase: true }).full(text))).toEqual([true, true, false]);
  });

  it('counts in UTF-16 code units beside astral characters and lone surrogates', () => {
    const text = '😀a\ud800a\udc00a';

    expect(compilePattern('a').spans(text)).toEqual([[2, 3], [4, 5], [6, 7]]);
    expect(compilePattern('a|b').spans(text)).toEqual([[2, 3], [4, 5], [6, 7]]);
    expect(compilePattern('.').spans('😀\ud800')).toEqual([[0, 2], [2, 3]]);
    expect(compilePattern('\udc00').spans('\ud83d\udc00\udc00')).toEqual([[2, 3]]);
    expect(compilePattern('ſ').spans('ſ')).toEqual([[0, 1]]);
    expect(compilePattern('s', { ignoreCase: true }).spans('İſs')).toEqual([[1, 2], [2, 3]]);
  });

  it('finds what a native search finds', () => {
    const piece = fc.constantFrom('a', 'b', 'ab', '😀', '\ud800', '\udc00', 'ſ', 'İ', 'S', '\u212a', '\n', '');
    const text = fc.array(piece, { maxLength: 12 }).map((parts) => parts.join(''));
    const source = fc.array(fc.constantFrom('a', 'b', '.', 'a+', '(?:b|ab)', '[^a]', '😀', 's', 'k', 'i', 'a{1,2}'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(source, text, fc.boolean(), (parts, subject, ignoreCase) => {
        const joined = parts.join('');
        const spans = [...subject.matchAll(new RegExp(joined, ignoreCase ? 'giu' : 'gu'))].map((m) => [m.index, m.index + m[0].length]);
        const pattern = compilePattern(joined, { ignoreCase });

        expect(pattern.spans(subject)).toEqual(spans);
        expect(pattern.test(subject)).toBe(spans.length > 0);
        expect(pattern.full(subject)).toBe(new RegExp(`^(?:${joined})$`, ignoreCase ? 'iu' : 'u').test(subject));
      }),
      { numRuns: 300 },
    );
  });

  it('skips empty matches', () => {
    expect(compilePattern('a*').spans('baab')).toEqual([[1, 3]]);
    expect(compilePattern('').spans('ab')).toEqual([]);
    expect(compilePattern('').test('ab')).toBe(true);
  });

  it.each(['a', 'a|b', 'A'])('ends the last of 1000 spans at the end of the text: %j', (source) => {
    const pattern = compilePattern(source, { ignoreCase: true });
    const exact = pattern.spans('a-'.repeat(1000));
    const cut = pattern.spans('a-'.repeat(1001));

    expect([exact.length, exact.at(-1)]).toEqual([1000, [1998, 1999]]);
    expect([cut.length, cut.at(-1)]).toEqual([1000, [1998, 2002]]);
  });

  it.each(['(a+)+$', '(a|a)*b', '(x+x+)+y', 'a.*b|a', '(.*)*(.*)*c', 'a*', '(a?){50}a{50}b'])('stays linear for %j', (source) => {
    const pattern = compilePattern(source);
    const text = 'a'.repeat(300_000);
    const started = performance.now();

    pattern.test(text);
    pattern.full(text);
    pattern.spans(text);
    pattern.spans('b'.repeat(300_000));
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('lower-cases to the same length all but one character, which the quick search relies on', () => {
    const grown: number[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (character.toLowerCase().length !== character.length) grown.push(code);
    }

    expect(grown).toEqual([0x130]);
  });

  it('throws nothing but PatternError', () => {
    const token = fc.constantFrom('(', ')', '[', ']', '{', '}', '?', '*', '+', '\\', '|', '^', '$', '(?', '(?P<', '>', '\\Q', '{2,', '{,3}', '[[:', '\\x{', '\\p{', 'a', '0', '-', ',', ':', '\ud800', '\0', 'é');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(''))), (source) => {
        try {
          const pattern = compilePattern(source, { ignoreCase: true });
          pattern.spans('aé0-\ud800');
        } catch (error) {
          expect(error).toBeInstanceOf(PatternError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
