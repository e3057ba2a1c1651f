import { isWord } from '../char-class.js';
import { CLOSE, DOT, HYPHEN, SLASH, SPACE, type DigitChain } from './digit-chain.js';
import { phoneEndsAt } from './phone-span.js';

/** How sure a grouping is: not at all, with no other digits beside it, in any text. */
export const NO = 0;
export const ALONE = 1;
export const SURE = 2;

// Group sizes as digits of a number. Behind a trunk 0 most groupings of nine to twelve digits are somebody's habit.
const trunk = shapes('28 27 26 244 234 233 235 2322 22222 2422 2332 334 343 333 344 3222 3322 37 38 36 35 3332 433 434 443 442 424 4222 4322 46 47 48 45 444 43 56 55 57 533 5222 65 66 353');
const bracketed = shapes('244 254 2332 234 334 37 3322 344');
const eleven = shapes('13322 1334 137 1343');
const mobile = shapes('344 38');
const plain = shapes('2322 323 3222');
const mixed = shapes('254 244');

function shapes(list: string): ReadonlySet<number> {
  return new Set(list.split(' ').map(Number));
}

export interface Candidate {
  groups: number;
  sureness: number;
}

/** The longest run of groups from `g` on that is written like a national telephone number. */
export function nationalAt(text: string, chain: DigitChain, g: number, out: Candidate): void {
  out.groups = 0;
  out.sureness = NO;
  const first = chain.start(g);
  const inBrackets = text.charCodeAt(first - 1) === 0x28 && chain.sign(g + 1) === CLOSE && !isWord(text.charCodeAt(first - 2));
  const left = chain.leftSign(g);
  if (left !== 0 && !inBrackets && (left !== SPACE || chain.sign(g + 1) === SPACE)) return;
  let shape = 0;
  let total = 0;
  let signs = 0;
  for (let last = g; last < chain.count && last < g + 5; last += 1) {
    if (chain.used[last] === 1) return;
    if (last > g) {
      const bit = bitOf(chain.sign(last));
      if (bit === 0 || (bit === close && last > g + 2)) return;
      signs |= bit;
    }
    const size = chain.size(last);
    total += size;
    if (size > 8 || total > 12) return;
    shape = shape * 10 + size;
    if (last === g || total < 8 || !ends(text, chain, g, last)) continue;
    const sureness = surenessOf(text, first, shape, total, signs, inBrackets);
    if (sureness > NO && !isTied(chain, g, last, signs, inBrackets)) {
      out.groups = last - g + 1;
      out.sureness = sureness;
    }
  }
}

const blank = 1;
const hyphen = 2;
const dot = 4;
const slash = 8;
const close = 16;

function bitOf(sign: number): number {
  if (sign === SPACE) return blank;
  if (sign === HYPHEN) return hyphen;
  if (sign === DOT) return dot;
  if (sign === SLASH) return slash;
  return sign === CLOSE || sign === 0x28 ? close : 0;
}

function surenessOf(text: string, first: number, shape: number, total: number, signs: number, inBrackets: boolean): number {
  const one = text.charCodeAt(first);
  const two = text.charCodeAt(first + 1);
  if (inBrackets) {
    if (one === 0x30) return shape < 100_000 && two !== 0x30 && (signs & slash) === 0 ? SURE : NO;
    return total >= 9 && bracketed.has(shape) ? SURE : NO;
  }
  if (one === 0x30) return trunkSureness(text, first, shape, total, signs, two);
  if (eleven.has(shape)) return one === 0x38 || (one === 0x31 && shape !== 13322) ? (total === 11 ? SURE : NO) : NO;
  if (mixed.has(shape) && (signs === (blank | hyphen) || signs === hyphen)) return SURE;
  if (mobile.has(shape) && one === 0x31 && two >= 0x33 && (signs === blank || signs === hyphen)) return SURE;
  if (shape === 433 && one === 0x31 && (two === 0x33 || two === 0x38) && text.startsWith('00', first + 2)) return SURE;
  if (shape === 55 && one >= 0x36 && signs === blank) return ALONE;
  if (shape === 37 && one === 0x33 && signs === blank) return SURE;
  return signs === blank && plain.has(shape) && one >= 0x32 ? ALONE : NO;
}

function trunkSureness(text: string, first: number, shape: number, total: number, signs: number, two: number): number {
  if (two === 0x30) return NO;
  if ((shape === 13322 || shape === 1334) && total === 11) return SURE;
  if (total < 9 || !trunk.has(shape)) return NO;
  // `030/1234567`, but no date.
  if (signs === slash) return shape < 100 && shape % 10 > 4 ? SURE : NO;
  // `02.11 03.27` are times.
  if ((signs & dot) !== 0 && (signs & blank) !== 0) return NO;
  // `01 02 03 04 05` counts; nobody's number does.
  if (shape === 22222 && counts(text, first)) return NO;
  return SURE;
}

function counts(text: string, first: number): boolean {
  for (let k = 1; k < 5; k += 1) if (text.charCodeAt(first + k * 3 + 1) !== text.charCodeAt(first + 1) + k) return false;
  return true;
}

function ends(text: string, chain: DigitChain, from: number, last: number): boolean {
  return chain.isFree(from, last) || (last === chain.count - 1 && !(from === 0 && chain.gluedLeft) && phoneEndsAt(text, chain.end(last)));
}

/** Whether more digits hang on by a sign the number itself is written with. */
function isTied(chain: DigitChain, from: number, last: number, signs: number, inBrackets: boolean): boolean {
  const left = inBrackets ? 0 : chain.leftSign(from);
  if (left !== 0 && (left !== SPACE || (signs & blank) !== 0)) return true;
  const right = chain.rightSign(last);
  return right !== 0 && ((bitOf(right) & signs) !== 0 || (right !== SPACE && right !== SLASH));
}
