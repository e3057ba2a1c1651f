import { contextBefore, saysCard, saysPassport, saysSsn, saysVersion } from './context.js';
import { DOT, HYPHEN, SPACE, type DigitChain } from './digit-chain.js';
import { isCardRange, passesLuhn } from './luhn.js';

/** Each rule answers how many groups it takes from `g` on, 0 for none. */

export function ip4At(text: string, chain: DigitChain, g: number): number {
  if (chain.sign(g + 1) !== DOT || chain.sign(g + 2) !== DOT || chain.sign(g + 3) !== DOT) return 0;
  if (chain.end(g + 3) - chain.start(g) > 15 || !chain.isFree(g, g + 3)) return 0;
  if (chain.tiedLeft(g, DOT) || chain.tiedRight(g + 3, DOT)) return 0;
  for (let k = g; k <= g + 3; k += 1) {
    const size = chain.size(k);
    if (size > 3 || (size > 1 && text.charCodeAt(chain.start(k)) === 0x30)) return 0;
    if (Number(text.slice(chain.start(k), chain.end(k))) > 255) return 0;
  }
  return isVersion(text, chain.start(g), chain.end(g + 3)) ? 0 : 4;
}

const versionTail = /(?:-?(?:rc|alpha|beta|snapshot|dev|pre|post)|\.(?:tar|tgz|zip|jar|whl|deb|rpm|exe|dmg|dll|so)\b)/iy;

function isVersion(text: string, start: number, end: number): boolean {
  versionTail.lastIndex = end;
  if (versionTail.test(text)) return true;
  return saysVersion(contextBefore(text, start));
}

/** SSN: area, group and serial as issued (SSA rules since 2011), or nine digits that the words before call one. */
export function ssnAt(text: string, chain: DigitChain, g: number): number {
  const size = chain.size(g);
  if (size === 9) {
    if (!chain.isFree(g, g) || isTied(chain, g, g, HYPHEN) || isTied(chain, g, g, DOT)) return 0;
    const start = chain.start(g);
    return isIssued(text.slice(start, start + 9)) && saysSsn(contextBefore(text, start)) ? 1 : 0;
  }
  if (size !== 3 || chain.size(g + 1) !== 2 || chain.size(g + 2) !== 4 || g + 2 >= chain.count) return 0;
  const sign = chain.sign(g + 1);
  if (sign !== chain.sign(g + 2) || !chain.isFree(g, g + 2)) return 0;
  if (!isIssued(chain.digitsOf(text, g, g + 2))) return 0;
  if (sign === HYPHEN && !isTied(chain, g, g + 2, HYPHEN)) return 3;
  if (sign === SPACE && !isTied(chain, g, g + 2, SPACE)) return 3;
  return saysSsn(contextBefore(text, chain.start(g))) ? 3 : 0;
}

function isTied(chain: DigitChain, from: number, to: number, sign: number): boolean {
  return chain.tiedLeft(from, sign) || chain.tiedRight(to, sign);
}

function isIssued(digits: string): boolean {
  const area = digits.slice(0, 3);
  return area !== '000' && area !== '666' && area < '900' && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000';
}

// Group sizes printed on cards, as digits of a number.
const cardShapes: ReadonlySet<number> = new Set([4444, 44443, 465, 464, 4441, 4442, 4443, 4333, 613, 448]);

export function cardAt(text: string, chain: DigitChain, g: number): number {
  const size = chain.size(g);
  if (size >= 13) return size <= 19 && chain.isFree(g, g) && isSoleCard(text, chain, g) ? 1 : 0;
  if (size < 2) return 0;
  const sign = chain.sign(g + 1);
  if (sign !== SPACE && sign !== HYPHEN && sign !== DOT) return 0;
  return groupedCard(text, chain, g, sign);
}

function isSoleCard(text: string, chain: DigitChain, g: number): boolean {
  // A fraction (0.4111…) is a measurement.
  if (chain.tiedLeft(g, DOT)) return false;
  const digits = text.slice(chain.start(g), chain.end(g));
  return isCardRange(digits) && passesLuhn(digits);
}

function groupedCard(text: string, chain: DigitChain, g: number, sign: number): number {
  let total = chain.size(g);
  let shape = total;
  let best = 0;
  for (let last = g + 1; last < chain.count && chain.sign(last) === sign && chain.used[last] !== 1; last += 1) {
    total += chain.size(last);
    shape = shape * 10 + chain.size(last);
    if (total > 19) break;
    if (total < 13 || !chain.isFree(g, last)) continue;
    const known = cardShapes.has(shape);
    const alone = !chain.tiedLeft(g, sign) && !chain.tiedRight(last, sign);
    if ((known || alone) && isCard(text, chain, g, last, shape === 4444)) best = last - g + 1;
  }
  return best;
}

function isCard(text: string, chain: DigitChain, from: number, to: number, usual: boolean): boolean {
  const digits = chain.digitsOf(text, from, to);
  if (!isCardRange(digits)) return false;
  // A mistyped card is still somebody's: in the usual grouping the word "card" is enough.
  return passesLuhn(digits) || (usual && saysCard(contextBefore(text, chain.start(from))));
}

/** United States style: nine digits that the words before call a passport. */
export function passportAt(text: string, chain: DigitChain, g: number): number {
  if (chain.size(g) !== 9 || !chain.isFree(g, g)) return 0;
  return saysPassport(contextBefore(text, chain.start(g))) ? 1 : 0;
}
