import { shapeOf } from '../render/shape.js';
import type { Detected, Detector } from './detector.js';
import { excerptOf, stretchesOf, type Excerpt, type ExcerptOptions, type Stretch } from './excerpt.js';

/** Something found, and where a person finds it. Holds nothing of the value but its shape, unless asked for it. */
export interface Located extends Detected {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly shape: string;
  readonly excerpt?: Excerpt;
  /** Tells this value from others without holding it. */
  readonly mark?: string;
}

/** What to tell of each finding besides its place. */
export interface Details {
  readonly excerpt?: ExcerptOptions | undefined;
  readonly mark?: ((category: string, value: string) => string) | undefined;
}

/** How much is held, in UTF-16 units. */
export interface WindowSizes {
  readonly windowUnits: number;
  /** What a finding may need to see on both sides of itself. */
  readonly margin: number;
  /** A finding that reaches the end of what was read is looked at again with more, up to this much. */
  readonly largestWindow: number;
}

const defaultSizes: WindowSizes = { windowUnits: 1024 * 1024, margin: 64 * 1024, largestWindow: 8 * 1024 * 1024 };

/** Scans a text of any length in constant memory, as overlapping windows. Offsets are those of the whole text. */
export class TextScanner {
  readonly #detect: Detector;
  readonly #sizes: WindowSizes;
  readonly #details: Details;
  /** Units to hold before the next scan. */
  #wanted: number;
  #parts: string[] = [];
  #held = 0;
  /** Where the held text begins. */
  #base = 0;
  /** Up to here everything has been told. */
  #toldAll = 0;
  /** Where the last finding told ends: for each rule, since rules overlap, and for everything else together. */
  readonly #told = new Map<string, number>();
  /** Findings that reach into the held text from before it, or stand in what is kept of it as surroundings. */
  #behind: readonly Detected[] = [];
  #cursor = 0;
  #line = 1;
  #lineStart = 0;

  constructor(detect: Detector, sizes: WindowSizes = defaultSizes, details: Details = {}) {
    this.#detect = detect;
    this.#sizes = sizes;
    this.#details = details;
    this.#wanted = sizes.windowUnits + 2 * sizes.margin;
  }

  push(piece: string): readonly Located[] {
    this.#parts.push(piece);
    this.#held += piece.length;
    return this.#held >= this.#wanted ? this.#scan(false) : [];
  }

  end(): readonly Located[] {
    return this.#scan(true);
  }

  #scan(isLast: boolean): readonly Located[] {
    const text = this.#parts.join('');
    const { windowUnits, margin, largestWindow } = this.#sizes;
    let limit = isLast ? text.length : text.length - margin;
    const found: Located[] = [];
    const all = this.#detect(text);
    const stretches = this.#details.excerpt === undefined ? [] : this.#stretches(all);
    for (const one of all) {
      if (one.start >= limit) break;
      const name = one.kind === 'rule' ? one.category : '';
      if (this.#base + one.start < Math.max(this.#toldAll, this.#told.get(name) ?? 0)) continue;
      if (!isLast && one.end === text.length && text.length < largestWindow) {
        limit = one.start;
        break;
      }
      found.push(this.#locate(text, one, stretches));
      this.#told.set(name, this.#base + one.end);
    }
    this.#toldAll = this.#base + limit;
    const base = this.#base;
    this.#keep(text, limit);
    const kept = this.#base - base;
    this.#behind = stretches.flatMap((stretch) => stretch.found).filter(({ start, end }) => end > kept && start < limit).map((one) => ({ ...one, start: one.start - kept, end: one.end - kept }));
    // More than is left by a window, so that an open block is not scanned again for every piece.
    this.#wanted = this.#held + windowUnits;
    return found;
  }

  /** What is found in a window may have been seen better in the one before, which knew its beginning. */
  #stretches(all: readonly Detected[]): readonly Stretch[] {
    const ordered = [...this.#behind, ...all].sort((a, b) => a.start - b.start || a.end - b.end);
    const isNew = (one: Detected, k: number): boolean => {
      const last = ordered[k - 1];
      return last?.start !== one.start || last.end !== one.end || last.category !== one.category;
    };
    return stretchesOf(ordered.filter(isNew));
  }

  #locate(text: string, { kind, category, start, end }: Detected, stretches: readonly Stretch[]): Located {
    this.#advance(text, start);
    const at = this.#base + start;
    const { excerpt, mark } = this.#details;
    return {
      kind,
      category,
      start: at,
      end: this.#base + end,
      line: this.#line,
      column: at - this.#lineStart + 1,
      shape: shapeOf(text.slice(start, end)),
      ...(excerpt === undefined ? {} : { excerpt: excerptOf(text, this.#base, stretches, stretchAt(stretches, start), excerpt) }),
      ...(mark === undefined ? {} : { mark: mark(category, text.slice(start, end)) }),
    };
  }

  #advance(text: string, to: number): void {
    let from = this.#cursor - this.#base;
    if (to <= from) return;
    for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', from)) {
      this.#line += 1;
      this.#lineStart = this.#base + at + 1;
      from = at + 1;
    }
    this.#cursor = this.#base + to;
  }

  /** Drops what was told, but for the margin before it, from the start of a line where there is one. */
  #keep(text: string, limit: number): void {
    let from = Math.max(0, limit - this.#sizes.margin);
    const newline = text.indexOf('\n', from);
    if (from > 0 && newline !== -1 && newline < limit) from = newline + 1;
    this.#advance(text, from);
    this.#parts = [text.slice(from)];
    this.#held = text.length - from;
    this.#base += from;
  }
}

/** The stretch that holds a place, by halves. */
function stretchAt(stretches: readonly Stretch[], place: number): number {
  let [low, high] = [0, stretches.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.end ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
