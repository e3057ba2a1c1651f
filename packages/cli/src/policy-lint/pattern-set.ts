import { readToolPattern, ToolList, type ToolMatch } from '@enforcecore/core';

const maxComparisons = 20_000_000;

/** The patterns of a list in canonical spelling, and which of them stand for what others stand for. */
export class PatternSet {
  readonly patterns: readonly string[];
  /** False when too many patterns have the same ends for each to be compared with each. */
  readonly comparable: boolean;
  readonly #list: ToolList;

  constructor(written: readonly string[], options: { readonly lookAlikes?: boolean } = {}) {
    this.patterns = written.map(canonicalPattern);
    this.#list = new ToolList(this.patterns, options);
    this.comparable = mostAlike(this.patterns) * this.patterns.length <= maxComparisons;
  }

  /**
   * The entries that stand for everything that `pattern` stands for. A pattern that matches the text of another, with its
   * `*` as a letter like any other, matches all that the other does.
   */
  covering(pattern: string): readonly ToolMatch[] {
    return this.comparable ? this.#list.matches(pattern) : [];
  }
}

/** Names without a foreign letter look like no other; looking costs time. */
export function hasForeign(...lists: readonly (readonly string[])[]): boolean {
  return lists.some((list) => list.some((name) => /[^\x20-\x7e]/.test(name)));
}

export function canonicalPattern(written: string): string {
  return readToolPattern(written).canonical ?? written;
}

/** Whether some name is met by both patterns, which both have a `*`. */
export function overlap(a: string, b: string): boolean {
  const [startA, endA] = endsOf(a);
  const [startB, endB] = endsOf(b);
  // What stands between the first and the last `*` can always be written one after the other.
  return (startA.startsWith(startB) || startB.startsWith(startA)) && (endA.endsWith(endB) || endB.endsWith(endA));
}

/** Which of the patterns some entry of the list shares a name with. Past a number of comparisons, all that are left. */
export function reached(patterns: readonly string[], list: readonly string[]): ReadonlySet<string> {
  const open = list.filter((entry) => entry.includes('*'));
  if (mostAlike(patterns) * list.length + mostAlike(open) * patterns.length > maxComparisons) return new Set(patterns);
  const index = new ToolList(patterns);
  const found = new Set<string>();
  for (const entry of list) for (const { pattern } of index.matches(entry)) found.add(pattern);
  const left = patterns.filter((pattern) => !found.has(pattern));
  const covers = new ToolList(open);
  for (const pattern of left) {
    const isReached = pattern.includes('*')
      ? open.length * left.length > maxComparisons || open.some((entry) => overlap(entry, pattern))
      : covers.matches(pattern).length > 0;
    if (isReached) found.add(pattern);
  }
  return found;
}

/** A pattern without a letter or digit is met by about any name. */
export function allowsAll(pattern: string): boolean {
  return !/[\p{L}\p{N}]/u.test(pattern);
}

/** What stands before the first `*` and after the last. */
export function endsOf(pattern: string): readonly [before: string, after: string] {
  return [pattern.slice(0, pattern.indexOf('*')), pattern.slice(pattern.lastIndexOf('*') + 1)];
}

/** How many patterns share their ends, at most: only those are tried one by one. */
export function mostAlike(patterns: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const pattern of new Set(patterns)) {
    if (!pattern.includes('*')) continue;
    const ends = endsOf(pattern).join('*');
    counts.set(ends, (counts.get(ends) ?? 0) + 1);
  }
  return [...counts.values()].reduce((most, count) => Math.max(most, count), 1);
}
