import { isDigit, isLetter, isWord } from '../char-class.js';
import { CLOSE, DOT, HYPHEN, SLASH, SPACE, type DigitChain } from './digit-chain.js';
import type { NumberContext } from './number-context.js';
import { internationalAt } from './phone-international.js';
import { nationalAt, NO, SURE, type Candidate } from './phone-national.js';
import { phoneEndsAt } from './phone-span.js';
import { CARD, flagsOf, LABEL, PHONE, PHONE_WEAK, SSN, THING, UNIT, VERSION } from './words.js';

const others = THING | LABEL | VERSION | CARD | SSN;
const candidate: Candidate = { groups: 0, sureness: 0 };

/** How many groups from `g` on are a phone number, 0 for none. */
export function phoneAt(text: string, chain: DigitChain, g: number, context: NumberContext): number {
  const first = chain.start(g);
  if (isInside(text, chain, g)) return 0;
  if (hasPlus(text, first)) {
    const taken = internationalAt(text, chain, g, 0, true);
    if (taken > 0) return taken;
  }
  const prefix = isStart(chain, g) ? prefixAt(text, chain, g) : 0;
  if (prefix > 0) {
    const taken = internationalAt(text, chain, g, prefix, says(text, chain, g, context));
    if (taken > 1 || (taken === 1 && says(text, chain, g, context))) return taken;
  }
  if (isMoney(text, first)) return 0;
  return northAmerican(text, chain, g, context) || national(text, chain, g, context) || named(text, chain, g, context);
}

/** Digits that hang on by a sign, of a size that opens nothing there; most groups of a long row end here. */
function isInside(text: string, chain: DigitChain, g: number): boolean {
  const left = chain.leftSign(g);
  if (g === 0 || left === 0) return false;
  const size = chain.size(g);
  if (size === 3 || (size === 1 && text.charCodeAt(chain.start(g)) === 0x31)) return false;
  return (left !== SPACE || chain.sign(g + 1) === SPACE) && text.charCodeAt(chain.start(g) - 1) !== 0x28;
}

function isMoney(text: string, first: number): boolean {
  const c = text.charCodeAt(first - 1);
  return c === 0x24 || c === 0x20ac || c === 0xa3 || c === 0xa5;
}

/** A `+` of its own before the digits or their bracket, not one that adds. */
function hasPlus(text: string, first: number): boolean {
  let at = first - 1;
  if (text.charCodeAt(at) === 0x28) at -= 1;
  if (at < 0 || text.charCodeAt(at) !== 0x2b) return false;
  if (at === 0) return true;
  const before = text.charCodeAt(at - 1);
  // A 1 is what folding leaves of the bracket of a token.
  return !(isWord(before) || before === CLOSE || before === 0x2b || before === 0x5d || before === 0x27e7 || before === 1 || isReplacement(text, at - 1, before));
}

/** The end of a placeholder, which has no small letters, or of a mask, which has three stars at least. */
function isReplacement(text: string, at: number, c: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (c === 0x3e) {
    let i = at - 1;
    while (i > at - 12 && (isDigit(text.charCodeAt(i)) || text.charCodeAt(i) === 0x5f)) i -= 1;
    const letter = text.charCodeAt(i);
    return letter >= 65 && letter <= 90;
  }
  return c === 0x2a && before === 0x2a && text.charCodeAt(at - 2) === 0x2a;
}

/** Length of the prefix for calls abroad, when one is written: 00, or 011 from North America. */
function prefixAt(text: string, chain: DigitChain, g: number): number {
  const first = chain.start(g);
  if (text.charCodeAt(first) !== 0x30) return 0;
  if (text.charCodeAt(first + 1) === 0x30) return text.charCodeAt(first + 2) === 0x30 ? 0 : 2;
  return chain.size(g) === 3 && text.startsWith('11', first + 1) && chain.size(g + 1) <= 3 ? 3 : 0;
}

function isStart(chain: DigitChain, g: number): boolean {
  return g === 0 || chain.leftSign(g) === 0;
}

function says(text: string, chain: DigitChain, g: number, context: NumberContext): boolean {
  context.read(text, chain.start(g));
  return (context.nearest & PHONE) !== 0;
}

