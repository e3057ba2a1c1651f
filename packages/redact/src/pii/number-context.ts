import { isDigit } from '../char-class.js';
import { CARD, flagsOf, flagsOfHash, flagsOfPair, LABEL, LINK, lowerOf, MINE, NUMBER, PHONE, PHONE_WEAK, ROLE, SECURITY, SOCIAL, SS, SSN, step, THING } from './words.js';

const reach = 56;
const reachAfter = 32;
// A few numbers may stand between (`call 5551234567 or 5559876543`), a column of them not.
const mostDigits = 22;
const nearestGap = 5;
const kinds = PHONE | PHONE_WEAK | SSN | CARD | THING | LABEL;

/**
 * The words around one number on its line. Reading ends at anything a replacement may have left (`>`, `]`, `*`), so
 * that redacting twice sees no more than redacting once. One instance serves a whole scan and allocates nothing.
 */
export class NumberContext {
  /** Everything the words before say. */
  all = 0;
  /** What the nearest word that names a kind of number says. */
  nearest = 0;
  /** What the word right before says, `number` and `is` skipped. */
  adjacent = 0;
  #at = -1;
  #near = -1;
  #right = 0;
  #open = true;
  #reached = 0;

  /** Forgets the text, because another may have the same offsets. */
  forget(): void {
    this.#at = this.#near = -1;
  }

