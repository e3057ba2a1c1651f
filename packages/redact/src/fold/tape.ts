import { textOf, type SpanText } from './span-text.js';

// Shared between calls, because folding calls nothing that folds; longer texts get their own.
const scratch = new Uint16Array(16_384);
const slack = 64;

/** A folded text as it is written. It starts as a copy of its source, so offsets before `from` mean the same in both. */
export class Tape {
  readonly source: string;
  readonly from: number;
  units: Uint16Array;
  /** Maps into the source, from the first unit on that does not stand for exactly one. */
  starts: Int32Array | undefined;
  ends: Int32Array | undefined;
  length: number;
  /** An escape may end before this. */
  armed = 0;
  /** Where the last `&` was written that may still begin a reference, or -1. */
  ampersand = -1;
  /** Source offset up to which a form body has been followed, or -1. */
  form = -1;
  /** Runs of tag characters on this line that spell a text: pairs of source offsets. */
  hidden: number[] = [];
  changed = false;
  #capacity: number;

  constructor(source: string, from: number) {
    this.source = source;
    this.from = from;
    this.length = from;
    this.#capacity = source.length + slack;
    this.units = this.#capacity <= scratch.length ? scratch : new Uint16Array(this.#capacity);
  }

  /** The unit written `back` places ago (1 is the last), 0 before the beginning. */
  before(back: number): number {
    const at = this.length - back;
    if (at >= this.from) return this.units[at] ?? 0;
    return at >= 0 ? this.source.charCodeAt(at) : 0;
  }

  /** Writes one unit that stands for source units [start, end). */
  write(unit: number, start: number, end: number): void {
    const at = this.length;
    if (this.starts === undefined && (at !== start || end !== start + 1)) this.bend();
    this.units[at] = unit;
    if (this.starts !== undefined && this.ends !== undefined) {
      this.starts[at] = start;
      this.ends[at] = end;
    }
    this.length = at + 1;
  }

  /** Units up to `length` have been written, each for one source unit from `start` on. */
  copied(start: number, length: number): void {
    const { starts, ends } = this;
    if (starts !== undefined && ends !== undefined) {
      const shift = start - this.length;
      for (let at = this.length; at < length; at += 1) {
        starts[at] = at + shift;
        ends[at] = at + shift + 1;
      }
    }
    this.length = length;
  }

  /** Room for `more` units beside those still to be read from `start` on. */
  reserve(more: number, start: number): void {
    const need = this.length + more + this.source.length - start + slack;
    if (need <= this.#capacity) return;
    const size = 2 * need;
    this.#capacity = size;
    if (size > this.units.length) {
      const units = new Uint16Array(size);
      units.set(this.units.subarray(0, this.length));
      this.units = units;
    }
    if (this.starts === undefined || this.ends === undefined) return;
    this.starts = grown(this.starts, size, this.length);
    this.ends = grown(this.ends, size, this.length);
  }

  /** From here on units and source units do not correspond one to one. */
  bend(): void {
    if (this.starts !== undefined) return;
    const starts = new Int32Array(this.#capacity);
    const ends = new Int32Array(starts.length);
    for (let i = 0; i < this.length; i += 1) {
      starts[i] = i;
      ends[i] = i + 1;
    }
    this.starts = starts;
    this.ends = ends;
  }

  startOf(at: number): number {
    return this.starts?.[at] ?? at;
  }

  /** Where the source of the last unit ends. */
  get reached(): number {
    return this.length === 0 ? 0 : (this.ends?.[this.length - 1] ?? this.length);
  }

  /** Units [from, to) as text. */
  written(from: number, to: number): string {
    let text = '';
    for (let i = from; i < to; i += 1) text += String.fromCharCode(this.units[i] ?? 0);
    return text;
  }

  /** The last unit also stands for what follows it up to `end`. */
  extend(end: number): void {
    this.bend();
    if (this.ends !== undefined) this.ends[this.length - 1] = end;
  }

  build(): SpanText | undefined {
    if (!this.changed) return undefined;
    const text = textOf(this.units.subarray(this.from, this.length));
    return { text: this.source.slice(0, this.from) + text, starts: this.starts, ends: this.ends };
  }
}

function grown(map: Int32Array, size: number, length: number): Int32Array {
  const next = new Int32Array(size);
  next.set(map.subarray(0, length));
  return next;
}
