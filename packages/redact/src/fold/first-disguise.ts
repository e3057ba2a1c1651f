import { isAlnum } from '../char-class.js';
import { decisionOf, decisions } from './decisions.js';
import { isDisguise } from './is-disguise.js';
import { ambiguous, dropped, kept, marking, neutral } from './look-alikes.js';

/** Where the text may first differ from its folded form in a way that matters, -1 when nowhere. */
export function firstDisguise(text: string): number {
  const table = decisions();
  let firstKept = -1;
  let valued: boolean | undefined;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c < 0x80) {
      if ((c === 0x25 || c === 0x26 || c === 0x5c) && isDisguise(text, i)) return i;
      continue;
    }
    let code = table[c] ?? 0;
    if (code === kept) {
      if (firstKept < 0) firstKept = i;
      continue;
    }
    let end = i + 1;
    if (code === 0 || (c >= 0xd800 && c <= 0xdfff)) {
      const point = text.codePointAt(i) ?? c;
      code = point >= 0xd800 && point < 0xe000 ? neutral : decisionOf(point);
      if (point >= 0x10000) end += 1;
    }
    if (isAccented(c) ? (valued ??= /[0-9@:=]/.test(text)) : matters(text, code, i, end)) return i;
    i = end - 1;
  }
  // Letters that stay belong to addresses only.
  return firstKept >= 0 && text.includes('@') ? firstKept : -1;
}

/** Letters of Western languages: a text without digits, pairs and addresses has nothing to hide behind them. */
function isAccented(c: number): boolean {
  return c >= 0xc0 && c < 0x180;
}

/** Full-width signs other than the punctuation of prose. */
function isWideSign(c: number): boolean {
  return c > 0xff01 && c <= 0xff5e && c !== 0xff08 && c !== 0xff09 && c !== 0xff0c && c !== 0xff1f;
}

/** Letters, digits and signs that make pairs and addresses matter anywhere; others beside ASCII only. */
function matters(text: string, code: number, start: number, end: number): boolean {
  if (code === neutral || code === kept) return false;
  if (code < kept) {
    const to = code & 0x7f;
    if (code >= ambiguous ? to > 0x39 : isAlnum(to) || to === 0x3a || to === 0x3d || to === 0x40) return true;
  }
  if (isWideSign(text.charCodeAt(start))) return true;
  // Nothing but the invisible is an empty text.
  if (code === dropped && start === 0 && !/[^\u00ad\u200b-\u200f\u2060-\u206f\ufeff]/.test(text)) return true;
  // Tags and regional indicators may spell a value by themselves.
  if (end - start === 2 && code !== marking) return true;
  return isBeside(text, start, end);
}

/** Whether a changed sign can matter: it stands beside a letter, digit or sign that stays. */
function isBeside(source: string, start: number, end: number): boolean {
  return isVisibleAscii(source.charCodeAt(start - 1)) || isVisibleAscii(source.charCodeAt(end));
}

function isVisibleAscii(c: number): boolean {
  return c > 0x20 && c < 0x80;
}
