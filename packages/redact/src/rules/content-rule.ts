export type RuleCategory = 'shell_injection' | 'path_traversal' | 'sql_injection' | 'code_execution';

/** One built-in rule and what it watches for. */
export interface ContentRule {
  readonly category: RuleCategory;
  readonly description: string;
  readonly patterns: readonly RulePattern[];
}

const none: readonly (readonly [number, number])[] = [];

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

  matches(text: string): readonly (readonly [start: number, end: number])[] {
    const pattern = this.#pattern;
    pattern.lastIndex = 0;
    let match = pattern.exec(text);
    if (match === null) return none;
    const found: [number, number][] = [];
    // `matchAll` would compile a copy of the pattern for every text.
    for (; match !== null; match = pattern.exec(text)) {
      const [whole] = match;
      if (whole === '') pattern.lastIndex += 1;
      else if (this.#accepts?.(whole, text, match.index) ?? true) found.push([match.index, match.index + whole.length]);
    }
    return found;
  }
}
