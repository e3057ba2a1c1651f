import { isDigit, isLetter, isRun } from '../char-class.js';
import { changed, concernOf, concernOfPoint, digital, hiding, lettered, staying } from './concerns.js';

const shortestValue = 10;
const shortestName = 20;
const farthestStart = 64;

// What a unit is in a run, decided the first time it is seen.
const outside = 1;
const plain = 2;
/** Part of runs, and something else besides: a digit, a sign, half of a pair, or hidden. */
const more = 4;
let parts: Uint8Array | undefined;

/** A run of letters, digits, `_` and `-` as one number: its end, whether it may be a value, whether it is letters alone. */
export type Run = number;

export function endOf(run: Run): number {
  return run >> 2;
}

/** Long, and not of letters alone in the case of words. */
export function isValue(run: Run): boolean {
  return (run & 1) !== 0;
}

export function isWord(run: Run): boolean {
  return (run & 2) !== 0;
}

/** The run around `at`, looked at from `floor` on. */
export function runAround(text: string, at: number, floor: number): Run {
  const limit = Math.max(floor, at - farthestStart);
  const table = (parts ??= new Uint8Array(65_536));
  let start = at;
  while (start > limit && partOf(table, text.charCodeAt(start - 1)) !== outside) start -= 1;
  let end = at;
  let all = plain;
  for (; end < text.length; end += 1) {
    const part = partOf(table, text.charCodeAt(end));
    if (part === outside) break;
    all |= part;
  }
  const value = end - start >= shortestValue && mayBeValue(text, start, end) ? 1 : 0;
  return end * 4 + (all === plain ? 2 : 0) + value;
}

function partOf(table: Uint8Array, c: number): number {
  const known = table[c] ?? 0;
  return known === 0 ? (table[c] = decidePart(c)) : known;
}

function decidePart(c: number): number {
  if (c < 0x80) return isLetter(c) ? plain : isRun(c) ? more : outside;
  if (c >= 0xd800 && c < 0xe000) return more;
  const concern = concernOf(c);
  if (concern === staying || concern === (changed | lettered)) return plain;
  return (concern & (lettered | hiding)) === 0 ? outside : more;
}

function mayBeValue(text: string, start: number, end: number): boolean {
  let size = 0;
  let digits = false;
  let mixed = false;
  let wasLower = false;
  const least = isQuote(text.charCodeAt(start - 1)) ? shortestValue : shortestName;
  for (let i = start; i < end; i += 1) {
    const c = text.charCodeAt(i);
    let concern = lettered;
    if (c < 0x80) {
      digits ||= isDigit(c);
      // `ghp_`, `aB`: what words are not.
      mixed ||= c === 0x5f || (wasLower && c >= 0x41 && c <= 0x5a);
      wasLower = c >= 0x61;
    } else {
      const point = text.codePointAt(i) ?? c;
      concern = point < 0x10000 ? concernOf(c) : concernOfPoint(point);
      if (point >= 0x10000) i += 1;
      digits ||= (concern & digital) !== 0;
    }
    if ((concern & hiding) !== 0) continue;
    if ((concern & lettered) === 0) {
      // Letters that stay and symbols part what is folded.
      size = 0;
      digits = mixed = wasLower = false;
    } else size += 1;
    if (size >= shortestValue && (digits || (size >= least && (mixed || least === shortestValue)))) return true;
  }
  return false;
}

/** What stands right behind these may be a value of letters only. */
function isQuote(c: number): boolean {
  return c === 0x22 || c === 0x27 || c === 0x3e || c === 0x60;
}
