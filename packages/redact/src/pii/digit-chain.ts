import { isDigit, isLetter, isWord } from '../char-class.js';

const capacity = 256;
/** Groups repeated at the start of the next chain, so that no value is cut at the seam. */
const overlap = 10;
/** Signs between two groups at most. */
export const mostSigns = 3;

/** Separator between two digit groups, reduced to the sign that matters; 0 for none. */
export const SPACE = 0x20;
export const HYPHEN = 0x2d;
export const DOT = 0x2e;
export const CLOSE = 0x29;
export const SLASH = 0x2f;

/**
 * Digit groups with only short separators between them (`+1 (555) 123-4567`). One instance is reused for a whole
 * scan: reading a chain allocates nothing.
 */
export class DigitChain {
  readonly starts = new Int32Array(capacity);
  readonly ends = new Int32Array(capacity);
  /** Sign before each group when a digit stands before it, else 0. */
  readonly before = new Uint8Array(capacity);
  readonly used = new Uint8Array(capacity);
  count = 0;
  digits = 0;
  gluedLeft = false;
  gluedRight = false;
  /** Whether a letter is tied on by a hyphen: `SKU-123…`, `…-A`. */
  letterLeft = false;
  letterRight = false;
  /** Sign after the last group when the chain was cut there, else 0. */
  tail = 0;
  /** Where the row of groups begins that this chain is a part of. */
  origin = 0;
  /** Where a chain that was cut is read on. */
  #seam = -1;

  /** Reads the chain that starts at a digit and has its first group end at `firstEnd`; answers where scanning goes on. */
  read(text: string, at: number, firstEnd: number): number {
    const { length } = text;
    let start = at;
    let i = firstEnd;
    let c = i < length ? text.charCodeAt(i) : 0;
    let count = 0;
    let digits = 0;
    this.tail = 0;
    if (at !== this.#seam) this.origin = at;
    this.before[0] = at > 1 && isSeparator(text.charCodeAt(at - 1)) ? signBefore(text, at) : 0;
    for (;;) {
      this.starts[count] = start;
      this.ends[count] = i;
      this.used[count] = 0;
      count += 1;
      digits += i - start;
      let next = i;
      let sign = 0;
      while (next < i + mostSigns + 1 && isSeparator(c)) {
        if (sign === 0 || (c !== SPACE && (sign === SPACE || c === CLOSE))) sign = c;
        next += 1;
        c = next < length ? text.charCodeAt(next) : 0;
      }
      if (next === i || next > i + mostSigns || !isDigit(c) || endsItem(text, next, sign, start)) break;
      if (count === capacity) {
        this.tail = sign;
        break;
      }
      this.before[count] = sign;
      start = i = next;
      do {
        i += 1;
        c = i < length ? text.charCodeAt(i) : 0;
      } while (isDigit(c));
    }
    this.count = count;
    this.digits = digits;
    this.#edges(text, at, i);
    this.#seam = this.tail === 0 ? -1 : this.start(capacity - overlap);
    return this.tail === 0 ? i : this.#seam;
  }

  #edges(text: string, start: number, end: number): void {
    const left = start > 0 ? text.charCodeAt(start - 1) : SPACE;
    this.gluedLeft = isWord(left);
    this.letterLeft = left === HYPHEN && start > 1 && isLetter(text.charCodeAt(start - 2));
    const right = this.tail === 0 && end < text.length ? text.charCodeAt(end) : SPACE;
    this.gluedRight = isWord(right);
    this.letterRight = right === HYPHEN && isLetter(text.charCodeAt(end + 1));
  }

  start(group: number): number {
    return this.starts[group] ?? 0;
  }

  end(group: number): number {
    return this.ends[group] ?? 0;
  }

  /** Digits of a group; 0 outside the chain. */
  size(group: number): number {
    return group < this.count ? this.end(group) - this.start(group) : 0;
  }

  /** Sign between `group - 1` and `group`; 0 outside the chain. */
  sign(group: number): number {
    return group < this.count ? (this.before[group] ?? 0) : 0;
  }

  /** Sign that ties unused digits on the left to the group, 0 when there are none. */
  leftSign(group: number): number {
    return group > 0 && this.used[group - 1] === 1 ? 0 : this.sign(group);
  }

  /** Sign that ties unused digits on the right to the group, 0 when there are none. */
  rightSign(group: number): number {
    if (group + 1 >= this.count) return this.tail;
    return this.used[group + 1] === 1 ? 0 : this.sign(group + 1);
  }

  /** Whether groups [from, to] can be cut out at all: no letter is glued to them. */
  isFree(from: number, to: number): boolean {
    return !(from === 0 && this.gluedLeft) && !(to === this.count - 1 && this.gluedRight);
  }

  /** Whether a hyphen ties a letter to groups [from, to], as in part numbers. */
  isLettered(from: number, to: number): boolean {
    return (from === 0 && this.letterLeft) || (to === this.count - 1 && this.letterRight);
  }

  digitsOf(text: string, from: number, to: number): string {
    if (from === to) return text.slice(this.start(from), this.end(from));
    let out = '';
    for (let group = from; group <= to; group += 1) out += text.slice(this.start(group), this.end(group));
    return out;
  }

  /** Whether every group is part of something found. */
  get isSpent(): boolean {
    for (let group = 0; group < this.count; group += 1) if (this.used[group] !== 1) return false;
    return true;
  }

  use(from: number, to: number): void {
    this.used.fill(1, from, to + 1);
  }
}

/** Blank, hyphen, dot, slash and round brackets. */
export function isSeparator(c: number): boolean {
  return c === SPACE || (c >= 0x28 && c <= SLASH && c !== 0x2a && c !== 0x2b && c !== 0x2c);
}

/** Start of the next group when at most three separator signs lie between, else -1. */
export function separatorEnd(text: string, at: number): number {
  for (let i = at; i <= at + mostSigns && i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (isDigit(c)) return i > at ? i : -1;
    if (!isSeparator(c)) return -1;
  }
  return -1;
}

/** `1. ` and `2) ` number what follows, as a full stop ends what was before; neither is part of a value. */
function endsItem(text: string, next: number, sign: number, start: number): boolean {
  if (text.charCodeAt(next - 1) !== SPACE) return false;
  return sign === DOT || (sign === CLOSE && next - start < 5 && !isOpened(text, start));
}

function isOpened(text: string, start: number): boolean {
  const c = text.charCodeAt(start - 1);
  return c === 0x28 || (c === 0x2b && text.charCodeAt(start - 2) === 0x28) || isDigit(c) || isSeparator(c);
}

function signBetween(text: string, digit: number, at: number): number {
  const sign = signOf(text, digit + 1, at);
  let start = digit;
  while (start > 0 && digit - start < 3 && isDigit(text.charCodeAt(start - 1))) start -= 1;
  return endsItem(text, at, sign, start) ? 0 : sign;
}

function signOf(text: string, from: number, to: number): number {
  let sign = SPACE;
  for (let i = from; i < to; i += 1) {
    const c = text.charCodeAt(i);
    if (c === SPACE) continue;
    if (sign === SPACE || c === CLOSE) sign = c;
  }
  return sign;
}

function signBefore(text: string, at: number): number {
  for (let i = at - 1; i >= 0 && i >= at - mostSigns - 1; i -= 1) {
    const c = text.charCodeAt(i);
    if (isDigit(c)) return i < at - 1 ? signBetween(text, i, at) : 0;
    if (!isSeparator(c)) return 0;
  }
  return 0;
}
