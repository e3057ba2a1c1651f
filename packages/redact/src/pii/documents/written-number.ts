import { isAlnum, isDigit, isLetter } from '../../char-class.js';

const mostGroups = 8;
const mostUnits = 24;
/** From the first unit to the one behind what may follow: signs between the groups, and after them. */
export const longestWritten = mostUnits + mostGroups + 3;

const nines = '9'.repeat(mostUnits);

function digitsEnd(text: string, start: number, end: number): number {
  let i = start;
  while (i < end && !isLetter(text.charCodeAt(i))) i += 1;
  return i;
}

/** Letters and digits in groups as an identifier is written, from one word on; entry `k` is about the first `k + 1` groups. */
export class WrittenNumber {
  readonly start: number;
  readonly ends: readonly number[];
  /** Where the first letter stands, or the end. */
  readonly #letter: number;
  readonly #text: string;
  #id: string | undefined;
  #mask: string | undefined;
  #signs: string | undefined;

  constructor(text: string, start: number, ends: readonly number[]) {
    this.#text = text;
    this.start = start;
    this.ends = ends;
    this.#letter = digitsEnd(text, start, this.end);
  }

  /** Whether the first `k + 1` groups hold no letter. */
  isDigits(k: number): boolean {
    return (this.ends[k] ?? 0) <= this.#letter;
  }

  get end(): number {
    return this.ends[this.ends.length - 1] ?? this.start;
  }

  /** In upper case, without the signs between the groups. */
  id(k: number): string {
    this.#id ??= this.#text.slice(this.start, this.end).replace(/[^A-Za-z0-9]/g, '').toUpperCase();
    return this.#id.slice(0, this.units(k));
  }

  /** Digits as `9`, letters as `A`. */
  mask(k: number): string {
    if (this.isDigits(k)) return nines.slice(0, this.units(k));
    this.#mask ??= this.id(this.ends.length - 1).replace(/[A-Z]/g, 'A').replace(/[0-9]/g, '9');
    return this.#mask.slice(0, this.units(k));
  }

  /** The signs between the groups, in order. */
  signs(k: number): string {
    this.#signs ??= this.ends.slice(0, -1).map((end) => this.#text.charAt(end)).join('');
    return this.#signs.slice(0, k);
  }

  /** Group sizes as one number, see `shapeOf`. */
  shape(k: number): number {
    let shape = 0;
    for (let group = 0, from = this.start; group <= k; group += 1) {
      const to = this.ends[group] ?? from;
      shape = shape * 36 + to - from;
      from = to + 1;
    }
    return shape;
  }

  /** Letters and digits; one sign stands between two groups. */
  units(k: number): number {
    return (this.ends[k] ?? this.start) - this.start - k;
  }
}

/** Sizes of groups, one base-36 digit each, as one number. */
export function shapeOf(sizes: string): number {
  return Number.parseInt(sizes, 36);
}

/** Reads groups joined by one space, hyphen, dot, slash or plus; undefined when there are too few digits for any identifier. */
export function readWritten(text: string, start: number): WrittenNumber | undefined {
  if (!mayBeIdentifier(text, start)) return undefined;
  const ends: number[] = [];
  let units = 0;
  for (let from = start; ends.length < mostGroups; ) {
    const to = groupEnd(text, from);
    units += to - from;
    if (units > mostUnits || to === from) break;
    ends.push(to);
    if (!isJoint(text.charCodeAt(to)) || !continues(text, to + 1)) break;
    from = to + 1;
  }
  return ends.length === 0 ? undefined : new WrittenNumber(text, start, ends);
}

/** Counts the digits ahead without allocating, because most words with a digit are years and amounts. */
function mayBeIdentifier(text: string, start: number): boolean {
  let digits = 0;
  let letters = 0;
  let capitals = 0;
  for (let i = start; i < start + mostUnits; i += 1) {
    const c = text.charCodeAt(i);
    if (isDigit(c)) digits += 1;
    else if (isAlnum(c)) {
      letters += 1;
      if (c < 0x5b) capitals += 1;
    } else if (!isJoint(c) || !continues(text, i + 1)) return false;
    if (digits > 4 || (digits > 1 && letters > 1) || (digits > 0 && capitals > 5)) return true;
  }
  return false;
}

/** A group that holds a digit, or a few capitals; words in small letters end the number. */
function continues(text: string, at: number): boolean {
  for (let i = at; i < at + mostUnits; i += 1) {
    const c = text.charCodeAt(i);
    if (isDigit(c)) return true;
    if (!isAlnum(c)) return i > at && i - at < 4;
    if (c > 0x5a && i - at > 2) return false;
    if (c > 0x5a && !isAlnum(text.charCodeAt(i + 1))) return false;
  }
  return false;
}

function groupEnd(text: string, from: number): number {
  let to = from;
  while (to <= from + mostUnits && isAlnum(text.charCodeAt(to))) to += 1;
  return to;
}

export function isJoint(c: number): boolean {
  return c === 0x20 || c === 0x2d || c === 0x2e || c === 0x2f || c === 0x2b;
}
