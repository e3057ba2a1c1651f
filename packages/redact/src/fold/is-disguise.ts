import { isAlnum, isHex } from '../char-class.js';

const longestName = 33;
const longestValue = 48;
const unclosed = /(?:amp|AMP|lt|LT|gt|GT|quot|QUOT|nbsp|shy|middot)(?![A-Za-z=])/y;

/** Whether the `%`, `&`, `\` or character beyond ASCII at `at` may hide what the text says. */
export function isDisguise(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  if (c === 0x25) return isHexRun(text, at + 1, 2) || (text.charCodeAt(at + 1) === 0x75 && isHexRun(text, at + 2, 4));
  if (c === 0x26) return isReference(text, at) || isFormSign(text, at);
  return c !== 0x5c || isEscape(text, at);
}

function isHexRun(text: string, from: number, count: number): boolean {
  for (let i = from; i < from + count; i += 1) if (!isHex(text.charCodeAt(i))) return false;
  return true;
}

function isReference(text: string, at: number): boolean {
  if (text.charCodeAt(at + 1) === 0x23) return true;
  let end = at + 1;
  while (end < at + longestName && isAlnum(text.charCodeAt(end))) end += 1;
  if (text.charCodeAt(end) === 0x3b) return end > at + 1;
  if (end < at + 3) return false;
  unclosed.lastIndex = at + 1;
  return unclosed.test(text);
}

/** `&key=` with a `+` in its value or in the one before: looked for no farther than the next `&`, so never twice. */
function isFormSign(text: string, at: number): boolean {
  let end = at + 1;
  while (end < at + longestName && isAlnum(text.charCodeAt(end))) end += 1;
  if (end === at + 1 || text.charCodeAt(end) !== 0x3d) return false;
  return hasPlus(text, end + 1, 1) || hasPlus(text, at - 1, -1);
}

function hasPlus(text: string, from: number, step: 1 | -1): boolean {
  for (let i = from; Math.abs(i - from) < longestValue; i += step) {
    const c = text.charCodeAt(i);
    if (c === 0x2b) return true;
    if (!(c > 0x20) || c === 0x26) return false;
  }
  return false;
}

/** What follows a backslash: an escaped character, an escaped slash, or a line escape glued to a word. */
function isEscape(text: string, at: number): boolean {
  const c = text.charCodeAt(at + 1);
  switch (c) {
    case 0x75: // u
      return text.charCodeAt(at + 2) === 0x7b || isHexRun(text, at + 2, 4);
    case 0x78: // x
      return text.charCodeAt(at + 2) === 0x7b || isHexRun(text, at + 2, 2);
    case 0x55: // U
      return isHexRun(text, at + 2, 8);
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return isAlnum(text.charCodeAt(at + 2)) || text.charCodeAt(at + 2) === 0x2b;
    case 0x2f: // slash
      return true;
    default:
      return isOctal(c) && isOctal(text.charCodeAt(at + 2)) && isOctal(text.charCodeAt(at + 3)) && c <= 0x31;
  }
}

function isOctal(c: number): boolean {
  return c >= 0x30 && c <= 0x37;
}
