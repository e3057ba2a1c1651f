import type { Detected } from './detector.js';
import type { PlaceholderOf } from './placeholders.js';

/** A part of a line: plain text, or the placeholder of what was found there. Offsets are those of the whole text. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** What was found here; several where findings overlap; none for plain text. */
  readonly found: readonly Pick<Detected, 'kind' | 'category'>[];
  /** The text itself; only where values are to be shown. */
  readonly value?: string;
}

/** The surroundings of a finding, within its line. */
export interface Excerpt {
  readonly pieces: readonly Piece[];
  /** Whether the line goes on before and after it. */
  readonly isCutBefore: boolean;
  readonly isCutAfter: boolean;
}

export interface ExcerptOptions {
  /** UTF-16 units on either side. */
  readonly around: number;
  readonly placeholderOf: PlaceholderOf;
  readonly values?: boolean;
}

/** Findings that overlap, as one stretch. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly found: readonly Detected[];
}

/** More of a value than this is not shown. */
const longestValue = 2_000;

/** Joins findings that overlap; they come and go by where they start. */
export function stretchesOf(findings: readonly Detected[]): readonly Stretch[] {
  const out: { start: number; end: number; found: Detected[] }[] = [];
  for (const one of findings) {
    const last = out.at(-1);
    if (last !== undefined && one.start < last.end) {
      last.end = Math.max(last.end, one.end);
      last.found.push(one);
    } else out.push({ start: one.start, end: one.end, found: [one] });
  }
  return out;
}

/** The stretch `at` with what stands around it in its line, every finding in it replaced. */
export function excerptOf(text: string, base: number, stretches: readonly Stretch[], at: number, options: ExcerptOptions): Excerpt {
  const { start, end } = stretches[at] ?? { start: 0, end: 0 };
  let [from, to] = lineAround(text, start, end, options.around);
  let [first, last] = [at, at];
  // A neighbour is shown as a whole or not at all.
  for (let next = stretches[first - 1]; next !== undefined && next.end > from; next = stretches[first - 1]) {
    first -= 1;
    from = Math.min(from, next.start);
  }
  for (let next = stretches[last + 1]; next !== undefined && next.start < to; next = stretches[last + 1]) {
    last += 1;
    to = Math.max(to, next.end);
  }
  const pieces: Piece[] = [];
  let done = Math.max(0, from);
  const plain = (until: number): void => {
    if (until > done) pieces.push({ start: base + done, end: base + until, text: text.slice(done, until), found: [] });
  };
  for (const stretch of stretches.slice(first, last + 1)) {
    plain(stretch.start);
    pieces.push(pieceOf(text, base, stretch, options));
    done = stretch.end;
  }
  plain(to);
  return { pieces, isCutBefore: from > 0 && text[from - 1] !== '\n', isCutAfter: to < text.length && !/^\r?\n/.test(text.slice(to, to + 2)) };
}

/** At most so much on either side, never beyond the line, and no half of a character. */
function lineAround(text: string, start: number, end: number, around: number): [from: number, to: number] {
  const least = Math.max(0, start - around);
  const before = text.slice(least, Math.max(0, start));
  let from = least + before.lastIndexOf('\n') + 1;
  if (from > 0 && isLow(text, from)) from += 1;
  const after = /^[^\n]*/.exec(text.slice(end, end + around))?.[0] ?? '';
  let to = end + (after.endsWith('\r') ? after.length - 1 : after.length);
  if (to > end && isLow(text, to)) to -= 1;
  return [Math.min(from, start), to];
}

function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function pieceOf(text: string, base: number, { start, end, found }: Stretch, { placeholderOf, values = false }: ExcerptOptions): Piece {
  const piece = {
    start: base + start,
    end: base + end,
    text: [...new Set(found.map(placeholderOf))].join(''),
    found,
  };
  if (!values) return piece;
  const value = text.slice(Math.max(0, start), end);
  return { ...piece, value: value.length > longestValue ? `${value.slice(0, longestValue)}…` : value };
}
