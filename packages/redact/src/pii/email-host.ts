import { isAlnum, isDigit, isLetter } from '../char-class.js';
import { FILE, flagsOf } from './words.js';

const addressLiteral = /\[(?:IPv6:)?[0-9a-fA-F.:]{3,45}\]/y;
/** RFC 1035: a name has at most 255 octets. */
const longestHost = 255;
const longestTopLevel = 63;

/** Where the host name or address literal that starts here ends, -1 when there is none. */
export function hostEnd(text: string, from: number, wide: boolean): number {
  if (text.charCodeAt(from) === 0x5b) {
    addressLiteral.lastIndex = from;
    return addressLiteral.test(text) ? addressLiteral.lastIndex : -1;
  }
  const limit = Math.min(text.length, from + longestHost);
  let best = -1;
  let labelStart = from;
  let lastStart = from;
  let foreign = false;
  for (let i = from; ; i += 1) {
    const c = i < limit ? text.charCodeAt(i) : 0;
    if (isAlnum(c) || c === 0x2d) continue;
    if (isForeign(c, wide)) {
      foreign = true;
      continue;
    }
    const end = labelEnd(text, labelStart, i, foreign);
    if (end < 0) break;
    if (labelStart > from && isTopLevel(text, labelStart, end) && !isNextSentence(text, best, lastStart, labelStart, end)) {
      best = end;
      lastStart = labelStart;
    }
    if (c !== 0x2e || end < i) break;
    labelStart = i + 1;
  }
  return best >= 0 && !isNoHost(text, from, lastStart, best) ? best : -1;
}

/** Where a label ends: before trailing hyphens, and before prose of an unspaced script. -1 when it is empty. */
function labelEnd(text: string, start: number, stop: number, foreign: boolean): number {
  let end = stop;
  while (end > start && text.charCodeAt(end - 1) === 0x2d) end -= 1;
  if (foreign && !isUnspaced(text.charCodeAt(start))) {
    for (let i = start; i < end; i += 1) if (isUnspaced(text.charCodeAt(i))) return i > start ? i : -1;
  }
  return end > start ? end : -1;
}

/** Letters only, at least two: `com`, `co`, `museum`; or an encoded one: `xn--p1ai`. */
function isTopLevel(text: string, start: number, end: number): boolean {
  if (end - start < 2 || end - start > longestTopLevel) return false;
  if (text.startsWith('xn--', start) || text.startsWith('XN--', start)) return true;
  for (let i = start; i < end; i += 1) {
    const c = text.charCodeAt(i);
    if (!isLetter(c) && c < 0x80) return false;
  }
  return true;
}

/** `john@example.com.Please`: a capital after small letters opens a sentence. */
function isNextSentence(text: string, best: number, lastStart: number, start: number, end: number): boolean {
  if (best !== start - 1 || end - start < 3) return false;
  const c = text.charCodeAt(start);
  return c >= 65 && c <= 90 && text.charCodeAt(start + 1) >= 97 && text.charCodeAt(lastStart) >= 97;
}

/** A file (`icon@2x.png`) or a version (`pkg@1.0.0-beta.next`). */
function isNoHost(text: string, from: number, lastStart: number, end: number): boolean {
  if (end - lastStart < 6 && (flagsOf(text, lastStart, end) & FILE) !== 0) return true;
  const first = text.charCodeAt(from);
  if (!isDigit(first) && !(first === 0x76 && isDigit(text.charCodeAt(from + 1)))) return false;
  let dots = 0;
  let i = first === 0x76 ? from + 1 : from;
  for (; i < end; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x2e) dots += 1;
    else if (!isDigit(c)) break;
  }
  // `2x.` is a density, three numbers a version.
  return dots > 1 ? text.charCodeAt(i) === 0x2d || dots > 2 || isDigit(text.charCodeAt(i - 1)) : (text.charCodeAt(i) | 32) === 0x78 && text.charCodeAt(i + 1) === 0x2e;
}

/** A letter beyond ASCII: any unit of a folded text, no sign, blank or half of a pair in a raw one. */
export function isForeign(c: number, wide: boolean): boolean {
  if (wide) return c >= 0x80;
  if (c < 0xc0 || c >= 0xd800 || (c >= 0x2000 && c < 0x2c00) || (c >= 0x2e00 && c < 0x3040)) return false;
  return c !== 0xd7 && c !== 0xf7 && c !== 0x060c && c !== 0x061b && c !== 0x061f && c !== 0x0964 && c !== 0x0965;
}

/** Scripts written without spaces: a word of them right beside an ASCII address is prose, not part of it. */
export function isUnspaced(c: number): boolean {
  return (c >= 0x0e00 && c < 0x0f00) || (c >= 0x3040 && c < 0xa000) || (c >= 0xac00 && c < 0xe000);
}