/** 3-3-4, with or without the leading 1. */
function northAmerican(text: string, chain: DigitChain, g: number, context: NumberContext): number {
  const lead = chain.size(g) === 1 && text.charCodeAt(chain.start(g)) === 0x31 ? 1 : 0;
  const area = g + lead;
  if (chain.size(area) !== 3) return 0;
  const bracketed = text.charCodeAt(chain.start(area) - 1) === 0x28 && chain.sign(area + 1) === CLOSE;
  const split = chain.size(area + 1) === 3 && chain.size(area + 2) === 4;
  if (!split && !(bracketed && chain.size(area + 1) === 7)) return 0;
  const last = area + (split ? 2 : 1);
  if (!ends(text, chain, g, last)) return 0;
  return isTen(text, chain, g, area, last, context) ? last - g + 1 : 0;
}

function isTen(text: string, chain: DigitChain, from: number, area: number, last: number, context: NumberContext): boolean {
  const one = chain.sign(area + 1);
  const two = last === area + 2 ? chain.sign(last) : HYPHEN;
  if (!(isJoint(one) || one === SLASH) || !(two === SPACE || two === HYPHEN || two === DOT)) return false;
  context.glance(text, chain.start(from));
  const telling = (context.adjacent & others) === 0 && !chain.isLettered(from, last) && !text.startsWith('000', chain.start(area));
  const spaced = one === SPACE && two === SPACE && text.charCodeAt(chain.start(area)) < 0x32 && from === area;
  // Nobody has a free-phone number for an order.
  if (from < area && one === HYPHEN && two === HYPHEN && text.charCodeAt(chain.start(area)) === 0x38 && !isTied(chain, from, last, one, two)) return true;
  const spoiled = (one === DOT && two === HYPHEN) || spaced || (one === SPACE && two === SPACE && isMeasured(text, chain.end(last)));
  return (telling && !spoiled && !isTied(chain, from, last, one, two)) || says(text, chain, from, context);
}

/** `326 281 1762 rpm`. */
function isMeasured(text: string, end: number): boolean {
  let i = end + 1;
  while (i < end + 8 && i < text.length && isLetter(text.charCodeAt(i))) i += 1;
  return i > end + 1 && text.charCodeAt(end) === SPACE && (flagsOf(text, end + 1, i) & UNIT) !== 0;
}

function isTied(chain: DigitChain, from: number, last: number, one: number, two: number): boolean {
  const left = chain.leftSign(from);
  const right = chain.rightSign(last);
  if (left !== 0 && left !== 0x28 && (left === one || left === two)) return true;
  return right !== 0 && (right === one || right === two);
}

function isJoint(sign: number): boolean {
  return sign === SPACE || sign === HYPHEN || sign === DOT || sign === CLOSE;
}

/** A grouping some country writes its numbers in. */
function national(text: string, chain: DigitChain, g: number, context: NumberContext): number {
  nationalAt(text, chain, g, candidate);
  const { groups, sureness } = candidate;
  if (sureness === NO) return 0;
  const last = g + groups - 1;
  context.glance(text, chain.start(g));
  if ((context.adjacent & others) === 0 && !chain.isLettered(g, last)) {
    if (sureness === SURE) return groups;
    if (chain.count === groups) return groups;
  }
  return says(text, chain, g, context) ? groups : 0;
}

function ends(text: string, chain: DigitChain, from: number, last: number): boolean {
  if (from === 0 && chain.gluedLeft) return false;
  return chain.isFree(from, last) || phoneEndsAt(text, chain.end(last));
}

/** Digits without a telling shape are a phone number only when the words around say so. */
function named(text: string, chain: DigitChain, g: number, context: NumberContext): number {
  if (!isStart(chain, g) || chain.size(g) > 13) return 0;
  const most = hasPlus(text, chain.start(g)) ? 15 : 13;
  let total = 0;
  let best = 0;
  let digits = 0;
  for (let last = g; last < chain.count && last < g + 6; last += 1) {
    // A blank after joints of another kind parts two values.
    if (best > 0 && chain.sign(last) === SPACE && chain.sign(last - 1) !== SPACE && chain.sign(last - 1) !== CLOSE) break;
    if (last > g + 1 && chain.sign(last) === SLASH) break;
    total += chain.size(last);
    if (total > most) break;
    if (total >= 7 && ends(text, chain, g, last)) {
      best = last - g + 1;
      digits = total;
    }
  }
  if (best === 0 || isDateLike(text, chain, g, best) || isClock(text, chain, g, best)) return 0;
  // The block that is kept free for made-up numbers.
  if (isLocal(chain, g, best) && chain.count === 2 && text.startsWith('555', chain.start(g)) && text.startsWith('01', chain.start(g + 1))) return best;
  context.read(text, chain.start(g));
  if (isList(text, chain, g, best)) return 0;
  if ((context.nearest & PHONE) !== 0) {
    const vague = isCount(text, chain, g, best) || (best === 1 && digits < 10 && !mayBeMobile(text, chain, g, digits));
    return vague && (context.adjacent & PHONE) === 0 ? 0 : best;
  }
  if (best === 1 && isMobile(text, chain, g) && (context.adjacent & others) === 0 && context.nearest !== LABEL) return 1;
  if ((context.nearest & PHONE_WEAK) !== 0) return digits >= 10 || best > 2 || isLocal(chain, g, best) || mayBeMobile(text, chain, g, digits) ? best : 0;
  if (digits < 10 && best < 2) return 0;
  return context.nearest === 0 && context.adjacent === 0 && context.follows(text, chain.end(g + best - 1), PHONE) ? best : 0;
}

