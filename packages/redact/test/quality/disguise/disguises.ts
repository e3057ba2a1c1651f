import { below, pick, type Random } from '../secrets/random.js';

/** A way to write a value so that a reader, a browser or a parser still understands it. */
export interface Disguise {
  readonly name: string;
  readonly wear: (value: string, random: Random) => string;
}

const each = (value: string, change: (sign: string) => string): string => Array.from(value, change).join('');
const hex = (sign: string, width: number): string => sign.charCodeAt(0).toString(16).padStart(width, '0');

/** Puts signs that show nothing between the letters: between all of them, or between some. */
function between(name: string, signs: readonly string[]): Disguise {
  return {
    name,
    wear: (value, random) => {
      const every = random() < 0.5;
      const at = 1 + below(random, Math.max(1, value.length - 1));
      return Array.from(value, (sign, i) => (i > 0 && (every || i === at) ? pick(random, signs) + sign : sign)).join('');
    },
  };
}

/** Replaces what has a double in the table, all of it or about half. */
function doubles(name: string, table: Readonly<Record<string, string>>): Disguise {
  return {
    name,
    wear: (value, random) => {
      const share = random() < 0.5 ? 1 : 0.5;
      return each(value, (sign) => (random() < share ? pick(random, Array.from(table[sign] ?? sign)) : sign));
    },
  };
}

/** Writes signs as an escape: all of them, or only those that are neither letter nor digit. */
function escapes(name: string, write: (sign: string) => string): Disguise {
  return {
    name,
    wear: (value, random) => {
      const all = random() < 0.6 || !/[^A-Za-z0-9]/.test(value);
      return each(value, (sign) => (all || /[^A-Za-z0-9]/.test(sign) ? write(sign) : sign));
    },
  };
}

function shifted(name: string, starts: readonly { readonly upper: number; readonly lower: number; readonly digit: number }[]): Disguise {
  const moved = (sign: string, from: string, to: number): string => String.fromCodePoint(sign.charCodeAt(0) - from.charCodeAt(0) + to);
  return {
    name,
    wear: (value, random) => {
      const { upper, lower, digit } = pick(random, starts);
      return each(value, (sign) => (/[A-Z]/.test(sign) ? moved(sign, 'A', upper) : /[a-z]/.test(sign) ? moved(sign, 'a', lower) : /\d/.test(sign) ? moved(sign, '0', digit) : sign));
    },
  };
}

const cyrillic = { a: 'а', c: 'с', e: 'е', o: 'о', p: 'р', x: 'х', y: 'у', i: 'і', j: 'ј', s: 'ѕ', h: 'һ', A: 'А', B: 'В', C: 'С', E: 'Е', H: 'Н', K: 'К', M: 'М', O: 'О', P: 'Р', T: 'Т', X: 'Х', I: 'І', J: 'Ј', S: 'Ѕ' };
const greek = { o: 'ο', v: 'ν', u: 'υ', a: 'α', i: 'ι', p: 'ρ', A: 'Α', B: 'Β', E: 'Ε', H: 'Η', I: 'Ι', K: 'Κ', M: 'Μ', N: 'Ν', O: 'Ο', P: 'Ρ', T: 'Τ', X: 'Χ', Y: 'Υ', Z: 'Ζ' };
const digitZeros = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xa66, 0xae6, 0xb66, 0x17e0];
const named: Readonly<Record<string, string>> = { '@': '&commat;', '.': '&period;', '-': '&hyphen;', '_': '&lowbar;', '+': '&plus;', ':': '&colon;', '/': '&sol;', '(': '&lpar;', ')': '&rpar;', '!': '&excl;', '=': '&equals;', '#': '&num;', ' ': '&nbsp;' };

/** Disguises that leave a value as it is do not count for it: there is no Cyrillic double of a digit. */
export const disguises: readonly Disguise[] = [
  { name: 'fullwidth', wear: (value) => each(value, (sign) => (sign >= '!' && sign <= '~' ? String.fromCharCode(sign.charCodeAt(0) + 0xfee0) : sign)) },
  shifted('mathematical', [{ upper: 0x1d400, lower: 0x1d41a, digit: 0x1d7ce }, { upper: 0x1d5d4, lower: 0x1d5ee, digit: 0x1d7ec }, { upper: 0x1d670, lower: 0x1d68a, digit: 0x1d7f6 }, { upper: 0x1d5a0, lower: 0x1d5ba, digit: 0x1d7e2 }]),
  doubles('cyrillic', cyrillic),
  doubles('greek', greek),
  between('zero-width', ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff']),
  between('soft hyphen', ['\u00ad']),
  between('bidi mark', ['\u200e', '\u200f', '\u202a', '\u202c', '\u202d', '\u2066', '\u2069', '\u061c']),
  between('variation selector', ['\ufe0e', '\ufe0f', '\ufe00', '\u{e0100}']),
  between('tag', ['\u{e0061}', '\u{e0020}', '\u{e007f}', '\u{e0041}']),
  between('grapheme joiner', ['\u034f']),
  between('combining mark', ['\u0301', '\u0308', '\u0336', '\u0332', '\u20e3', '\u0489']),
  doubles('dash', { '-': '\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63\uff0d' }),
  doubles('space', { ' ': '\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u205f\u3000' }),
  { name: 'other digits', wear: (value, random) => { const zero = pick(random, digitZeros); return each(value, (sign) => (/\d/.test(sign) ? String.fromCharCode(zero + Number(sign)) : sign)); } },
  escapes('percent', (sign) => `%${hex(sign, 2).toUpperCase()}`),
  escapes('double percent', (sign) => `%25${hex(sign, 2)}`),
  escapes('decimal entity', (sign) => `&#${sign.charCodeAt(0)};`),
  escapes('hex entity', (sign) => `&#x${hex(sign, 2)};`),
  { name: 'named entity', wear: (value) => each(value, (sign) => named[sign] ?? sign) },
  escapes('backslash u', (sign) => `\\u${hex(sign, 4)}`),
  escapes('backslash x', (sign) => `\\x${hex(sign, 2)}`),
  { name: 'base64', wear: (value) => btoa(value) },
];