  /** Reads no further than `adjacent` needs. */
  glance(text: string, at: number): void {
    if (this.#at === at || this.#near === at) return;
    this.#near = at;
    this.#read(text, at, true);
  }

  /** Reads the words before `at`, from the right; once per number. */
  read(text: string, at: number): void {
    if (this.#at === at) return;
    this.#at = at;
    this.#read(text, at, false);
  }

  #read(text: string, at: number, near: boolean): void {
    this.all = this.nearest = this.adjacent = this.#right = this.#reached = 0;
    this.#open = true;
    const limit = Math.max(0, at - reach);
    let hash = 0;
    let length = 0;
    let digits = 0;
    let upperRight = false;
    let edge = at;
    let i = at - 1;
    for (; i >= limit; i -= 1) {
      if (near && this.#isSettled(length === 0 ? at - i : 0)) return;
      const c = text.charCodeAt(i);
      const lower = lowerOf(c);
      if (lower !== 0) {
        const upper = lower !== c;
        if (length > 0 && upperRight && !upper) {
          this.#word(flagsOfHash(hash), at - edge, length);
          hash = length = 0;
        }
        if (length === 0) edge = i + 1;
        hash = step(hash, lower);
        length += 1;
        // `employeeSsn`: a capital before small letters opens a word.
        if (upper && length > 1 && !upperRight) {
          this.#word(flagsOfHash(hash), at - edge, length);
          hash = length = 0;
        }
        upperRight = upper;
        continue;
      }
      if (length > 0) this.#word(length === 1 ? initial(text, edge, hash, at - edge) : flagsOfHash(hash), at - edge, length);
      hash = length = 0;
      upperRight = false;
      if (isDigit(c)) {
        digits += 1;
        if (digits > mostDigits) return;
      } else if (c === 0x23) this.#word(NUMBER, at - i - 1, 1);
      else if (c === 0x3e) {
        const open = tagStart(text, i, limit);
        if (open < 0) return;
        // `<phone>` names what follows; `</b>` only sets it off.
        if (text.charCodeAt(open + 1) === 0x2f) i = open;
      } else if (stops(c)) return;
      else if (c >= 0x0e00 && i > limit) {
        const flags = flagsOfPair(text.charCodeAt(i - 1), c);
        if (flags !== 0) this.#word(flags, at - i - 1, 2);
      }
    }
    // A word cut by the limit is no word.
    if (length > 0 && (i < 0 || lowerOf(text.charCodeAt(i)) === 0)) this.#word(length === 1 ? initial(text, edge, hash, at - edge) : flagsOfHash(hash), at - edge, length);
  }

  /** Whether `adjacent` cannot change any more, this far from the number. */
  #isSettled(distance: number): boolean {
    return !this.#open || distance - this.#reached > nearestGap + 1;
  }

  #word(said: number, gap: number, length: number): void {
    let flags = said;
    const right = this.#right;
    if ((flags & MINE) !== 0) flags |= (right & NUMBER) !== 0 ? PHONE_WEAK : (right & SOCIAL) !== 0 ? SSN : 0;
    if ((flags & ROLE) !== 0 && (right & NUMBER) !== 0) flags |= LABEL;
    if ((flags & SOCIAL) !== 0 && (right & (SECURITY | NUMBER)) !== 0) flags |= SSN;
    if ((flags & SECURITY) !== 0 && (right & SOCIAL) !== 0) flags |= SSN;
    if ((flags & SS) !== 0 && (right & NUMBER) !== 0) flags |= SSN;
    this.all |= flags;
    if (this.nearest === 0) this.nearest = flags & kinds;
    if (this.#open) {
      this.#open = gap - this.#reached <= nearestGap && (flags & (NUMBER | LINK)) !== 0;
      if (!this.#open && gap - this.#reached <= nearestGap) this.adjacent = flags;
      this.#reached = gap + length;
    }
    this.#right = (flags & LINK) !== 0 ? right | flags : flags;
  }

  /** Whether the words right after a number call it `kind`: `… is my SSN`, `… (mobile)`. */
  follows(text: string, end: number, kind: number): boolean {
    const limit = Math.min(text.length, end + reachAfter);
    let last = 0;
    for (let i = end; i < limit; ) {
      if (lowerOf(text.charCodeAt(i)) === 0) {
        if (endsAfter(text, i)) return false;
        i += 1;
        continue;
      }
      const start = i;
      while (i < limit && lowerOf(text.charCodeAt(i)) !== 0) i += 1;
      if (i === limit && i < text.length && lowerOf(text.charCodeAt(i)) !== 0) return false;
      const flags = flagsOf(text, start, i);
      if ((flags & kind) !== 0) return true;
      if ((last & SOCIAL) !== 0 && (flags & (SECURITY | NUMBER)) !== 0) return (kind & SSN) !== 0;
      if ((flags & (LINK | MINE | SOCIAL)) === 0) return false;
      last = flags;
    }
    return false;
  }
}

/** `T:`, `M:`, `P:` on a business card. */
function initial(text: string, end: number, hash: number, gap: number): number {
  const said = flagsOfHash(hash);
  return gap < 4 && text.charCodeAt(end) === 0x3a && 'tmpcfhw'.includes(text.charAt(end - 1).toLowerCase()) ? said | PHONE_WEAK : said;
}

/** Line ends, what a replacement may have left, and where another statement begins. */
function stops(c: number): boolean {
  return c === 0x0a || c === 0x0d || c === 0x5d || c === 0x2a || c === 0x27e7 || c === 0x3b || c === 0x7d;
}

/** What may be a replacement, another number or the end of a sentence. */
function endsAfter(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  if (isDigit(c) || c === 0x0a || c === 0x0d || c === 0x3c || c === 0x5b || c === 0x2a || c === 0x27e6 || c === 0x3b || c === 0x21 || c === 0x3f) return true;
  return c === 0x2e && !isDigit(text.charCodeAt(at + 1));
}

/** Where the tag that ends here opens, -1 when it may be our own placeholder, which has no small letters. */
function tagStart(text: string, close: number, limit: number): number {
  let small = false;
  for (let i = close - 1; i >= limit; i -= 1) {
    const c = text.charCodeAt(i);
    if (c === 0x3c) return small ? i : -1;
    if (c === 0x3e || c === 0x0a || c === 0x2a || c === 0x5d) return -1;
    small ||= c >= 97 && c <= 122;
  }
  return -1;
}
