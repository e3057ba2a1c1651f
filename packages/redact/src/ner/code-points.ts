const surrogate = /[\ud800-\udfff]/;

/** Turns offsets counted in code points, as Python counts, into UTF-16 units. */
export class CodePoints {
  /** How many code points the text has. */
  readonly count: number;
  readonly #starts: Uint32Array | undefined;

  constructor(text: string) {
    if (!surrogate.test(text)) {
      this.count = text.length;
      return;
    }
    const starts = new Uint32Array(text.length + 1);
    let count = 0;
    let unit = 0;
    for (const point of text) {
      starts[count] = unit;
      count += 1;
      unit += point.length;
    }
    starts[count] = unit;
    this.count = count;
    this.#starts = starts;
  }

  /** The UTF-16 unit at which the code point `at` starts; `count` gives the end of the text. */
  unitAt(at: number): number {
    return this.#starts?.[at] ?? at;
  }
}
