import { isAlnum, isDigit, isLetter, isWord } from '../../char-class.js';
import type { Sink } from '../../finding.js';
import type { Plan } from '../../plan.js';
import { documentFrom } from './document-number.js';
import { foundDate } from './found-date.js';
import { ibanEnd } from './iban.js';
import { dottedMacAt } from './mac.js';
import { isJoint } from './written-number.js';

const mostLetters = 8;
const fewGroups = 4;

/** What begins with letters before its first digit, and what has too few digits to be looked at as a chain of them. */
export function documentAt(text: string, digit: number, plan: Plan, sink: Sink): void {
  let start = digit;
  while (start > 0 && digit - start < mostLetters && isLetter(text.charCodeAt(start - 1))) start -= 1;
  if (start > 0 && isDigit(text.charCodeAt(start - 1))) return;
  if (plan.iban && isDigit(text.charCodeAt(digit + 1))) ibanAt(text, start, digit, sink);
  if (plan.mac) dottedMacAt(text, start, sink);
  if (start === digit) shortAt(text, digit, plan, sink);
  else if (start === 0 || !isWord(text.charCodeAt(start - 1))) documentFrom(text, start, plan, sink);
  if (digit > 1 && start === digit) lettersBefore(text, digit, plan, sink);
}

/** The country's two letters stand right before, or one space before; `IBAN` may be glued to them. */
function ibanAt(text: string, start: number, digit: number, sink: Sink): void {
  let from = digit - 2;
  if (start === digit) {
    if (text.charCodeAt(digit - 1) !== 0x20) return;
    from -= 1;
    if (!isLetter(text.charCodeAt(from)) || !isLetter(text.charCodeAt(from + 1)) || isAlnum(text.charCodeAt(from - 1))) return;
  } else if (digit - start !== 2 && !(digit - start === 6 && text.slice(start, from).toLowerCase() === 'iban')) return;
  const end = from < 0 ? -1 : ibanEnd(text, from);
  if (end >= 0) sink.pii('iban', from, end);
}

/** Five or six digits, three pairs of them, digits with letters behind, dates and times. */
function shortAt(text: string, digit: number, plan: Plan, sink: Sink): void {
  if (digit > 0 && isWord(text.charCodeAt(digit - 1))) return;
  if (plan.dates && (foundDate(text, digit, plan, sink) >= 0 || lastOfChain(text, digit, plan, sink))) return;
  let to = digit;
  while (to < digit + 20 && isDigit(text.charCodeAt(to))) to += 1;
  const size = to - digit;
  if (isLetter(text.charCodeAt(to)) || size === 5 || size === 6 || isSixInGroups(text, digit, size)) documentFrom(text, digit, plan, sink);
}

/** A date or time may begin at the last of a few groups: `room 5 12:30`. Longer chains are looked at group by group. */
function lastOfChain(text: string, digit: number, plan: Plan, sink: Sink): boolean {
  let last = digit;
  for (let group = 0; group < fewGroups; group += 1) {
    let to = last;
    while (to < last + 5 && isDigit(text.charCodeAt(to))) to += 1;
    if (!isJoint(text.charCodeAt(to))) break;
    const next = isJoint(text.charCodeAt(to + 1)) ? to + 2 : to + 1;
    if (!isDigit(text.charCodeAt(next))) break;
    last = next;
  }
  if (last === digit) return false;
  // Between two digits any other sign ties them.
  const sign = text.charCodeAt(last - 1);
  if (sign !== 0x20 && sign !== 0x2d && isDigit(text.charCodeAt(last - 2))) return false;
  return foundDate(text, last, plan, sink) >= 0;
}

/** `20-00-00`, `062-000`: codes of banks. */
const sixInGroups = /(?:\d\d[ -]\d\d[ -]\d\d|\d{3}-\d{3})(?![-./]?\w)/y;

function isSixInGroups(text: string, at: number, size: number): boolean {
  if ((size !== 2 && size !== 3) || !isJoint(text.charCodeAt(at + size))) return false;
  sixInGroups.lastIndex = at;
  return sixInGroups.test(text);
}

/** Words that end a phrase before a number and are no part of it. */
const notPart: ReadonlySet<string> = new Set('NO NR ID IS IT TO AS AT BY IN OF ON OR A I N O DE EL LA UND AND THE SSN DOB MRN NHS TFN BSN PPS DL SIN PAN NIF DNI CPF RUT VIN NUM REF ES IST EST AHV AVS NPI DEA ABA ACCT CNP EGN CPR NIP OIB INN NIR INE'.split(' '));

/** Capitals in one or two groups of their own before the digits: `AB 12 34 56 C`, `C 1234567`, `B-MW 1234`. */
function lettersBefore(text: string, digit: number, plan: Plan, sink: Sink): void {
  const near = capitalsBefore(text, digit);
  if (near < 0) return;
  const far = text.charCodeAt(near - 1) === 0x2d || digit - near === 4 ? capitalsBefore(text, near) : -1;
  if (far >= 0 && documentFrom(text, far, plan, sink) >= 0) return;
  documentFrom(text, near, plan, sink);
}

/** Start of the group of up to four capitals before, one space or hyphen away; -1 for none. */
function capitalsBefore(text: string, at: number): number {
  const sign = text.charCodeAt(at - 1);
  if (sign !== 0x20 && sign !== 0x2d) return -1;
  let start = at - 1;
  while (start > 0 && at - start < 6 && isCapital(text.charCodeAt(start - 1))) start -= 1;
  const letters = text.slice(start, at - 1);
  const before = start > 0 ? text.charCodeAt(start - 1) : 0;
  return letters === '' || letters.length > 4 || (notPart.has(letters) && !isNino(text, at)) || isWord(before) || (before > 0x7f && before < 0x2e80) ? -1 : start;
}

const nino = /\d\d ?\d\d ?\d\d ?[A-D](?!\w)/y;

/** Prefixes of the British number are words as well. */
function isNino(text: string, at: number): boolean {
  nino.lastIndex = at;
  return nino.test(text);
}

function isCapital(c: number): boolean {
  return c >= 0x41 && c <= 0x5a;
}
