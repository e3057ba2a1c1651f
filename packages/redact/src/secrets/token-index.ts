import { tokenRules } from './token-rules.js';

interface CompiledRule {
  readonly category: string;
  readonly literal: string;
  readonly pattern: RegExp;
}

/** Shorter literals are too common inside words to be tried anywhere but at the start of one. */
const distinctive = 4;

/** Token rules under the character they start with, so that a run is tried against few. */
export class TokenIndex {
  readonly #byFirst: (readonly CompiledRule[] | undefined)[] = new Array<undefined>(128).fill(undefined);

  constructor(categories: ReadonlySet<string>) {
    const grouped = new Map<number, CompiledRule[]>();
    for (const { category, literal, rest } of tokenRules) {
      if (!categories.has(category)) continue;
      const first = literal.charCodeAt(0);
      const list = grouped.get(first) ?? [];
      list.push({ category, literal, pattern: new RegExp(rest.endsWith(',}') ? rest : `${rest}(?![A-Za-z0-9_])`, 'y') });
      grouped.set(first, list);
    }
    for (const [first, list] of grouped) this.#byFirst[first] = list;
  }

  has(first: number): boolean {
    return this.#byFirst[first] !== undefined;
  }

  /** The token that starts here; `inside` a run only distinctive literals count. */
  match(text: string, start: number, inside: boolean): { readonly category: string; readonly end: number } | undefined {
    const rules = this.#byFirst[text.charCodeAt(start)];
    if (rules === undefined) return undefined;
    for (const { category, literal, pattern } of rules) {
      if ((inside && literal.length < distinctive) || !text.startsWith(literal, start)) continue;
      pattern.lastIndex = start + literal.length;
      if (pattern.test(text)) return { category, end: pattern.lastIndex };
    }
    return undefined;
  }
}
