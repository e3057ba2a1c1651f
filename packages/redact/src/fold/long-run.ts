import { isDigit, isRun } from '../char-class.js';
import { concernOf, concernOfPoint, digital, hiding, lettered } from './concerns.js';

const shortestValue = 10;
const shortestName = 20;
const farthestStart = 64;

/**
 * Where the run of letters, digits, `_` and `-` around `at` ends, looked at from `floor` on. The answer is negative
 * (`~end`) when the run is a word: short, or of letters alone in the case of words.
 */
export function runAround(text: string, at: number, floor: number): number {
  const start = startOf(text, at, Math.max(floor, at - farthestStart));
  let size = 0;
  let digits = false;
  let mixed = false;
  let wasLower = false;
  let i = start;
  for (; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c < 0x80) {
      if (!isRun(c)) break;
      digits ||= isDigit(c);
      // `ghp_`, `aB`: what words are not.
      mixed ||= c === 0x5f || (wasLower && c >= 0x41 && c <= 0x5a);
      wasLower = c >= 0x61;
    } else {
      const point = text.codePointAt(i) ?? c;
      const concern = point < 0x10000 ? concernOf(c) : concernOfPoint(point);
      if ((concern & (lettered | hiding)) === 0) break;
      if (point >= 0x10000) i += 1;
      if ((concern & hiding) !== 0) continue;
      digits ||= (concern & digital) !== 0;
    }
    size += 1;
  }
  const least = digits || isQuote(text.charCodeAt(start - 1)) ? shortestValue : mixed ? shortestName : Infinity;
  return size >= least ? i : ~i;
}

function startOf(text: string, at: number, floor: number): number {
  let start = at;
  while (start > floor) {
    const c = text.charCodeAt(start - 1);
    if (c < 0x80 ? !isRun(c) : (c < 0xd800 || c > 0xdfff) && (concernOf(c) & (lettered | hiding)) === 0) break;
    start -= 1;
  }
  const first = text.charCodeAt(start);
  return first >= 0xdc00 && first <= 0xdfff && start < at ? start + 1 : start;
}

/** What stands right behind these may be a value of letters only. */
function isQuote(c: number): boolean {
  return c === 0x22 || c === 0x27 || c === 0x3e || c === 0x60;
}
