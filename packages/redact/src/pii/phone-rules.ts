import { internationalLengths } from './calling-codes.js';
import { contextBefore, saysOtherNumber, saysPhone } from './context.js';
import { CLOSE, DOT, HYPHEN, SPACE, type DigitChain } from './digit-chain.js';

/** Group sizes of national numbers with a trunk 0 in common use, as digits of a number. */
const trunkShapes: ReadonlySet<number> = new Set([22222, 344, 56, 434, 533, 46, 244, 433, 37, 334, 4222, 442]);

/** How many groups from `g` on are a phone number, 0 for none. */
export function phoneAt(text: string, chain: DigitChain, g: number): number {
  const first = chain.start(g);
  if (first > 0 && text.charCodeAt(first - 1) === 0x2b) return international(text, chain, g, '');
  if (text.startsWith('00', first) && text.charCodeAt(first + 2) > 0x30 && g + 1 < chain.count && (g === 0 || chain.used[g - 1] === 1)) {
    const taken = international(text, chain, g, '00');
    if (taken > 1) return taken;
  }
  return northAmerican(text, chain, g) || trunkZero(text, chain, g) || named(text, chain, g);
}

/** `+` or `00`, calling code, and as many groups as that country's numbers have digits. */
function international(text: string, chain: DigitChain, g: number, prefix: '' | '00'): number {
  if (g === 0 && chain.gluedLeft) return 0;
  const lead = chain.digitsOf(text, g, Math.min(g + 2, chain.count - 1)).slice(prefix.length);
  if (lead.startsWith('0')) return 0;
  const [fewest, most] = internationalLengths(lead);
  let total = -prefix.length;
  let best = 0;
  for (let last = g; last < chain.count; last += 1) {
    total += chain.size(last);
    // `+44 (0)20 …`: the bracketed trunk digit is written but not counted.
    if (last > g && chain.size(last) === 1 && chain.sign(last) === 0x28 && text.charCodeAt(chain.start(last)) === 0x30) total -= 1;
    if (total > most) break;
    if (total >= fewest && chain.isFree(g, last)) best = last - g + 1;
  }
  return best;
}

/** 3-3-4, with or without the leading 1. */
function northAmerican(text: string, chain: DigitChain, g: number): number {
  const lead = chain.size(g) === 1 && text.charCodeAt(chain.start(g)) === 0x31 ? 1 : 0;
  const area = g + lead;
  if (chain.size(area) !== 3 || area >= chain.count) return 0;
  const split = chain.size(area + 1) === 3 && chain.size(area + 2) === 4 && area + 2 < chain.count;
  const bracketed = text.charCodeAt(chain.start(area) - 1) === 0x28;
  if (!split && !(bracketed && chain.size(area + 1) === 7 && area + 1 < chain.count)) return 0;
  const last = area + (split ? 2 : 1);
  if (!chain.isFree(g, last)) return 0;
  if (!split) return last - g + 1;
  return isTen(text, chain, g, area) ? last - g + 1 : 0;
}

function isTen(text: string, chain: DigitChain, from: number, area: number): boolean {
  const one = chain.sign(area + 1);
  const two = chain.sign(area + 2);
  if (!isJoint(one) || !(two === SPACE || two === HYPHEN || two === DOT)) return false;
  const last = area + 2;
  const tied = [one, two].some((sign) => sign !== SPACE && sign !== CLOSE && (chain.tiedLeft(from, sign) || chain.tiedRight(last, sign)));
  const digits = chain.digitsOf(text, area, last);
  const plausible = digits.charCodeAt(0) > 0x31 || digits === '1234567890';
  const before = contextBefore(text, chain.start(from));
  if (saysPhone(before)) return true;
  if (tied || !plausible || saysOtherNumber(before)) return false;
  const spaced = one === SPACE && two === SPACE;
  return !spaced || !(chain.tiedLeft(from, SPACE) || chain.tiedRight(last, SPACE));
}

function isJoint(sign: number): boolean {
  return sign === SPACE || sign === HYPHEN || sign === DOT || sign === CLOSE;
}

/** National numbers outside North America: a trunk 0, ten or eleven digits, a usual grouping, nothing around it. */
function trunkZero(text: string, chain: DigitChain, g: number): number {
  if (g !== 0 || chain.count < 2 || chain.count > 5 || text.charCodeAt(chain.start(0)) !== 0x30) return 0;
  if (text.charCodeAt(chain.start(0) + 1) === 0x30 || !chain.isFree(0, chain.count - 1) || chain.tail !== 0) return 0;
  let shape = 0;
  for (let k = 0; k < chain.count; k += 1) {
    shape = shape * 10 + chain.size(k);
    if (k > 0 && !isJoint(chain.sign(k))) return 0;
  }
  if (!trunkShapes.has(shape) || chain.digits < 9 || chain.digits > 11) return 0;
  return saysOtherNumber(contextBefore(text, chain.start(0))) ? 0 : chain.count;
}

/** Digits without a telling shape are a phone number only when the words before say so. */
function named(text: string, chain: DigitChain, g: number): number {
  if (g > 0 && chain.used[g - 1] !== 1) return 0;
  if (chain.size(g) > 13) return 0;
  let total = 0;
  let best = 0;
  for (let last = g; last < chain.count && last < g + 6; last += 1) {
    total += chain.size(last);
    if (total > 13) break;
    if (total >= 7 && chain.isFree(g, last)) best = last - g + 1;
  }
  if (best === 0 || isDateLike(text, chain, g, best)) return 0;
  const before = contextBefore(text, chain.start(g));
  return saysPhone(before) && !saysOtherNumber(before) ? best : 0;
}

function isDateLike(text: string, chain: DigitChain, g: number, groups: number): boolean {
  const slash = groups > 1 && (chain.sign(g + 1) === 0x2f || chain.sign(g + 1) === DOT) && chain.size(g + 1) < 3;
  const iso = groups > 2 && chain.size(g) === 4 && chain.size(g + 1) === 2 && /^(?:19|20)/.test(text.slice(chain.start(g), chain.end(g)));
  return slash || iso;
}
