import { changed, concernOf, concernOfPoint, concerns, digital, escaping, hiding, lettered, other, pairing, staying, undecided } from './concerns.js';
import { decisionOf } from './decisions.js';
import { isDisguise } from './is-disguise.js';
import { endOf, isValue, isWord, runAround, type Run } from './long-run.js';
import { reach, StretchList, type Stretch } from './stretch-list.js';

/** A disguise farther than this from the signs of values has nothing to do with them. */
const near = 128;
/** Four digits within so many units may be a number. */
const digitSpan = 24;
const never = -1e9;

/**
 * The parts of a text where a disguise stands near the sign of a value: a pair, an address, digits, an escape, a long
 * run. Elsewhere letters with accents, foreign words, quotes, dashes and emoji are what they seem to be.
 */
export function stretches(text: string): readonly Stretch[] {
  return new Survey(text).stretches();
}

class Survey {
  readonly #text: string;
  readonly #list: StretchList;
  #lineStart = 0;
  #firstSign = never;
  #lastSign = never;
  #lastChange = never;
  #lastStaying = never;
  #lastAddress = never;
  /** Something on this line leaves nothing behind when it is folded: distances tell nothing. */
  #hides = false;
  #matters = false;
  #hidden = 0;
  /** Where the last three digits stand, without what is hidden between them. */
  #third = never;
  #second = never;
  #first = never;
  #runEnd = 0;

  constructor(text: string) {
    this.#text = text;
    this.#list = new StretchList(text);
  }

  stretches(): readonly Stretch[] {
    const text = this.#text;
    const table = concerns();
    const { length } = text;
    for (let i = 0; i < length; i += 1) {
      const concern = table[text.charCodeAt(i)] ?? 0;
      if (concern === 0) continue;
      if (concern === staying) {
        while (i + 1 < length && table[text.charCodeAt(i + 1)] === staying) i += 1;
        this.#stay(i);
      } else {
        i = this.#look(i, concern);
        if (this.#isSettled) i = lineEnd(text, i) - 1;
      }
    }
    this.#endLine(text.length);
    return this.#list.all;
  }

  /** The whole line is taken, whatever else stands on it. */
  get #isSettled(): boolean {
    return this.#hides && this.#matters && this.#firstSign >= 0;
  }

  #stay(at: number): void {
    this.#lastStaying = at;
    if (at - this.#lastAddress <= near) this.#matters = true;
  }

