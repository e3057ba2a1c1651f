import { entropy } from './entropy.js';
import { tokenRules } from './rules/token-rules.js';

interface CompiledRule {
  readonly category: string;
  readonly literal: string;
  readonly pattern: RegExp;
  readonly mixed: boolean;
}

export interface TokenMatch {
  readonly category: string;
  readonly end: number;
}

/** Shorter literals are too common inside words to be tried anywhere but at the start of one. */
const distinctive = 4;
/** `ghp_xxxxxxxxxxxx…` and `sk_test_0000…` are written where a token goes. */
const leastEntropy = 2.2;
const longestWeighed = 64;
const standIn = /x{4}|X{4}|0{12}|\*{4}|[Ee]xample|EXAMPLE|[Yy]our[-_]?|YOUR|[Pp]laceholder|[Rr]edacted|REDACTED|(?:my|fake|dummy|sample|test)[-_](?:api|key|token|secret)|1234567890123456789/;

/** Token rules under the two characters they start with, so that a run costs one look and few patterns. */
export class TokenIndex {
  /** Slot of each pair of ASCII characters; 0 is empty. */
  readonly #slots = new Uint8Array(128 * 128);
  readonly #rules: CompiledRule[][] = [[]];

  constructor(categories: ReadonlySet<string>) {
    for (const { category, literal, rest, mixed } of tokenRules) {
      if (!categories.has(category)) continue;
      const key = literal.charCodeAt(0) * 128 + literal.charCodeAt(1);
      let slot = this.#slots[key] ?? 0;
      if (slot === 0) {
        slot = this.#rules.push([]) - 1;
        this.#slots[key] = slot;
      }
      const open = rest.endsWith(',}') || rest.endsWith('={0,2}');
      this.#rules[slot]?.push({ category, literal, mixed, pattern: new RegExp(open ? rest : `${rest}(?![A-Za-z0-9_])`, 'y') });
    }
  }

  /** Whether any token begins with these two characters. */
  has(first: number, second: number): boolean {
    return first < 128 && second < 128 && this.#slots[first * 128 + second] !== 0;
  }

  /** The token that starts here; `inside` a run only distinctive literals count. */
  match(text: string, start: number, inside: boolean): TokenMatch | undefined {
    const first = text.charCodeAt(start);
    const second = text.charCodeAt(start + 1);
    if (!this.has(first, second)) return undefined;
    for (const { category, literal, pattern, mixed } of this.#rules[this.#slots[first * 128 + second] ?? 0] ?? []) {
      if ((inside && literal.length < distinctive) || !text.startsWith(literal, start)) continue;
      const body = start + literal.length;
      pattern.lastIndex = body;
      if (pattern.test(text) && isRandom(text.slice(body, Math.min(pattern.lastIndex, body + longestWeighed)), category, mixed)) return { category, end: pattern.lastIndex };
    }
    return undefined;
  }
}

function isRandom(body: string, category: string, mixed: boolean): boolean {
  if (entropy(body) < leastEntropy) return false;
  if (mixed && !(/[0-9]/.test(body) && /[A-Za-z]/.test(body))) return false;
  // The published sample key ends in EXAMPLE and has the exact format: hiding it costs nothing, missing a real one does.
  return category === 'aws_access_key' || !standIn.test(body);
}