/** Thousands set apart: `68 702 402`, `66.565.014`. */
function isCount(text: string, chain: DigitChain, g: number, groups: number): boolean {
  if (groups < 2 || text.charCodeAt(chain.start(g)) === 0x30) return false;
  for (let k = g + 1; k < g + groups; k += 1) if (chain.size(k) !== 3 || (chain.sign(k) !== SPACE && chain.sign(k) !== DOT)) return false;
  return chain.size(g) < 4;
}

/** `555-0139`, `555.0139`: three and four. */
function isLocal(chain: DigitChain, g: number, groups: number): boolean {
  return groups === 2 && chain.size(g) === 3 && chain.size(g + 1) === 4 && (chain.sign(g + 1) === HYPHEN || chain.sign(g + 1) === DOT) && chain.leftSign(g) === 0;
}

/** Pairs of digits count something unless they are four or follow a trunk 0. */
function isList(text: string, chain: DigitChain, g: number, groups: number): boolean {
  if (text.charCodeAt(chain.start(g)) === 0x30) return false;
  for (let k = g; k < g + groups; k += 1) if (chain.size(k) > 2) return false;
  return groups !== 4 || chain.leftSign(g) !== 0 || chain.rightSign(g + groups - 1) !== 0;
}

/** Nine digits as mobile numbers of several countries begin. */
function mayBeMobile(text: string, chain: DigitChain, g: number, digits: number): boolean {
  const one = text.charCodeAt(chain.start(g));
  return digits === 9 && (one === 0x30 || one >= 0x36);
}

/** A mobile number of full length behind a trunk 0, tied to nothing: such digits are hardly ever anything else. */
function isMobile(text: string, chain: DigitChain, g: number): boolean {
  const at = chain.start(g);
  const size = chain.size(g);
  if (text.charCodeAt(at) !== 0x30 || chain.isLettered(g, g) || chain.leftSign(g) !== 0 || chain.rightSign(g) !== 0) return false;
  const before = at > 0 ? text.charCodeAt(at - 1) : SPACE;
  if (before === DOT || before === SLASH || before === HYPHEN || before === 0x3d || before === 0x23 || before === 0x26) return false;
  const second = text.charCodeAt(at + 1);
  return (size === 10 && (second === 0x36 || second === 0x37 || second === 0x34)) || (size === 11 && second === 0x37 && text.charCodeAt(at + 2) > 0x30);
}

/** Seconds or milliseconds since 1970; no numbering plan has ten digits that begin so. */
function isClock(text: string, chain: DigitChain, g: number, groups: number): boolean {
  const size = chain.size(g);
  if (groups > 1 || (size !== 10 && size !== 13) || text.charCodeAt(chain.start(g)) !== 0x31) return false;
  return text.charCodeAt(chain.start(g) + 1) >= 0x34;
}

function isDateLike(text: string, chain: DigitChain, g: number, groups: number): boolean {
  if (groups < 2) return false;
  const sign = chain.sign(g + 1);
  if (groups === 2) {
    // `71.39` and `1412830.188` measure, `2002 - 2007` are years.
    if (sign === DOT && (chain.size(g + 1) < 3 || (chain.size(g) > 4 && text.charCodeAt(chain.start(g)) !== 0x30))) return true;
    return chain.size(g) === 4 && chain.size(g + 1) === 4 && isYear(text, chain.start(g)) && isYear(text, chain.start(g + 1));
  }
  if (chain.size(g + 1) < 3 && chain.size(g) < 3 && chain.sign(g + 2) === sign) {
    if (sign === SLASH) return true;
    if ((sign === DOT || sign === HYPHEN) && (chain.size(g + 2) === 4 || groups === 3)) return true;
  }
  return chain.size(g) === 4 && chain.size(g + 1) === 2 && isYear(text, chain.start(g));
}

function isYear(text: string, at: number): boolean {
  return text.startsWith('19', at) || text.startsWith('20', at);
}
