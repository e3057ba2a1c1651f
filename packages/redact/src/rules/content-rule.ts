import type { Subject } from './subject.js';

export type RuleCategory = 'shell_injection' | 'path_traversal' | 'sql_injection' | 'code_execution';

/** One built-in rule and what it watches for. */
export interface ContentRule {
  readonly category: RuleCategory;
  readonly description: string;
}

/** Start and end (exclusive) in UTF-16 units. */
export type Span = readonly [start: number, end: number];

/** A rule that can be run. */
export interface RunnableRule extends ContentRule {
  /** What gives itself away in a text of any length; asked only where `anchor` found a place to start. */
  readonly anywhere: readonly RulePattern[];
  /** What it finds in a short text that is no sentence. */
  inValue(subject: Subject): readonly Span[];
}

/**
 * A pattern that stays linear: every repetition in it is bounded or cannot fail after it, and what a pattern
 * cannot say is asked of the match afterwards.
 */
export class RulePattern {
  readonly #pattern: RegExp;
  readonly #accepts: ((match: string, text: string, at: number) => boolean) | undefined;

  constructor(pattern: RegExp, accepts?: (match: string, text: string, at: number) => boolean) {
    this.#pattern = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`);
    this.#accepts = accepts;
  }

  matches(text: string): Span[] {
    const pattern = this.#pattern;
    const found: Span[] = [];
    pattern.lastIndex = 0;
    // `matchAll` would compile a copy of the pattern for every text.
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const [whole] = match;
      if (whole === '') pattern.lastIndex += 1;
      else if (this.#accepts?.(whole, text, match.index) ?? true) found.push([match.index, match.index + whole.length]);
    }
    return found;
  }
}

export function matchesOf(patterns: readonly RulePattern[], text: string): Span[] {
  return patterns.flatMap((pattern) => pattern.matches(text));
}
