import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../redactor.js';
import { fold } from './fold.js';

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

  it('stand for a span of the original, unit by unit', () => {
    const units = fc.constantFrom('a', '1', '-', '@', '.', ' ', '\n', '%41', '%2541', '&amp;', '&#49;', '%E2%82%AC', 'é', 'e\u0301', '\u200b', '１', 'ﬁ', '😀', 'а', '—', '%', '&');
    fc.assert(fc.property(fc.array(units, { maxLength: 20 }), (parts) => {
      const text = parts.join('');
      const folded = fold(text);
      let reached = 0;
      for (let i = 0; i < (folded?.text.length ?? 0); i += 1) {
        const start = folded?.starts?.[i] ?? -1;
        const end = folded?.ends?.[i] ?? -1;

        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(text.length);
        expect(end).toBeGreaterThanOrEqual(reached);
        reached = end;
      }
    }), { numRuns: 1000 });
  });

  it('are folded line by line', () => {
    const pieces = fc.array(fc.constantFrom('a', '%41', '%2541', '&amp;', '\u0301', 'é', '1', '%0A', '&#10;', '—', '&am', 'p;', '%4', '1'), { maxLength: 8 });
    const of = (text: string): string => fold(text)?.text ?? text;
    fc.assert(fc.property(pieces, pieces, (a, b) => {
      expect(of(`${a.join('')}\n${b.join('')}`)).toBe(`${of(a.join(''))}\n${of(b.join(''))}`);
    }), { numRuns: 1000 });
  });
});
