import { DOT, HYPHEN, SPACE, type DigitChain } from './digit-chain.js';
import { cardRange, COMMON, mayOpenCard, passesLuhn, RARE } from './luhn.js';
import type { NumberContext } from './number-context.js';
import { CARD, LABEL, PHONE, THING } from './words.js';

// Group sizes printed on cards, as digits of a number.
const cardShapes: ReadonlySet<number> = new Set([4444, 44443, 44442, 44441, 465, 444, 464, 4441, 4442, 4443, 4333, 613, 448, 4456, 4435, 484, 664, 6444]);

/** How many groups from `g` on are the number of a payment card. */
export function cardAt(text: string, chain: DigitChain, g: number, context: NumberContext): number {
  if (g === 0 && text.charCodeAt(chain.start(0) - 1) === 0x2b) return 0;
  const size = chain.size(g);
  if (size >= 12) return size <= 19 && chain.isFree(g, g) && isSoleCard(text, chain, g, context) ? 1 : 0;
  return size < 2 ? 0 : groupedCard(text, chain, g, context);
}

function isSoleCard(text: string, chain: DigitChain, g: number, context: NumberContext): boolean {
  const start = chain.start(g);
  const range = cardRange(text, start, chain.size(g));
  if (range === 0) return false;
  // A fraction (0.4111…) is a measurement, a tied group part of something longer.
  const left = chain.leftSign(g);
  const right = chain.rightSign(g);
  if (left === DOT || left === HYPHEN || right === HYPHEN || right === DOT) return false;
  const valid = passesLuhn(text, start, chain.end(g));
  if (!valid && range !== COMMON) return false;
  context.read(text, start);
  // A mistyped card is still somebody's.
  if ((context.nearest & CARD) !== 0) return true;
  if (!valid || chain.isLettered(g, g) || (context.adjacent & THING) !== 0) return false;
  // A telephone number has fewer digits than the cards that most people carry.
  if ((context.adjacent & PHONE) !== 0 && range !== COMMON) return false;
  return range === COMMON ? (context.adjacent & LABEL) === 0 || chain.size(g) < 17 : range !== RARE && (context.adjacent & LABEL) === 0;
}

function groupedCard(text: string, chain: DigitChain, g: number, context: NumberContext): number {
  if (!mayOpenCard(text, chain.start(g)) || hangsOn(chain, g)) return 0;
  let total = chain.size(g);
  let shape = total;
  let best = 0;
  for (let last = g + 1; last < chain.count && chain.used[last] !== 1; last += 1) {
    const sign = chain.sign(last);
    if (sign !== SPACE && sign !== HYPHEN && sign !== DOT) break;
    total += chain.size(last);
    shape = shape * 10 + chain.size(last);
    if (total > 19) break;
    if (total < 12 || !chain.isFree(g, last)) continue;
    const known = cardShapes.has(shape);
    if (isCutOut(chain, g, last, known) && isCard(text, chain, g, last, shape, known, context)) best = last - g + 1;
  }
  return best;
}

/** Whether what is tied on the left rules out every number from here on, however long. */
function hangsOn(chain: DigitChain, g: number): boolean {
  const left = chain.leftSign(g);
  if (left === 0 || (left !== chain.sign(g + 1) && left !== DOT)) return false;
  return left !== SPACE || chain.size(g - 1) > 3;
}

/** Nothing hangs on by a sign of the number's own; after a printed grouping digits may follow (`… 1111 12/27`). */
function isCutOut(chain: DigitChain, from: number, to: number, known: boolean): boolean {
  const inner = chain.sign(from + 1);
  const left = chain.leftSign(from);
  const right = chain.rightSign(to);
  if (chain.isLettered(from, to)) return false;
  if (left !== 0 && (left === inner || left === DOT) && !(known && left === SPACE && chain.size(from - 1) < 4 && !(from === 1 && chain.gluedLeft))) return false;
  return right !== inner || (known && right === SPACE);
}

function isCard(text: string, chain: DigitChain, from: number, to: number, shape: number, known: boolean, context: NumberContext): boolean {
  const start = chain.start(from);
  const end = chain.end(to);
  let digits = 0;
  for (let group = from; group <= to; group += 1) digits += chain.size(group);
  const range = cardRange(text, start, digits);
  if (range === 0) return false;
  const valid = passesLuhn(text, start, end);
  if (valid && known && range === COMMON) return true;
  const usual = shape === 4444 || shape === 465;
  if (!valid && !usual) return false;
  context.read(text, start);
  // A mistyped card is still somebody's: in the usual grouping the word "card" is enough.
  if ((context.nearest & CARD) !== 0) return true;
  return valid && (known || range === COMMON) && (context.adjacent & (THING | LABEL | PHONE)) === 0;
}
