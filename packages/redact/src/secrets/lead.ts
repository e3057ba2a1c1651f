import { isAlnum } from '../char-class.js';
import type { Lead } from './lead-name.js';
import { GLUE, isOf, isSpace, PIECE, QUOTE, SIGN } from './lead-units.js';
import { nameBefore } from './sign-lead.js';
import { wordsBefore } from './word-lead.js';

const longestSpace = 8;
const longestSign = 4;
const longestValueStart = 48;

/** Reads to the left of the run at `start`; undefined for nearly everything, after one or two looks. */
export function leadBefore(text: string, start: number): Lead | undefined {
  const valueStart = startOfValue(text, start);
  let at = valueStart;
  const c = text.charCodeAt(at - 1);
  const quote = isOf(QUOTE, c) ? c : 0;
  if (quote !== 0) at = beforeQuote(text, at - 1);
  // `["…"]`: the first of a list.
  if (quote !== 0 && text.charCodeAt(at - 1) === 0x5b) at -= 1;
  const spaceEnd = at;
  while (at > 0 && spaceEnd - at < longestSpace && isSpace(text.charCodeAt(at - 1))) at -= 1;
  const signEnd = at;
  while (at > 0 && signEnd - at < longestSign && isOf(SIGN, text.charCodeAt(at - 1))) at -= 1;
  if (at === 0) return undefined;
  if (at === signEnd) return signEnd < spaceEnd ? wordsBefore(text, at, valueStart, quote) : undefined;
  const sign = text.charCodeAt(signEnd - 1);
  const spaced = signEnd < spaceEnd;
  if (sign === 0x2c && spaced && quote === 0) return wordsBefore(text, at, valueStart, quote);
  if (!isSign(text, at, signEnd, sign, quote, spaced)) return undefined;
  return nameBefore(text, at, sign, valueStart, quote, signEnd - at === 1);
}

/** Base64 and paths hold `/`, `+` and `.`: the run may be only a piece of the value. */
function startOfValue(text: string, start: number): number {
  if (!isOf(GLUE, text.charCodeAt(start - 1))) return start;
  let at = start;
  while (at > 0 && start - at < longestValueStart && isOf(PIECE, text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** Before `"`, `\"` and the letter of `b"`, `r"`, `@"`. */
function beforeQuote(text: string, quote: number): number {
  let at = quote;
  // `'"…"'` and `\"`
  if (isOf(QUOTE, text.charCodeAt(at - 1)) || text.charCodeAt(at - 1) === 0x5c) at -= 1;
  if (text.charCodeAt(at) === 0x5c && isOf(QUOTE, text.charCodeAt(at - 1))) at -= 1;
  const prefix = text.charAt(at - 1);
  if (/[bfruL@$]/i.test(prefix) && !isAlnum(text.charCodeAt(at - 2)) && at > 1) at -= 1;
  return at;
}

/** A comma and a bracket need a quoted value, or a name glued to it; a comparison and a lone `.`, `-` are none. */
function isSign(text: string, start: number, end: number, last: number, quote: number, spaced: boolean): boolean {
  switch (last) {
    case 0x3d: // =
    case 0x3a: // :
      // A comparison with a value in quotes gives the value away too.
      return quote !== 0 || !(end - start >= 2 && text.charCodeAt(end - 2) === 0x3d);
    case 0x2d: // `<-`
      return end - start >= 2 && text.charCodeAt(end - 2) === 0x3c;
    case 0x3e: // `=>`, `->`, or the end of a tag
      return !spaced || end - start > 1;
    case 0x2c: // ,
      return quote !== 0 || !spaced;
    case 0x28: // (
      return quote !== 0;
    case 0x7c: // |
      return quote !== 0 || spaced;
    default:
      return false;
  }
}
