/** How a value can be written so that a reader, or the program it is meant for, still reads it. */
export interface Disguise {
  readonly name: string;
  readonly apply: (value: string) => string;
}

const each = (change: (character: string, at: number) => string) => (value: string): string => [...value].map(change).join('');
const within = (sign: string): ((value: string) => string) => each((character, at) => (at === 0 ? character : sign + character));
const after = (sign: string): ((value: string) => string) => each((character) => character + sign);
const shifted = (upper: number, lower: number, digit: number): ((value: string) => string) =>
  each((c) => {
    const code = c.charCodeAt(0);
    if (/[A-Z]/.test(c) && upper > 0) return String.fromCodePoint(upper + code - 65);
    if (/[a-z]/.test(c) && lower > 0) return String.fromCodePoint(lower + code - 97);
    return /\d/.test(c) && digit > 0 ? String.fromCodePoint(digit + code - 48) : c;
  });
const mapped = (from: string, to: string): ((value: string) => string) => {
  const letters = [...to];
  return each((c) => letters[from.indexOf(c)] ?? c);
};
const bytes = (value: string): string => Array.from(value, (c) => `%${c.charCodeAt(0).toString(16)}`).join('');
const hex = (c: string, size: number): string => c.charCodeAt(0).toString(16).padStart(size, '0');

export const disguises: readonly Disguise[] = [
  { name: 'full width', apply: each((c) => (c > ' ' ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)) },
  { name: 'bold mathematical', apply: shifted(0x1d400, 0x1d41a, 0x1d7ce) },
  { name: 'monospace mathematical', apply: shifted(0x1d670, 0x1d68a, 0x1d7f6) },
  { name: 'circled letters', apply: shifted(0x24b6, 0x24d0, 0) },
  { name: 'parenthesised letters', apply: shifted(0x1f110, 0x249c, 0) },
  { name: 'Arabic-Indic digits', apply: shifted(0, 0, 0x660) },
  { name: 'Devanagari digits', apply: shifted(0, 0, 0x966) },
  { name: 'superscript digits', apply: mapped('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹') },
  { name: 'Cyrillic look-alikes', apply: mapped('aceopxyABCEHIKMOPTX', 'асеорхуАВСЕНІКМОРТХ') },
  { name: 'Greek look-alikes', apply: mapped('oABEHIKMNOPTXYZ', 'οΑΒΕΗΙΚΜΝΟΡΤΧΥΖ') },
  { name: 'accents', apply: each((c) => (/[aeiou]/i.test(c) ? `${c}\u0301`.normalize('NFC') : c)) },
  { name: 'one combining mark', apply: after('\u0336') },
  { name: 'many combining marks', apply: after('\u0301\u0317\u0353\u0489\u0310\u0325') },
  { name: 'zero-width spaces', apply: within('\u200b') },
  { name: 'zero-width joiners', apply: within('\u200d\u2060') },
  { name: 'soft hyphens', apply: within('\u00ad') },
  { name: 'bidi controls', apply: within('\u202a\u202c') },
  { name: 'variation selectors', apply: after('\ufe0f') },
  { name: 'supplementary variation selectors', apply: after('\u{e0101}') },
  { name: 'noise of tags', apply: within('\u{e0041}') },
  { name: 'spelled in tags', apply: each((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))) },
  { name: 'grapheme joiners', apply: within('\u034f') },
  { name: 'Hangul fillers', apply: within('\u3164') },
  { name: 'annotations', apply: within('\ufff9') },
  { name: 'no-break spaces', apply: (value) => value.replaceAll(' ', '\u00a0') },
  { name: 'ideographic spaces', apply: (value) => value.replaceAll(' ', '\u3000') },
  { name: 'en dashes', apply: (value) => value.replaceAll('-', '\u2013') },
  { name: 'no-break hyphens', apply: (value) => value.replaceAll('-', '\u2011') },
  { name: 'percent', apply: bytes },
  { name: 'double percent', apply: (value) => bytes(value).replaceAll('%', '%25') },
  { name: 'triple percent', apply: (value) => bytes(value).replaceAll('%', '%2525') },
  { name: 'URL component', apply: (value) => `q=${encodeURIComponent(value)}`.slice(2).replace(/[@:.]/g, (c) => `%${hex(c, 2)}`) },
  { name: 'decimal references', apply: each((c) => `&#${c.charCodeAt(0)};`) },
  { name: 'decimal references, unclosed', apply: each((c) => (/[@:.-]/.test(c) ? `&#${c.charCodeAt(0)}` : `&#${c.charCodeAt(0)};`)) },
  { name: 'hexadecimal references', apply: each((c) => `&#X00${hex(c, 2)};`) },
  { name: 'double references', apply: each((c) => `&amp;#${c.charCodeAt(0)};`) },
  { name: 'named references', apply: each((c) => ({ '@': '&commat;', '.': '&period;', ':': '&colon;', '-': '&hyphen;', '=': '&equals;', '+': '&plus;', '/': '&sol;', _: '&lowbar;' })[c] ?? c) },
  { name: 'JavaScript escapes', apply: each((c) => `\\u${hex(c, 4)}`) },
  { name: 'escaped JavaScript escapes', apply: each((c) => `\\\\u${hex(c, 4)}`) },
  { name: 'braced escapes', apply: each((c) => `\\u{${hex(c, 1)}}`) },
  { name: 'byte escapes', apply: each((c) => `\\x${hex(c, 2)}`) },
  { name: 'octal escapes', apply: each((c) => (c > ' ' ? `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}` : c)) },
];
