/**
 * A text made from another one, with the source span [start, end) of every UTF-16 unit.
 * Absent maps mean the text is its own source.
 */
export interface SpanText {
  readonly text: string;
  readonly starts: Int32Array | undefined;
  readonly ends: Int32Array | undefined;
}

/** Collects a folded text; each written unit names the source units it stands for. */
export class SpanTextBuilder {
  readonly #source: SpanText;
  #units = new Uint16Array(64);
  #starts = new Int32Array(64);
  #ends = new Int32Array(64);
  #length = 0;

  constructor(source: SpanText) {
    this.#source = source;
    this.#resize(source.text.length + 16);
  }

  /** Writes one unit that stands for source units [from, to). */
  unit(code: number, from: number, to: number): void {
    if (this.#length === this.#units.length) this.#resize(this.#length * 2);
    const at = this.#length;
    this.#units[at] = code;
    this.#starts[at] = this.#source.starts?.[from] ?? from;
    this.#ends[at] = this.#source.ends?.[to - 1] ?? to;
    this.#length = at + 1;
  }

  text(written: string, from: number, to: number): void {
    for (let i = 0; i < written.length; i += 1) this.unit(written.charCodeAt(i), from, to);
  }

  /** The last unit written, 0 at the beginning. */
  get last(): number {
    return this.#length === 0 ? 0 : (this.#units[this.#length - 1] ?? 0);
  }

  build(): SpanText {
    return {
      text: decodeUnits(this.#units.subarray(0, this.#length)),
      starts: this.#starts,
      ends: this.#ends,
    };
  }

  #resize(size: number): void {
    const grow = <T extends Uint16Array | Int32Array>(next: T, old: T): T => {
      next.set(old.subarray(0, this.#length));
      return next;
    };
    this.#units = grow(new Uint16Array(size), this.#units);
    this.#starts = grow(new Int32Array(size), this.#starts);
    this.#ends = grow(new Int32Array(size), this.#ends);
  }
}

// Spreading a whole text would overflow the stack.
const chunk = 8192;

function decodeUnits(units: Uint16Array): string {
  let text = '';
  for (let i = 0; i < units.length; i += chunk) text += String.fromCharCode(...units.subarray(i, i + chunk));
  return text;
}
