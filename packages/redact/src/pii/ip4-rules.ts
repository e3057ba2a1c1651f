import { isDigit, isLetter } from '../char-class.js';
import { DOT, HYPHEN, SLASH, type DigitChain } from './digit-chain.js';
import type { NumberContext } from './number-context.js';
import { NET, VERSION } from './words.js';

const versionTail = /-?(?:rc|alpha|beta|snapshot|dev|pre|post|final|ga|release|m\d|b\d|r\d)|\.(?:tar|tgz|zip|jar|whl|deb|rpm|exe|dmg|dll|so|gz|msi|apk|nupkg)\b|\.[x*]/iy;

/** Four octets, four groups from `g` on; 0 when they are a version or part of something longer. */
export function ip4At(text: string, chain: DigitChain, g: number, context: NumberContext): number {
  if (chain.sign(g + 2) !== DOT || chain.end(g + 3) - chain.start(g) > 15 || !chain.isFree(g, g + 3)) return 0;
  if (chain.leftSign(g) === DOT || chain.rightSign(g + 3) === DOT) return 0;
  // `2.12 3.51.98.32`: the path of a drawing.
  if (chain.leftSign(g) !== 0 && chain.sign(g - 1) === DOT) return 0;
  let most = 0;
  let mostAfter = 0;
  let zeros = 0;
  for (let k = g; k <= g + 3; k += 1) {
    // One dot and no blank between octets.
    if (k > g && chain.start(k) !== chain.end(k - 1) + 1) return 0;
    const value = octet(text, chain.start(k), chain.end(k));
    if (value < 0) return 0;
    most = Math.max(most, value);
    if (k > g) mostAfter = Math.max(mostAfter, value);
    if (value === 0) zeros += 1;
  }
  const first = octet(text, chain.start(g), chain.end(g));
  if (first === 0) return zeros === 4 ? 4 : 0;
  if (isVersion(text, chain, g, most < 100 && first < 10, context)) return 0;
  // `6.3.1.8` is a section sooner than a host, `120.0.0.0` a product.
  const tiny = first !== 10 && first !== 127 && (most < 32 || zeros === 3 || (first < 64 && mostAfter < 10) || isObject(text, chain.start(g)));
  return tiny && !isHost(text, chain, g, context) ? 0 : 4;
}

/** The roots of object identifiers in common use: `1.3.`, `2.5.`. */
function isObject(text: string, start: number): boolean {
  return text.startsWith('1.3.', start) || text.startsWith('2.5.', start);
}

/** Whether something beside numbers like those of a section speaks for a host. */
function isHost(text: string, chain: DigitChain, g: number, context: NumberContext): boolean {
  const start = chain.start(g);
  const end = chain.end(g + 3);
  if (isResolver(text, start, end)) return true;
  const next = end < text.length ? text.charCodeAt(end) : 0;
  if ((next === 0x3a || next === SLASH) && isDigit(text.charCodeAt(end + 1))) return true;
  const before = start > 0 ? text.charCodeAt(start - 1) : 0;
  if (before === SLASH || before === 0x40 || (before === 0 && next === 0)) return true;
  context.read(text, start);
  return (context.all & NET) !== 0;
}

/** `1.1.1.1`, `8.8.8.8`, `8.8.4.4`, `1.0.0.1`: known by heart. */
function isResolver(text: string, start: number, end: number): boolean {
  if (end - start !== 7) return false;
  const [a, b, c, d] = [text.charCodeAt(start), text.charCodeAt(start + 2), text.charCodeAt(start + 4), text.charCodeAt(start + 6)];
  return (a === b && c === d && (a === c || a === 0x38)) || (a === 0x31 && d === 0x31 && b === 0x30 && c === 0x30);
}

/** Value of an octet without leading zeros, -1 for none. */
function octet(text: string, start: number, end: number): number {
  if (end - start > 3 || (end - start > 1 && text.charCodeAt(start) === 0x30)) return -1;
  let value = 0;
  for (let i = start; i < end; i += 1) value = value * 10 + text.charCodeAt(i) - 48;
  return value < 256 ? value : -1;
}

function isVersion(text: string, chain: DigitChain, g: number, small: boolean, context: NumberContext): boolean {
  const start = chain.start(g);
  const end = chain.end(g + 3);
  const next = end < text.length ? text.charCodeAt(end) : 0;
  if (next === HYPHEN || next === DOT || isLetter(next)) {
    versionTail.lastIndex = end;
    if (versionTail.test(text) || (next === HYPHEN && chain.gluedRight && g + 5 === chain.count)) return true;
  }
  if (small && next === SLASH && isLetter(text.charCodeAt(end + 1))) return true;
  if (start === 0) return false;
  const before = text.charCodeAt(start - 1);
  if (before === SLASH && isProduct(text, start - 1)) return true;
  if ((before === HYPHEN || before === 0x40 || before === 0x5f) && small && isLetter(text.charCodeAt(start - 2))) return true;
  if (isComparison(text, start)) return true;
  if (before === 0xa7 || before === 0x24) return true;
  if (small) context.read(text, start);
  else context.glance(text, start);
  return ((small && (context.all & NET) === 0 ? context.all : context.adjacent) & VERSION) !== 0;
}

/** `Chrome/120.0.0.0` is a product and its version; `localhost/127.0.0.1` is not. */
function isProduct(text: string, slash: number): boolean {
  let i = slash - 1;
  while (i >= 0 && slash - i < 24 && isLetter(text.charCodeAt(i))) i -= 1;
  const first = text.charCodeAt(i + 1);
  return slash - i > 3 && first >= 65 && first <= 90;
}

/** `pkg==1.2.3.4`, `^1.2.3.4`, `~> 1.2.3.4`. */
function isComparison(text: string, start: number): boolean {
  const at = text.charCodeAt(start - 1) === 0x20 ? start - 2 : start - 1;
  const c = text.charCodeAt(at);
  if (c === 0x5e || c === 0x7e) return true;
  const before = text.charCodeAt(at - 1);
  if (c === 0x3e) return before === 0x7e;
  return c === 0x3d && (before === 0x3d || before === 0x7e || before === 0x3c || before === 0x3e || before === 0x5e || before === 0x21);
}
