import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../redactor.js';
import { fold, foldFrom } from './fold.js';

const redactor = new Redactor();
const redact = (text: string): string => redactor.redact(text).text;

describe('disguised values', () => {
  it.each([
    [`${'"&amp;"'.repeat(4)} mail john@example.com`, `${'"&amp;"'.repeat(4)} mail <EMAIL>`],
    ['a &lt;b&gt; 123-45-6789', 'a &lt;b&gt; <SSN>'], ['&lt;john@example.com&gt; x', '&lt;<EMAIL>&gt; x'], ['ssn 123-45-678%39 ok', 'ssn <SSN> ok'],
    ['john%40example.com', '<EMAIL>'], ['john%2540example.com', '<EMAIL>'], ['john&#64;example&period;com x', '<EMAIL> x'], ['john&amp;#64;example.com', '<EMAIL>'],
    ['j\u00e9r\u00f4me@exemple.fr et', '<EMAIL> et'], ['je\u0301ro\u0302me@exemple.fr et', '<EMAIL> et'], ['x m\u00fcller@example.com', 'x <EMAIL>'],
    ['ｊｏｈｎ＠ｅｘａｍｐｌｅ．ｃｏｍ', '<EMAIL>'], ['１２３-４５-６７８９', '<SSN>'], ['𝟏𝟐𝟑-𝟒𝟓-𝟔𝟕𝟖𝟗', '<SSN>'], ['١٢٣-٤٥-٦٧٨٩', '<SSN>'], ['123\u201345\u20136789', '<SSN>'],
    ['123\u00a045\u00a06789', '<SSN>'], ['1\u200b2\u200b3\u200b-45-6789', '<SSN>'], ['12\ufe0f3-45-6789', '<SSN>'], ['12\u034f3-45-6789', '<SSN>'], ['1\u03012\u03013-45-6789', '<SSN>'],
    ['1\u20e32\u20e33-45-6789', '<SSN>'], ['jоhn@еxample.cоm', '<EMAIL>'], ['john@example\u3002com', '<EMAIL>'], ['\u{e0041}john@exam\u{e0020}ple.com', '\u{e0041}<EMAIL>'],
    ['4111\u20111111\u20111111\u20111111', '<CREDIT_CARD>'], ['%34%31%31%31%31%31%31%31%31%31%31%31%31%31%31%31', '<CREDIT_CARD>'], ['mail%20john@example.com', 'mail%20<EMAIL>'],
    ['раssword=hunter2', 'раssword=<PASSWORD>'], ['a—john@example.com—b', 'a—<EMAIL>—b'], ['“john@example.com”', '“<EMAIL>”'], ['🎉john@example.com🎉', '🎉<EMAIL>🎉'],
    ['password="abc%22def123"', 'password="<PASSWORD>"'], ['ip 192%2E168%2E1%2E1', 'ip <IP_ADDRESS>'], ['AKIA%49OSFODNN7EXAMPLE', '<AWS_KEY>'],
  ])('are hidden in %j', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each(['100% sure', 'a & b', 'x%zz', '%', '&', '&#', '&#;', '%E4%B8', '%C0%80', '&#xD800;', '&unknown;', 'ﬁne', 'e\u0301t\u00e9', '日本語のテキスト', '\ud83d', '\udc00x'])('are not seen in %j', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each([
    ['\u{e006a}\u{e006f}\u{e0068}\u{e006e}\u{e0040}\u{e0065}\u{e0078}\u{e002e}\u{e0063}\u{e006f}\u{e006d} x', '<EMAIL> x'], ['ΑΚΙΑΙΟSFΟDΝΝ7ΕΧΑΜΡLΕ', '<AWS_KEY>'], ['john@mail—box.example.com', '<EMAIL>'],
    ['x=1&phone=%2B1+415+732+2187', 'x=1&phone=<PHONE>'], ['john\\u0040example.com', '<EMAIL>'], ['john\\x40example.com', '<EMAIL>'], ['john\\100example.com', '<EMAIL>'], ['john%252540example.com', '<EMAIL>'],
    ['john&#64example.com', '<EMAIL>'], ['john&amp;commat;example&amp;period;com', '<EMAIL>'], ['123&shy;-45-6789', '<SSN>'], ['ｊ\u0301ohn@example.com\u0301!', '<EMAIL>!'], ['(415) \ufe0e732-2187', '<PHONE>'],
    ['\u200bjohn@example.com\u200b', '\u200b<EMAIL>\u200b'], ['🇩🇪john@example.com', '🇩🇪<EMAIL>'], ['wait…john@example.com…', 'wait…<EMAIL>…'], ['john@example.com™', '<EMAIL>™'],
  ])('are hidden in %j as well', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  const units = fc.constantFrom(
    'a', '1', '-', '@', '.', ' ', '\n', '%41', '%2541', '%25', '&amp;', '&#49;', '&#50', '&nbsp', '%E2%82%AC', 'é', 'e\u0301', '\u200b', '１', 'ﬁ', '😀', 'а', 'о', 'б', '—', '–', '%', '&', '\\', '\\u0041', '\\n', '+', '=', 'a=', '&b=',
    '\u{e0041}', '\u{e0041}'.repeat(8), '\ud83d', '\u0301', '𝐚', '㈱', '漢', '🇩🇪', '\ufdfa', ';', '#', 'x4', '\u3000', '\ufe0f',
  );
  const texts = fc.array(units, { maxLength: 20 }).map((parts) => parts.join(''));
  /** Everything folded, even what cannot matter. */
  const whole = (text: string): string => (text === '' ? '' : (foldFrom(text, 0)?.text ?? text));

  it('stand for a span of the original, unit by unit and in order', () => {
    fc.assert(fc.property(texts, (text) => {
      const folded = fold(text);
      const line = folded?.text.split('\n')[0]?.length ?? 0;
      let reached = 0;
      let begun = 0;
      for (let i = 0; i < (folded?.text.length ?? 0); i += 1) {
        const start = folded?.starts?.[i] ?? i;
        const end = folded?.ends?.[i] ?? i + 1;

        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        // Behind the first line what tags spell may come in between.
        if (i >= line) continue;
        expect(start).toBeGreaterThanOrEqual(begun);
        expect(end).toBeGreaterThanOrEqual(reached);
        begun = start;
        reached = end;
      }
    }), { numRuns: 500 });
  });

  it('are folded line by line and word by word', () => {
    fc.assert(fc.property(texts, texts, fc.constantFrom(' ', '\n', '\t'), (a, b, gap) => {
      fc.pre(gap === '\n' || !`${a}${b}`.includes('\u{e0041}'));
      fc.pre(!/^[\u0301\ufe0f]/.test(b) || gap !== ' ');

      expect(whole(`${a}${gap}${b}`)).toBe(`${whole(a)}${gap}${whole(b)}`);
    }), { numRuns: 500 });
  });

  it('grow to four times their size at most', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
      expect(whole(text).length).toBeLessThanOrEqual(4 * text.length);
    }));
  });

  it('are looked at only when that can find more', () => {
    const values = fc.constantFrom('john', '@', 'example.com', '123-45-6789', 'password', ': ', 'hunter2x', ' ', '。', '：', '\u200b', '\u0301', '漢字', '🎉', '—', '\u3000', 'ー', '・', '“', '4111', '\ufe0f');
    fc.assert(fc.property(fc.array(values, { maxLength: 12 }).map((parts) => parts.join('')), (text) => {
      fc.pre(text !== '' && fold(text) === undefined);

      expect(redactor.detect(whole(text)).length).toBeLessThanOrEqual(redactor.detect(text).length);
    }), { numRuns: 400 });
  });
});