  /** Answers the last unit looked at. */
  #look(at: number, concern: number): number {
    if (concern === undecided) return this.#look(at, concernOf(this.#text.charCodeAt(at)));
    if (concern === other) return this.#other(at);
    if (concern === staying) this.#stay(at);
    else if ((concern & hiding) !== 0) return this.#hide(at);
    else if (concern === (changed | lettered)) return this.#letter(at, at);
    else this.#concern(at, concern);
    return at;
  }

  #concern(at: number, concern: number): void {
    if ((concern & lettered) !== 0) this.#letter(at, at);
    if ((concern & (lettered | other)) !== lettered && (concern & changed) !== 0) this.#symbol(at);
    if ((concern & digital) !== 0) this.#digit(at - this.#hidden, at);
    // A digit in disguise may be the day of a date, which has no other sign.
    if ((concern & (digital | changed)) === (digital | changed)) this.#sign(at);
    if ((concern & pairing) !== 0) this.#pair(at);
    if ((concern & escaping) !== 0 && isDisguise(this.#text, at)) this.#escape(at);
  }

  #symbol(at: number): void {
    this.#change(at);
    const next = at + 1;
    if (next >= this.#runEnd && decisionOf(this.#text.charCodeAt(at)) === 0x20) this.#run(next);
    // Dashes in a row may begin a key block or the name of an argument.
    if (this.#text.charCodeAt(at) === this.#text.charCodeAt(next)) this.#sign(at);
  }

  /** Looks at the whole run the first time; answers the last unit of a word, which needs no second look. */
  #letter(at: number, last: number): number {
    this.#change(at);
    if (at < this.#runEnd) return last;
    const run = this.#run(at);
    if (!isWord(run)) return last;
    this.#change(endOf(run) - 1);
    return endOf(run) - 1;
  }

  #run(at: number): Run {
    const run = runAround(this.#text, at, Math.max(this.#runEnd, this.#lineStart));
    this.#runEnd = endOf(run);
    // What follows the name of an element is its value.
    if (isValue(run) || this.#text.charCodeAt(endOf(run)) === 0x3e) this.#sign(at);
    return run;
  }

  #escape(at: number): void {
    this.#hides = true;
    this.#sign(at);
    this.#change(at);
  }

  #pair(at: number): void {
    const c = this.#text.charCodeAt(at);
    this.#sign(at);
    if (c === 0x3a || c === 0x3d) return;
    this.#lastAddress = at;
    if (at - this.#lastStaying <= near) this.#matters = true;
  }

  #digit(place: number, at: number): void {
    if (place - this.#third <= digitSpan) this.#sign(at);
    else if (at >= this.#runEnd) this.#run(at);
    this.#third = this.#second;
    this.#second = this.#first;
    this.#first = place;
  }

  /** Half of a pair, a hyphen or a line end. */
  #other(at: number): number {
    const text = this.#text;
    const c = text.charCodeAt(at);
    if (c === 0x0a) {
      this.#endLine(at);
      this.#lineStart = at + 1;
      return at;
    }
    if (c === 0x2d) {
      if (text.charCodeAt(at + 1) === 0x2d) this.#sign(at);
      return at;
    }
    const point = text.codePointAt(at) ?? c;
    if (point < 0x10000) return at;
    const concern = concernOfPoint(point);
    // Tags may spell a value by themselves.
    if (point >= 0xe0000 && point < 0xe0100) this.#escape(at);
    else if (concern === staying) this.#stay(at);
    else if ((concern & hiding) !== 0) return this.#hide(at);
    else if (concern === (changed | lettered)) return this.#letter(at, at + 1);
    else if (concern !== 0) this.#concern(at, concern);
    return at + 1;
  }

  /** Marks and invisible characters in runs; those on emoji and on letters that stay belong there. */
  #hide(from: number): number {
    const text = this.#text;
    const table = concerns();
    let end = from + 1;
    while (end < text.length && table[text.charCodeAt(end)] === hiding) end += 1;
    const before = text.charCodeAt(from - 1);
    this.#hidden += end - from;
    if (before >= 0x80 && (concernOf(before) & (changed | hiding | other)) === 0) return end - 1;
    this.#hides = true;
    this.#letter(from, from);
    return end - 1;
  }

  #change(at: number): void {
    this.#lastChange = at;
    if (this.#hides ? this.#lastSign >= 0 : at - this.#lastSign <= near) this.#matters = true;
  }

  #sign(at: number): void {
    if (at - this.#lastSign > 2 * reach && !this.#hides) {
      this.#close(at);
      this.#firstSign = at;
    }
    if (this.#firstSign < 0) this.#firstSign = at;
    this.#lastSign = at;
    if (this.#hides ? this.#lastChange >= 0 : at - this.#lastChange <= near) this.#matters = true;
  }

  #endLine(end: number): void {
    this.#close(end);
    this.#hides = false;
    this.#lastSign = this.#lastChange = this.#lastStaying = this.#lastAddress = never;
    this.#third = this.#second = this.#first = never;
  }

  #close(limit: number): void {
    if (this.#matters && this.#firstSign >= 0) {
      if (this.#hides) this.#list.add(this.#lineStart, limit);
      else this.#list.addAround(this.#firstSign, this.#lastSign, this.#lineStart, limit);
    }
    this.#matters = false;
    this.#firstSign = never;
  }
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from + 1);
  return end < 0 ? text.length : end;
}
