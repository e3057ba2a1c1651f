import { isDigit, isLetter, isRun } from '../char-class.js';
import { changed, concernOf, concernOfPoint, digital, hiding, lettered, staying } from './concerns.js';
import { decisionOf, expansionOf } from './decisions.js';
import { ambiguous, kept, special } from './look-alikes.js';

const shortestValue = 10;
const shortestName = 20;
/** Names and titles have fewer capitals, and words in capitals fewer small letters. */
const fewest = 3;
const farthestStart = 64;
/** A value shows by then that it is one. */
const farthestEnd = 1024;

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
  const isPlain = all === plain;
  const least = isPlain && !isQuote(text.charCodeAt(start - 1)) ? shortestName : shortestValue;
  const value = end - start >= least && mayBeValue(text, start, end) ? 1 : 0;
  return end * 4 + (isPlain ? 2 : 0) + value;
}

function partOf(table: Uint8Array, c: number): number {
  const known = table[c] ?? 0;
  return known === 0 ? (table[c] = decidePart(c)) : known;
}

function decidePart(c: number): number {
  if (c < 0x80) return isLetter(c) ? plain : isRun(c) ? more : outside;
  if (c >= 0xd800 && c < 0xe000) return more;
  const concern = concernOf(c);
  // Scripts from here on do without spaces: their runs would be sentences.
  if (concern === staying) return c < 0x2e80 ? plain : outside;
  if (concern === (changed | lettered)) return plain;
  return (concern & (lettered | hiding)) === 0 ? outside : more;
}

/** Whether what folds to ASCII in [start, end) is long enough for a value, and not written as words are. */
function mayBeValue(text: string, start: number, end: number): boolean {
  const quoted = isQuote(text.charCodeAt(start - 1));
  let size = 0;
  let digits = 0;
  let capitals = 0;
  let smalls = 0;
  let joined = false;
  const limit = Math.min(end, start + farthestEnd);
  for (let i = start; i < limit; i += 1) {
    const c = foldedUnit(text, i);
    if (text.charCodeAt(i) >= 0xd800 && text.charCodeAt(i) < 0xdc00) i += 1;
    if (c === hidden) continue;
    if (c === apart) {
      size = digits = capitals = smalls = 0;
      joined = false;
      continue;
    }
    size += 1;
    if (isDigit(c)) digits += 1;
    else if (c === 0x5f) joined = true;
    else if (c >= 0x61) smalls += 1;
    else if (c >= 0x41) capitals += 1;
    if (size < shortestValue) continue;
    if (digits > 0 || quoted || (size >= shortestName && (joined || (capitals >= fewest && smalls >= fewest)))) return true;
  }
  return false;
}

const hidden = 0;
const apart = 1;
const small = 0x61;

/** The sign of a run that a character is folded to; letters that stay and symbols part what is folded. */
function foldedUnit(text: string, at: number): number {
  const c = text.charCodeAt(at);
  if (c < 0x80) return c;
  const point = text.codePointAt(at) ?? c;
  const concern = point < 0x10000 ? concernOf(c) : concernOfPoint(point);
  if ((concern & hiding) !== 0) return hidden;
  if ((concern & lettered) === 0) return apart;
  if ((concern & digital) !== 0) return 0x30;
  const code = decisionOf(point);
  if (code >= ambiguous && code < kept) return small;
  return code < special ? code & 0x7f : expansionOf(point).charCodeAt(0) & 0x7f;
}

/** What stands right behind these may be a value of letters only. */
function isQuote(c: number): boolean {
  return c === 0x22 || c === 0x27 || c === 0x3e || c === 0x60;
}
