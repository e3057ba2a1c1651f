import { isDigit, isWord } from '../char-class.js';

const capacity = 64;
/** Groups repeated at the start of the next chain, so that no value is cut at the seam. */
const overlap = 10;

/** Separator between two digit groups, reduced to the sign that matters; 0 for none. */
export const SPACE = 0x20;
export const HYPHEN = 0x2d;
export const DOT = 0x2e;
export const CLOSE = 0x29;

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
  /** Sign after the last group when the chain was cut there, else 0. */
  tail = 0;

  /** Reads the chain that starts at a digit; answers where scanning goes on. */
  read(text: string, at: number): number {
    let i = at;
    this.count = 0;
    this.digits = 0;
    this.tail = 0;
    this.gluedLeft = at > 0 && isWord(text.charCodeAt(at - 1));
    this.before[0] = signBefore(text, at);
    for (;;) {
      const start = i;
      while (i < text.length && isDigit(text.charCodeAt(i))) i += 1;
      this.starts[this.count] = start;
      this.ends[this.count] = i;
      this.used[this.count] = 0;
      this.count += 1;
      this.digits += i - start;
      const next = separatorEnd(text, i);
      if (next < 0) break;
      const sign = signOf(text, i, next);
      if (this.count === capacity) {
        this.tail = sign;
        this.gluedRight = false;
        return this.starts[capacity - overlap] ?? i;
      }
      this.before[this.count] = sign;
      i = next;
    }
    this.gluedRight = i < text.length && isWord(text.charCodeAt(i));
    return i;
  }

  start(group: number): number {
    return this.starts[group] ?? 0;
  }

  end(group: number): number {
    return this.ends[group] ?? 0;
  }

  size(group: number): number {
    return this.end(group) - this.start(group);
  }

  /** Sign between `group - 1` and `group`; 0 outside the chain. */
  sign(group: number): number {
    return group < this.count ? (this.before[group] ?? 0) : 0;
  }

  /** Whether this exact sign ties the group to unused digits on its left. */
  tiedLeft(group: number, sign: number): boolean {
    if (group > 0 && this.used[group - 1] === 1) return false;
    return this.sign(group) === sign;
  }

  tiedRight(group: number, sign: number): boolean {
    if (group + 1 >= this.count) return this.tail === sign && sign !== 0;
    return this.used[group + 1] !== 1 && this.sign(group + 1) === sign;
  }

  /** Whether groups [from, to] can be cut out at all: no letter is glued to them. */
  isFree(from: number, to: number): boolean {
    return !(from === 0 && this.gluedLeft) && !(to === this.count - 1 && this.gluedRight);
  }

  digitsOf(text: string, from: number, to: number): string {
    if (from === to) return text.slice(this.start(from), this.end(from));
    let out = '';
    for (let group = from; group <= to; group += 1) out += text.slice(this.start(group), this.end(group));
    return out;
  }

  use(from: number, to: number): void {
    this.used.fill(1, from, to + 1);
  }
}

function isSeparator(c: number): boolean {
  return c === SPACE || c === HYPHEN || c === DOT || c === CLOSE || c === 0x28 || c === 0x2f;
}

/** Start of the next group when at most three separator signs lie between, else -1. */
function separatorEnd(text: string, at: number): number {
  for (let i = at; i < at + 4 && i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (isDigit(c)) return i > at ? i : -1;
    if (!isSeparator(c)) return -1;
  }
  return -1;
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
  for (let i = at - 1; i >= 0 && i > at - 4; i -= 1) {
    const c = text.charCodeAt(i);
    if (isDigit(c)) return i < at - 1 ? signOf(text, i + 1, at) : 0;
    if (!isSeparator(c)) return 0;
  }
  return 0;
}
