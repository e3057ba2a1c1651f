import { isDigit, isLetter, isWord } from '../char-class.js';

const extension = /(?:,? {0,2}(?:x|ext\.?|extension|extn\.?|#|poste|durchwahl|dw\.?|anexo|ramal|int\.?)[ .:]{0,2}\d{1,6})(?![A-Za-z0-9_])/iy;

/** Whether what is glued to the right of a number is its extension: `x123`, `ext. 4`. */
export function phoneEndsAt(text: string, end: number): boolean {
  return phoneEnd(text, end) > end;
}

/** Takes in the extension. */
export function phoneEnd(text: string, end: number): number {
  const c = text.charCodeAt(end);
  if (!(isLetter(c) || c === 0x20 || c === 0x2c || c === 0x23)) return end;
  // A cheap look before the pattern: after a blank most words are no extension.
  if (c === 0x20 || c === 0x2c) {
    const next = text.charCodeAt(end + 1);
    const then = next === 0x20 ? text.charCodeAt(end + 2) : next;
    if (then !== 0x23 && !mayExtend(then | 32)) return end;
  }
  extension.lastIndex = end;
  return extension.test(text) ? extension.lastIndex : end;
}

function mayExtend(lower: number): boolean {
  return lower === 0x78 || lower === 0x65 || lower === 0x70 || lower === 0x64 || lower === 0x61 || lower === 0x72 || lower === 0x69;
}

/** Takes in the `+` and the bracket that open a number; the bracket of a call stays. */
export function phoneStart(text: string, start: number, end: number): number {
  let from = start;
  if (opens(text, from - 1, end)) from -= 1;
  if (text.charCodeAt(from - 1) === 0x2b) from -= 1;
  if (from < start && opens(text, from - 1, end)) from -= 1;
  return from;
}

/** A bracket that closes inside the number and belongs to no call. */
function opens(text: string, at: number, end: number): boolean {
  if (at < 0 || text.charCodeAt(at) !== 0x28 || (at > 0 && isWord(text.charCodeAt(at - 1)))) return false;
  let depth = 1;
  let digits = 0;
  for (let i = at + 1; i < end; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x28) depth += 1;
    else if (c === 0x29) depth -= 1;
    else if (isDigit(c)) digits += 1;
    if (depth === 0) return digits > 0;
  }
  return false;
}
