import { Random } from './random.js';
import type { Category, Sample } from './sample.js';
import { email, phone } from './values/contact.js';
import { wallet } from './values/crypto.js';
import { ssn } from './values/documents.js';
import { card, iban } from './values/money.js';
import { ip4, ip6, mac } from './values/network.js';
import type { Locale } from './values/people.js';

/** What stands right before and after a value: quotes, brackets, markup, list marks, other scripts. */
const surroundings: readonly (readonly [before: string, after: string])[] = [
  ['', ''], [' ', ' '], ['"', '"'], ["'", "'"], ['`', '`'], ['(', ')'], ['[', ']'], ['{', '}'], ['>', '<'], ['<td>', '</td>'], ['**', '**'], ['|', '|'], ['\t', '\t'], [';', ';'], [',', ','], ['=', '&'], [':', ','], ['x: ', '.'],
  ['', '!'], ['', '?'], ['', '...'], ['-> ', ''], ['- ', ''], ['* ', ''], ['• ', ''], ['„', '“'], ['«', '»'], ['“', '”'], ['我的', '。'], ['は', 'です'], ['—', '—'], ['/', '/'], ['\r\n', '\r\n'], ['\u00a0', '\u00a0'], ['#', ''], ['1. ', ''], ['2) ', ''], ['a=', ';b=2'], ['to ', ' or 5'], ['(see ', ' )'],
  ['value: "', '",'], ["{'k': '", "'}"], ['[[', ']]'], ['_', '_'],
];
const locales: readonly Locale[] = ['us', 'uk', 'de', 'fr', 'es', 'it', 'nl', 'br', 'in', 'jp', 'pl', 'se', 'ca', 'au'];

/** What can be told without any word before it. */
const values: readonly (readonly [Category, (random: Random, locale: Locale) => string])[] = [
  ['email', email], ['phone', tellingPhone], ['ssn', ssn], ['credit_card', card], ['ip_address', ip4], ['ip_address', ip6], ['iban', iban], ['mac_address', mac], ['crypto_address', wallet],
];

/** `rounds` values of every kind in every surrounding. */
export function surroundedSamples(rounds = 3, seed = 1): Sample[] {
  const random = new Random(seed);
  return values.flatMap(([category, draw]) =>
    surroundings.flatMap(([before, after], at) =>
      Array.from({ length: rounds }, (_, round) => {
        const value = draw(random, locales[(at + round) % locales.length] ?? 'us');
        const label = { category, start: before.length, end: before.length + value.length };
        return { family: `surrounded ${category}`, text: before + value + after, labels: [label] };
      }),
    ),
  );
}

/** A number with a `+` or in North American groups. */
function tellingPhone(random: Random, locale: Locale): string {
  for (;;) {
    const number = phone(random, locale);
    if (number.startsWith('+') || /^\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$/.test(number)) return number;
  }
}

/** Texts of `size` samples each, joined: what a word before one number says about the next. */
export function joinedSamples(samples: readonly Sample[], separator: string, size: number, seed = 1): Sample[] {
  const random = new Random(seed);
  const short = samples.filter(({ text }) => !text.includes('\n'));
  return Array.from({ length: Math.ceil(short.length / size) }, () => {
    let text = '';
    const labels: { category: string; start: number; end: number }[] = [];
    for (let count = 0; count < size; count += 1) {
      const sample = random.pick(short);
      if (text !== '') text += separator;
      for (const { category, start, end } of sample.labels) labels.push({ category, start: text.length + start, end: text.length + end });
      text += sample.text;
    }
    return { family: 'joined', text, labels };
  });
}
