import { placeholderOf, recognisedCategories } from './categories.js';
import { piiCategories } from './pii/pii-categories.js';
import { secretCategories } from './secrets/secret-categories.js';
import { labelOf } from './vault/token.js';

/** What the strategies may have written. Only names of categories count: `<AKIA…>` is a key in brackets. */
const written = /<([A-Z][A-Z0-9_]{0,63})>|\[(HMAC|SHA256):([0-9a-f]{16})\]|⟦([A-Z][A-Z0-9_]{0,40})_[1-9][0-9]{0,6}(?:·[a-z0-9]{6})?⟧|\*{3,}(?:[-./:@ ]\*{1,64}){0,16}/g;
/** No replacement of ours is longer. */
const reach = 80;

let standard: { readonly placeholders: ReadonlySet<string>; readonly labels: ReadonlySet<string> } | undefined;

function known(): NonNullable<typeof standard> {
  if (standard !== undefined) return standard;
  const categories: readonly string[] = [...piiCategories, ...recognisedCategories, ...secretCategories];
  standard = { placeholders: new Set(categories.map(placeholderOf)), labels: new Set(categories.map(labelOf)) };
  return standard;
}

/** Recognises what a redactor has written, so that nothing hidden is found again. */
export class OwnTokens {
  readonly #placeholders: ReadonlySet<string>;
  readonly #labels: ReadonlySet<string>;
  readonly #literal: readonly string[];

  /** @param categories of one's own, and what is written in place of their values where that is not usual */
  constructor(categories: readonly string[], literal: readonly string[]) {
    this.#placeholders = new Set(categories.map(placeholderOf));
    this.#labels = new Set(categories.map(labelOf));
    this.#literal = literal;
  }

  /** Whether [start, end) of the text holds nothing but one replacement, or a part of one. */
  cover(text: string, start: number, end: number): boolean {
    if (!mayBegin(text, start) && this.#literal.length === 0) return false;
    const from = Math.max(0, start - reach);
    const around = text.slice(from, Math.min(text.length, end + reach));
    for (const match of around.matchAll(written)) {
      if (holds(from + match.index, match[0].length, start, end) && this.#isOurs(match)) return true;
    }
    return this.#literal.some((token) => {
      for (let at = around.indexOf(token); at >= 0; at = around.indexOf(token, at + 1)) if (holds(from + at, token.length, start, end)) return true;
      return false;
    });
  }

  #isOurs([all, name, hash, digest = '', label]: RegExpMatchArray): boolean {
    if (name !== undefined) return known().placeholders.has(all) || this.#placeholders.has(all);
    // Sixteen digits in these brackets are a card that hides there: we write none.
    if (hash === 'HMAC') return /[a-f]/.test(digest);
    return label === undefined || known().labels.has(label) || this.#labels.has(label);
  }
}

function holds(at: number, length: number, start: number, end: number): boolean {
  return at <= start && at + length >= end;
}

/** Replacements begin with `<`, `[`, `⟦` or `*`; white space is only in masks, which begin with three stars. */
function mayBegin(text: string, start: number): boolean {
  for (let i = start; i >= 0 && i > start - reach; i -= 1) {
    const c = text.charCodeAt(i);
    if (c === 0x3c || c === 0x5b || c === 0x27e6 || c === 0x2a) return true;
    if (c <= 0x20) return false;
  }
  return false;
}
