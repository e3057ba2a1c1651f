import { entropy } from './entropy.js';
import { word, type TokenRule } from './rules/token-rule.js';
import { tokenRules } from './rules/token-rules.js';

interface CompiledRule {
  readonly category: string;
  readonly literal: string;
  /** What the token begins with, and as much of it as is weighed; the whole is walked only once that looks random. */
  readonly gate: RegExp | undefined;
  readonly pattern: RegExp;
  /** Nothing follows what the gate reads. */
  readonly single: boolean;
  readonly mixed: boolean;
  /** Whether it is tried behind a `-` or `_` inside a run. */
  readonly inside: boolean;
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
/** A token of units that also join runs (`/`, `+`, `.`) may be met in each of its runs. */
const longestJoined = 4096;
const reachesBeyondRun = /[+/.%=]/;
const standIn = /x{4}|X{4}|0{12}|\*{4}|[Ee]xample|EXAMPLE|[Yy]our[-_]?|YOUR|[Pp]laceholder|[Rr]edacted|REDACTED|(?:my|fake|dummy|sample|test)[-_](?:api|key|token|secret)|1234567890123456789/;

/** Token rules under the two characters they start with, so that a run costs one look and few patterns. */
export class TokenIndex {
  /** Slot of each pair of ASCII characters; 0 is empty. */
  readonly #slots = new Uint8Array(128 * 128);
  readonly #rules: CompiledRule[][] = [[]];

  constructor(categories: ReadonlySet<string>) {
    for (const rule of tokenRules) {
      if (!categories.has(rule.category)) continue;
      const { literal } = rule;
      const key = literal.charCodeAt(0) * 128 + literal.charCodeAt(1);
      let slot = this.#slots[key] ?? 0;
      if (slot === 0) {
        slot = this.#rules.push([]) - 1;
        this.#slots[key] = slot;
      }
      this.#rules[slot]?.push(compile(rule));
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
    for (const rule of this.#rules[this.#slots[first * 128 + second] ?? 0] ?? []) {
      if ((inside && !rule.inside) || !text.startsWith(rule.literal, start)) continue;
      const body = start + rule.literal.length;
      // `ghp_ghp_…`: the second is tried on its own.
      if (text.startsWith(rule.literal, body)) continue;
      const { gate, pattern } = rule;
      if (gate !== undefined) {
        if (!passes(text, body, gate, rule)) continue;
        // It ended before the gate did.
        if (rule.single && gate.lastIndex < body + longestWeighed) return { category: rule.category, end: gate.lastIndex };
      }
      pattern.lastIndex = body;
      if (pattern.test(text) && (gate !== undefined || isRandom(text, body, pattern.lastIndex, rule))) return { category: rule.category, end: pattern.lastIndex };
    }
    return undefined;
  }
}

const openEnded = /^(\[[^\]]+\])\{(\d+),\}(.*)$/;
const optionalTail = /^$|^={0,2}$|\{0,\d\}$|\)\?$/;

function compile({ category, literal, rest, mixed }: TokenRule): CompiledRule {
  const [, set, least = '0', tail = ''] = openEnded.exec(rest) ?? [];
  const gate = set === undefined ? undefined : new RegExp(`${set}{${least},${String(Math.max(Number(least), longestWeighed))}}`, 'y');
  // Read from each of the places in a run where it may begin, the first part of such a token would be walked again and again.
  const walksRun = set === word && !optionalTail.test(tail);
  return { category, literal, gate, pattern: wholePattern(rest, set, least, tail), single: set !== undefined && tail === '', mixed, inside: literal.length >= distinctive && !walksRun };
}

function wholePattern(rest: string, set: string | undefined, least: string, tail: string): RegExp {
  if (set !== undefined && reachesBeyondRun.test(set)) return new RegExp(`${set}{${least},${String(longestJoined)}}${tail}`, 'y');
  return new RegExp(rest.endsWith(',}') || rest.endsWith('={0,2}') ? rest : `${rest}(?![A-Za-z0-9_])`, 'y');
}

function passes(text: string, body: number, gate: RegExp, rule: CompiledRule): boolean {
  gate.lastIndex = body;
  return gate.test(text) && isRandom(text, body, gate.lastIndex, rule);
}

function isRandom(text: string, start: number, end: number, { category, mixed }: CompiledRule): boolean {
  const body = text.slice(start, Math.min(end, start + longestWeighed));
  if (entropy(body) < leastEntropy) return false;
  if (mixed && !(/[0-9]/.test(body) && /[A-Za-z]/.test(body))) return false;
  // The published sample key ends in EXAMPLE and has the exact format: hiding it costs nothing, missing a real one does.
  return category === 'aws_access_key' || !standIn.test(body);
}
