import { canonicalCategory, maskOf, placeholderOf } from './categories.js';
import type { Detector } from './custom/detector.js';
import { RedactError } from './errors.js';
import type { Finding } from './finding.js';
import { OwnTokens } from './own-token.js';
import { quietCause } from './quiet-cause.js';
import { Pseudonymizer, unkeyedHash } from './pseudonym.js';
import { checkStrategy, type RedactionSpec, type Strategy } from './redaction-spec.js';
import { isToken } from './vault/token.js';
import type { Vault } from './vault/vault.js';

/** What is written in place of a finding, by the strategy of its category. */
export class Replacer {
  readonly #usual: Strategy;
  readonly #byCategory: ReadonlyMap<string, Strategy>;
  readonly #placeholders = new Map<string, string>();
  readonly #masks = new Map<string, string>();
  readonly #pseudonyms: Pseudonymizer | undefined;
  readonly #vault: Vault | undefined;
  /** Categories of one's own. */
  readonly #own: readonly string[];
  /** Whether everything is replaced by what no rule takes for a part of a value: by placeholders and masks. */
  readonly isPlain: boolean;

  constructor(spec: RedactionSpec, own: readonly Detector[]) {
    this.#own = own.map(({ category }) => category);
    this.#usual = checkStrategy(spec.strategy ?? 'placeholder');
    this.#byCategory = new Map(Object.entries(spec.strategies ?? {}).map(([category, strategy]) => [canonicalCategory(category), checkStrategy(strategy)]));
    const used = new Set([this.#usual, ...this.#byCategory.values()]);
    this.isPlain = [...used].every((strategy) => strategy === 'placeholder' || strategy === 'mask');
    this.#pseudonyms = used.has('hash') ? new Pseudonymizer(spec.hashKey) : undefined;
    this.#vault = spec.vault;
    if (used.has('tokenize') && this.#vault === undefined) {
      throw new RedactError('OPTIONS', 'the tokenize strategy keeps values in a vault: give one, for example vault: new MemoryVault()');
    }
    for (const { category, placeholder, mask } of own) {
      if (placeholder !== undefined) this.#placeholders.set(category, placeholder);
      if (mask !== undefined) this.#masks.set(category, mask);
    }
  }

  /** Placeholders and masks of patterns of one's own. */
  get ownTokens(): OwnTokens {
    const literal = [...this.#placeholders.values(), ...this.#masks.values()].filter((token) => token !== '');
    return new OwnTokens(this.#own, literal);
  }

  /** @param last that nothing may be taken out without a trace any more */
  replacementOf(finding: Finding, text: string, last = false): string {
    const { category } = finding;
    switch (this.#byCategory.get(category) ?? this.#usual) {
      case 'placeholder':
        return this.#placeholder(category);
      case 'mask':
        return this.#masks.get(category) ?? maskOf(category, finding.kind, text.slice(finding.start, finding.end));
      case 'hash':
        return this.#pseudonyms?.tokenOf(category, text.slice(finding.start, finding.end)) ?? this.#placeholder(category);
      case 'sha256':
        return unkeyedHash(text.slice(finding.start, finding.end));
      case 'tokenize':
        return this.#token(category, text.slice(finding.start, finding.end));
      case 'remove':
        return last ? this.#placeholder(category) : '';
    }
  }

  #placeholder(category: string): string {
    return this.#placeholders.get(category) ?? placeholderOf(category);
  }

  #token(category: string, value: string): string {
    let token: unknown;
    try {
      token = this.#vault?.tokenFor(category, value);
    } catch (error) {
      if (error instanceof RedactError) throw error;
      throw new RedactError('VAULT', `the vault could not keep a value of category ${category}; see the cause`, { cause: quietCause(error) });
    }
    // A vault is somebody's code: what it answers stands where the value stood.
    if (typeof token === 'string' && isToken(token)) return token;
    throw new RedactError('VAULT', `the vault answered no token for a value of category ${category}: expected text such as ⟦EMAIL_1⟧`);
  }
}
