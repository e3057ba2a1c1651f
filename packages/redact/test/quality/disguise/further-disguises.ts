import { pick, type Random } from '../secrets/random.js';
import { disguises, type Disguise } from './disguises.js';

const each = (value: string, change: (sign: string) => string): string => Array.from(value, change).join('');
const hex = (sign: string): string => sign.charCodeAt(0).toString(16);
const within = (value: string, signs: string): string => Array.from(value).join(signs);

const circled = (sign: string): string => {
  if (/[a-z]/.test(sign)) return String.fromCharCode(sign.charCodeAt(0) - 97 + 0x24d0);
  if (/[A-Z]/.test(sign)) return String.fromCharCode(sign.charCodeAt(0) - 65 + 0x24b6);
  return /[1-9]/.test(sign) ? String.fromCharCode(sign.charCodeAt(0) - 49 + 0x2460) : sign === '0' ? '\u24ea' : sign;
};

const [superscripts, subscripts] = ['⁰¹²³⁴⁵⁶⁷⁸⁹', '₀₁₂₃₄₅₆₇₈₉'];

/** Rarer spellings of the same, and two at once. */
export const furtherDisguises: readonly Disguise[] = [
  { name: 'circled', wear: (value) => each(value, circled) },
  { name: 'superscript digits', wear: (value, random) => each(value, (sign) => (/\d/.test(sign) ? ((random() < 0.5 ? superscripts : subscripts)[Number(sign)] ?? sign) : sign)) },
  { name: 'mathematical script', wear: (value) => each(value, (sign) => (/[a-z]/.test(sign) ? String.fromCodePoint(sign.charCodeAt(0) - 97 + 0x1d4ea) : /[A-Z]/.test(sign) ? String.fromCodePoint(sign.charCodeAt(0) - 65 + 0x1d4d0) : sign)) },
  { name: 'padded decimal entity', wear: (value) => each(value, (sign) => `&#${String(sign.charCodeAt(0)).padStart(5, '0')};`) },
  { name: 'upper hex entity', wear: (value) => each(value, (sign) => `&#X${hex(sign).toUpperCase()};`) },
  { name: 'open entity', wear: (value) => each(value, (sign) => `&#${String(sign.charCodeAt(0))}`) },
  { name: 'escaped ampersand', wear: (value) => each(value, (sign) => `&amp;#${String(sign.charCodeAt(0))};`) },
  { name: 'zero-width entity', wear: (value, random) => within(value, pick(random, ['&#8203;', '&#x200b;', '&ZeroWidthSpace;', '&shy;', '&zwnj;'])) },
  { name: 'percent of zero-width', wear: (value) => within(value, '%E2%80%8B') },
  { name: 'percent of fullwidth', wear: (value) => encodeURIComponent(each(value, (sign) => (sign >= '!' && sign <= '~' ? String.fromCharCode(sign.charCodeAt(0) + 0xfee0) : sign))) },
  { name: 'percent u', wear: (value) => each(value, (sign) => `%u${hex(sign).padStart(4, '0')}`) },
  { name: 'triple percent', wear: (value) => each(value, (sign) => `%2525${hex(sign)}`) },
  { name: 'percent of signs', wear: (value) => encodeURIComponent(value).replaceAll('.', '%2E').replaceAll('-', '%2D') },
  { name: 'braced escape', wear: (value) => each(value, (sign) => `\\u{${hex(sign)}}`) },
  { name: 'upper backslash u', wear: (value) => each(value, (sign) => `\\u${hex(sign).toUpperCase().padStart(4, '0')}`) },
  { name: 'double backslash u', wear: (value) => each(value, (sign) => `\\\\u${hex(sign).padStart(4, '0')}`) },
  { name: 'long backslash U', wear: (value) => each(value, (sign) => `\\U${hex(sign).padStart(8, '0')}`) },
  { name: 'octal escape', wear: (value) => each(value, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`) },
  { name: 'backslash u of fullwidth', wear: (value) => each(value, (sign) => (sign >= '!' && sign <= '~' ? `\\u${(sign.charCodeAt(0) + 0xfee0).toString(16)}` : sign)) },
  { name: 'quoted-printable', wear: (value) => each(value, (sign) => (/[A-Za-z0-9]/.test(sign) ? sign : `=${hex(sign).toUpperCase().padStart(2, '0')}`)) },
  { name: 'base64url', wear: (value) => btoa(value).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') },
  { name: 'hex', wear: (value) => each(value, (sign) => hex(sign).padStart(2, '0')) },
  { name: 'two at once', wear: (value, random) => both(value, random) },
];

const layers = ['fullwidth', 'mathematical', 'zero-width', 'soft hyphen', 'bidi mark', 'variation selector', 'tag', 'grapheme joiner', 'other digits'];

function both(value: string, random: Random): string {
  const [inner, outer] = [pick(random, layers.slice(0, 2)), pick(random, layers.slice(2, 8))];
  const wear = (name: string, text: string): string => disguises.find((disguise) => disguise.name === name)?.wear(text, random) ?? text;
  return wear(outer, wear(inner, value));
}
