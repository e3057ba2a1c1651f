import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../redactor.js';
import { foldedStretches } from './fold.js';
import { stretches } from './stretches.js';

const redact = (text: string): string => new Redactor().redact(text).text;
const prose = 'Die Prüfung der Bücher ergab größere Übereinstimmung für alle. ';

describe('stretches', () => {
  it.each([
    prose, 'L’été dernier, nous étions 7 à Orléans « avec l’équipe ».', 'Квартальный отчёт номер 7 показывает устойчивый рост.', '四半期報告書の第7号は、着実な成長を示しています。',
    '“It’s fine,” she said — and left… “Really?”', 'we shipped it 🎉🎉 today ❤️ 👍🏽', 'a\u00a0b\u202fc', `Nr: 7 ${'x '.repeat(200)}größer`,
  ])('are none in %j', (text) => {
    expect(stretches(text)).toEqual([]);
  });

  it('hold the line of a disguise, not its neighbours', () => {
    const [before, line] = [`${prose.repeat(2)}\n`, 'jöhn@example.com'];

    expect(stretches(`${before}${line}\n${prose.repeat(2)}`)).toEqual([{ from: before.length, to: before.length + line.length }]);
  });

  it('hold what is in reach of the value on a long line', () => {
    const text = `${prose.repeat(40)}jöhn@example.com ${prose.repeat(40)}`;
    const [only, ...rest] = stretches(text);

    expect(rest).toEqual([]);
    expect((only?.to ?? 0) - (only?.from ?? 0)).toBeLessThan(1000);
    expect(redact(text)).toBe(text.replace('jöhn@example.com', '<EMAIL>'));
  });

  it.each([
    ['ghp_ḾÀÉxqKdyrLmQpTovZjbRwenYcsJhFzsGewUaB', '<GITHUB_TOKEN>'], ['ghp_xqKdyrLmQpTóvZjbRwénYcsJhFzsGéwÚáBóD', '<GITHUB_TOKEN>'], ['<passwοrd>hunterzwei77</passwοrd>', '<passwοrd><PASSWORD></passwοrd>'],
  ])('hold runs that no word is like: %j', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('make the whole text one when it holds a key block', () => {
    const text = `é: 1\n${prose}\n－－－－－BEGIN PRIVATE KEY－－－－－\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n－－－－－END PRIVATE KEY－－－－－\n`;

    expect(foldedStretches(text).map(({ offset }) => offset)).toEqual([0]);
    expect(redact(text)).not.toContain('MIIEvQ');
  });

  it('keep both code points of a reference', () => {
    expect(foldedStretches('x: a&fjlig;b')[0]?.text).toBe('x: afjb');
  });

  it('are in order, apart and inside the text', () => {
    const parts = fc.constantFrom(prose, 'é', '@', ': ', '1234', '\n', '%40', '\u200b', '\u0301', ' '.repeat(300), '漢字'.repeat(200), '\u{e0041}', '－', '--');
    fc.assert(fc.property(fc.array(parts, { maxLength: 30 }).map((list) => list.join('')), (text) => {
      let reached = 0;
      for (const { from, to } of stretches(text)) {
        expect(from).toBeGreaterThanOrEqual(reached);
        expect(to).toBeGreaterThan(from);
        reached = to;
      }

      expect(reached).toBeLessThanOrEqual(text.length);
    }));
  });
});
