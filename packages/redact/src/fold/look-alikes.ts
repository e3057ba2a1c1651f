import { rectifyConfusion } from 'unicode-confusables';
import { confusables, pauseDashes, rangeDashes, separators, unframed } from './confusables.js';

/** Stands for a symbol that is no letter, digit or ASCII sign: it only separates. */
export const neutral = 1;
/** Decisions from 0x80 to 0xff are letters that may be meant as the digit, or letter, in their low seven bits. */
export const ambiguous = 0x80;
export const kept = 0x100;
export const dropped = 0x101;
export const marking = 0x102;
/** More than one unit, or the beginning of an escape. */
export const special = 0x103;
/** A hyphen or a pause, as what stands beside it has it. */
export const rangeDash = 0x104;
export const pauseDash = 0x105;

/** They begin an escape or decide what others mean; at a line end what tags spell is written. NUL has no decision of its own. */
export const signs = '\0\n%&+=\\';

// Zero-width, bidi, grapheme joiner, soft hyphen, fillers, annotations, tags: nothing a reader sees.
const invisible =
  // eslint-disable-next-line no-misleading-character-class -- each is meant alone
  /^[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e00ff}\u{e01f0}-\u{e0fff}]$/u;
// Variation selectors belong to the character before them, like marks.
const mark = /^[\p{M}\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u;
const marks = /\p{M}+/gu;
const letter = /^\p{L}$/u;
const letterOrNumber = /^[\p{L}\p{N}\p{M}]$/u;
const decimal = /^\p{Nd}$/u;
const space = /^\p{Z}$/u;
const ascii = /^[\x20-\x7e]+$/;
const latin = /^\p{Script=Latin}$/u;
const numbered = /^(?:\(([0-9A-Za-z]{1,2})\)|([0-9]{1,2})[.,])$/;
const mostExpansion = 4;

/** What becomes of a code point; `special` asks `expansionOf`. */
export function decide(point: string): number {
  // The brackets of our own tokens, which rules know as those of placeholders.
  if (point === '\u27e6') return 0x3c;
  if (point === '\u27e7') return 0x3e;
  if (invisible.test(point)) return dropped;
  if (mark.test(point)) return marking;
  if (rangeDashes.has(point)) return rangeDash;
  if (pauseDashes.has(point)) return pauseDash;
  if (isRegional(point)) return special;
  const folded = foldPoint(point);
  if (folded === '') return neutral;
  // What stays beyond ASCII stays as it is written: only being a letter matters.
  if (!/[\x00-\x7f]/.test(folded)) return kept;
  if (folded.length > 1 || signs.includes(folded)) return special;
  const code = folded.charCodeAt(0);
  return mayBeDigit(point, folded) ? ambiguous | code : code;
}

/** A letter of another alphabet that looks like a digit, or like a letter that looks like one. */
function mayBeDigit(point: string, folded: string): boolean {
  if (!letter.test(point) || ascii.test(point.normalize('NFKC'))) return false;
  return latin.test(point) ? /[0-9]/.test(folded) : /[0-9oOlI]/.test(folded);
}

function isRegional(point: string): boolean {
  return point >= '\u{1f1e6}' && point <= '\u{1f1ff}';
}

/** The folded form of one code point; what would grow beyond four times its source only separates. */
export function foldPoint(point: string): string {
  const own = confusables.get(point) ?? unframed(point.codePointAt(0) ?? 0);
  if (own !== undefined) return own;
  if (separators.has(point)) return String.fromCharCode(neutral);
  const plain = point.normalize('NFKC');
  if (plain.length > mostExpansion * point.length) return String.fromCharCode(neutral);
  const inner = numbered.exec(plain);
  if (inner !== null && plain !== point) return inner[1] ?? inner[2] ?? plain;
  let out = '';
  for (const part of plain) out += foldPart(part);
  return out;
}

function foldPart(part: string): string {
  if (part < '\x80') return part;
  if (decimal.test(part)) return String(decimalValue(part));
  if (space.test(part)) return ' ';
  const bare = bareOf(part);
  const alike = confusables.get(bare) ?? (bare < '\x80' ? bare : (skeletonOf(part) ?? skeletonOf(bare)));
  if (alike !== undefined) return alike;
  if (mark.test(part)) return '';
  return letterOrNumber.test(part) ? part : String.fromCharCode(neutral);
}

/** The base of a composed letter. */
function bareOf(part: string): string {
  const parts = part.normalize('NFD');
  return parts.length === part.length ? part : parts.replace(marks, '');
}

/** What the character looks like, when that is ASCII and hides a value better than it damages one. */
function skeletonOf(part: string): string | undefined {
  if (mark.test(part)) return undefined;
  const skeleton = rectifyConfusion(part).normalize('NFD').replace(marks, '');
  if (!ascii.test(skeleton)) return undefined;
  const isLetter = letter.test(part);
  // In the skeleton of UTS 39 capital I is a small l.
  if (skeleton === 'l' && /\p{Lu}/u.test(part)) return 'I';
  if (skeleton.length === 1) return isLetter && /\p{Lo}/u.test(part) && !/[0-9A-Za-z]/.test(skeleton) ? undefined : skeleton;
  if (skeleton === 'rn') return 'm';
  if (/^'+$/.test(skeleton)) return isLetter && /\p{Lo}/u.test(part) ? undefined : '"';
  // A hook, which UTS 39 writes as an apostrophe.
  if (/^(?:[A-Za-z]'|'[A-Za-z])$/.test(skeleton)) return skeleton.replace("'", '');
  if (isLetter) return latin.test(part) ? skeleton : undefined;
  return /[0-9A-Za-z]/.test(skeleton) || skeleton.length > mostExpansion * part.length ? undefined : skeleton;
}

/** Decimal digits stand in runs of ten that start at a zero (Unicode 4.6). */
function decimalValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && decimal.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return (code - zero) % 10;
}
