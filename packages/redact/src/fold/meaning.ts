import { isAlnum, isDigit } from '../char-class.js';
import { decisionOf } from './decisions.js';
import { ambiguous, kept } from './look-alikes.js';

/** What a letter that looks like a digit is meant as: a digit among digits, else itself (`kept`) or the letter it looks like. */
export function meaning(code: number, before: number, source: string, next: number): number {
  const alike = code - ambiguous;
  const after = source.charCodeAt(next);
  const among = isDigit(before) ? !isPlainLetter(after) || digitAhead(source, next) : before < 0x80 && !isAlnum(before) && digitAhead(source, next);
  if (isDigit(alike)) return among ? alike : kept;
  if (!among) return alike;
  return alike === 0x6f || alike === 0x4f ? 0x30 : 0x31;
}

function isPlainLetter(c: number): boolean {
  return c < 0x80 ? isAlnum(c) && !isDigit(c) : c >= 0x80;
}

/** Whether a digit follows, at most behind two letters that may be digits. */
function digitAhead(source: string, from: number): boolean {
  for (let at = from; at < from + 3; at += 1) {
    const c = source.charCodeAt(at);
    if (c < 0x80) return isDigit(c);
    if (Number.isNaN(c) || (c >= 0xd800 && c < 0xe000)) return false;
    const code = decisionOf(c);
    if (isDigit(code)) return true;
    if (code < ambiguous || code >= kept) return false;
  }
  return false;
}
