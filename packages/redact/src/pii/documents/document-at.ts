import { isWord } from '../../char-class.js';
import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';
import { contextBefore, saysPassport } from '../context.js';
import { ibanEnd } from './iban.js';

const passport = /[A-Z]{1,2}\d{6,9}(?![A-Za-z0-9_])/y;

/** Numbers that begin with one or two letters, seen from their first digit: IBAN, passport. */
export function documentAt(text: string, digit: number, plan: Plan, sink: Sink): void {
  const start = lettersBefore(text, digit);
  if (start === digit) return;
  if (plan.iban && digit - start === 2) {
    const end = ibanEnd(text, start);
    if (end >= 0) sink.pii('iban', start, end);
  }
  if (!plan.passport) return;
  passport.lastIndex = start;
  if (passport.test(text) && saysPassport(contextBefore(text, start))) sink.pii('passport', start, passport.lastIndex);
}

/** Start of the one or two letters before, the digit itself when there are none or more. */
function lettersBefore(text: string, digit: number): number {
  let start = digit;
  while (start > 0 && digit - start < 3 && isWord(text.charCodeAt(start - 1))) start -= 1;
  return digit - start < 3 ? start : digit;
}
