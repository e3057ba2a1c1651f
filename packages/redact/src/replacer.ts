import { maskOf, placeholderOf } from './categories.js';
import type { Detector } from './custom/detector.js';
import { RedactError } from './errors.js';
import type { Finding } from './finding.js';
import { Pseudonymizer, unkeyedHash } from './pseudonym.js';
import { checkStrategy, type RedactionSpec, type Strategy } from './redaction-spec.js';
import type { Vault } from './vault/vault.js';

/** What is written in place of a finding, by the strategy of its category. */
export class Replacer {
  readonly #usual: Strategy;
  readonly #byCategory: ReadonlyMap<string, Strategy>;
  readonly #placeholders = new Map<string, string>();
  readonly #masks = new Map<string, string>();
  readonly #pseudonyms: Pseudonymizer | undefined;
  readonly #vault: Vault | undefined;
  /** Whether something can be taken out without a trace, and what is left can join into something new. */
  readonly removes: boolean;

  constructor(spec: RedactionSpec, own: readonly Detector[]) {
    this.#usual = checkStrategy(spec.strategy ?? 'placeholder');
    this.#byCategory = new Map(Object.entries(spec.strategies ?? {}).map(([category, strategy]) => [category, checkStrategy(strategy)]));
    const used = new Set([this.#usual, ...this.#byCategory.values()]);
    this.removes = used.has('remove');
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
  get ownTokens(): readonly string[] {
    return [...this.#placeholders.values(), ...this.#masks.values()].filter((token) => token !== '');
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
    try {
      return this.#vault?.tokenFor(category, value) ?? this.#placeholder(category);
    } catch (error) {
      if (error instanceof RedactError) throw error;
      throw new RedactError('VAULT', `the vault could not keep a value of category ${category}`, { cause: error });
    }
  }
}
