import { DOT, HYPHEN, SPACE, type DigitChain } from './digit-chain.js';
import type { NumberContext } from './number-context.js';
import { CARD, LABEL, PHONE, SSN, TAX, THING } from './words.js';

/** How many groups from `g` on are a social security number: as issued by the SSA, or nine digits that words call one. */
export function ssnAt(text: string, chain: DigitChain, g: number, context: NumberContext): number {
  const size = chain.size(g);
  if (size === 3 && chain.size(g + 1) === 2 && chain.size(g + 2) === 4) {
    if (!chain.isFree(g, g + 2)) return 0;
    // People make up numbers the SSA would not issue, but not without saying what they are.
    if (!isIssued(text, chain, g, g + 2)) return isInvented(text, chain, g) && isCalled(text, chain, g, g + 2, context) && (context.all & TAX) === 0 ? 3 : 0;
    return isWritten(text, chain, g, context) ? 3 : 0;
  }
  if (size < 3 || size > 9 || !isStart(chain, g)) return 0;
  let total = size;
  let last = g;
  while (total < 9 && last < g + 3) total += chain.size((last += 1));
  if (total !== 9 || !chain.isFree(g, last) || !isIssued(text, chain, g, last)) return 0;
  const right = chain.rightSign(last);
  if (right === HYPHEN || right === DOT) return 0;
  return isCalled(text, chain, g, last, context) ? last - g + 1 : 0;
}

function isStart(chain: DigitChain, g: number): boolean {
  const left = chain.leftSign(g);
  return left !== HYPHEN && left !== DOT && !(g > 0 && left === SPACE);
}

/** 3-2-4 in the signs people use, with nothing tied to it. */
function isWritten(text: string, chain: DigitChain, g: number, context: NumberContext): boolean {
  const sign = chain.sign(g + 1);
  const same = sign === chain.sign(g + 2) && chain.leftSign(g) !== sign && chain.rightSign(g + 2) !== sign;
  context.glance(text, chain.start(g));
  if (same && (sign === HYPHEN || sign === SPACE)) {
    const denied = chain.isLettered(g, g + 2) || isOneDigit(text, chain, g) || (context.adjacent & THING) !== 0 || (sign !== HYPHEN && (context.adjacent & LABEL) !== 0);
    if (!denied) return true;
  }
  return isCalled(text, chain, g, g + 2, context);
}

function isCalled(text: string, chain: DigitChain, from: number, to: number, context: NumberContext): boolean {
  context.read(text, chain.start(from));
  if ((context.all & SSN) !== 0 && (context.nearest & (THING | PHONE | CARD)) === 0) return true;
  return context.nearest === 0 && context.follows(text, chain.end(to), SSN);
}

/** 9xx with a group and a serial, as in `987-65-4321`. */
function isInvented(text: string, chain: DigitChain, g: number): boolean {
  if (text.charCodeAt(chain.start(g)) !== 0x39 || chain.sign(g + 1) !== HYPHEN || chain.sign(g + 2) !== HYPHEN) return false;
  return !text.startsWith('00', chain.start(g + 1)) && !text.startsWith('0000', chain.start(g + 2)) && chain.leftSign(g) === 0 && chain.rightSign(g + 2) === 0;
}

/** `111-11-1111` fills a form; it is nobody's. */
function isOneDigit(text: string, chain: DigitChain, g: number): boolean {
  const one = text.charCodeAt(chain.start(g));
  for (let i = chain.start(g); i < chain.end(g + 2); i += 1) {
    const c = text.charCodeAt(i);
    if (c !== one && c !== chain.sign(g + 1)) return false;
  }
  return true;
}

/** No area 000, 666 or 9xx, no group 00, no serial 0000 (SSA). */
function isIssued(text: string, chain: DigitChain, from: number, to: number): boolean {
  let value = 0;
  for (let group = from; group <= to; group += 1) {
    for (let i = chain.start(group); i < chain.end(group); i += 1) value = value * 10 + text.charCodeAt(i) - 48;
  }
  const area = Math.floor(value / 1_000_000);
  return area !== 0 && area !== 666 && area < 900 && Math.floor(value / 10_000) % 100 !== 0 && value % 10_000 !== 0;
}
