/** Part of a text that has to be read without its disguise. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A value and the words that tell what it is are within this of its signs. */
export const reach = 192;
const farthestGap = 256;
/** Stretches so close to each other are one. */
const close = 64;

/** Stretches of a text, in order and apart. */
export class StretchList {
  readonly #text: string;
  readonly #stretches: { from: number; to: number }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  get all(): readonly Stretch[] {
    return this.#stretches;
  }

  add(from: number, to: number): void {
    const last = this.#stretches[this.#stretches.length - 1];
    if (last !== undefined && from - last.to <= close) last.to = to;
    else this.#stretches.push({ from, to });
  }

  /** What is in reach of signs, up to the gaps between words, within one line. */
  addAround(firstSign: number, lastSign: number, lineStart: number, lineEnd: number): void {
    this.add(this.#gapBefore(firstSign - reach, lineStart), this.#gapBehind(lastSign + reach, lineEnd));
  }

  #gapBefore(at: number, lineStart: number): number {
    for (let i = at; i > lineStart && i > at - farthestGap; i -= 1) if (isGap(this.#text.charCodeAt(i - 1))) return i;
    return lineStart;
  }

  #gapBehind(at: number, lineEnd: number): number {
    for (let i = at; i < lineEnd && i < at + farthestGap; i += 1) if (isGap(this.#text.charCodeAt(i))) return i;
    return lineEnd;
  }
}

/** White space, and what needs none between words. */
function isGap(c: number): boolean {
  return c <= 0x20 || (c >= 0x3000 && c < 0xd800);
}
