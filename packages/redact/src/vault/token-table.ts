import { RedactError } from '../errors.js';
import { RandomSuffix } from './random-suffix.js';
import { isToken, labelOf, tokenOf } from './token.js';

export interface VaultOptions {
  /** Values kept; one more is refused with `BUDGET`, none is ever forgotten; 100 000 by default. */
  readonly maxEntries?: number | undefined;
  /** Adds a part nobody can guess, `⟦EMAIL_1·k3x9q2⟧`, so that other entries cannot be reached by counting. */
  readonly suffix?: boolean | undefined;
}

export interface VaultEntry {
  readonly category: string;
  readonly value: string;
}

/** What tokens stand for, both ways, in memory. */
export class TokenTable {
  readonly #maxEntries: number;
  readonly #suffix: RandomSuffix | undefined;
  readonly #tokens = new Map<string, Map<string, string>>();
  readonly #entries = new Map<string, VaultEntry>();
  readonly #turns = new Map<string, number>();

  constructor({ maxEntries = 100_000, suffix = false }: VaultOptions) {
    if (typeof maxEntries !== 'number' || !(maxEntries >= 0)) throw new RedactError('OPTIONS', 'maxEntries must be a number of at least 0');
    if (typeof suffix !== 'boolean') throw new RedactError('OPTIONS', 'suffix must be true or false');
    this.#maxEntries = maxEntries;
    this.#suffix = suffix ? new RandomSuffix() : undefined;
  }

  get size(): number {
    return this.#entries.size;
  }

  entryOf(token: string): VaultEntry | undefined {
    return this.#entries.get(token);
  }

  /** The token a value has; a value that is a token stands for itself. */
  known(category: string, value: string): string | undefined {
    if (typeof category !== 'string' || typeof value !== 'string') throw new RedactError('INPUT', 'a vault keeps a text under the name of a category');
    return this.#tokens.get(category)?.get(value) ?? (isToken(value) ? value : undefined);
  }

  /** A token for a new value; nothing is kept before `add`. */
  next(category: string): string {
    if (this.#entries.size >= this.#maxEntries) {
      throw new RedactError('BUDGET', `the vault is full with ${this.#entries.size} entries: raise maxEntries or begin a new vault`);
    }
    const label = labelOf(category);
    return tokenOf(label, (this.#turns.get(label) ?? 0) + 1, this.#suffix?.next() ?? '');
  }

  add(token: string, category: string, value: string): void {
    const underscore = token.lastIndexOf('_');
    const label = token.slice(1, underscore);
    const turn = Number.parseInt(token.slice(underscore + 1), 10);
    if (turn > (this.#turns.get(label) ?? 0)) this.#turns.set(label, turn);
    this.#entries.set(token, { category, value });
    let tokens = this.#tokens.get(category);
    if (tokens === undefined) this.#tokens.set(category, (tokens = new Map<string, string>()));
    tokens.set(value, token);
  }

  /** Counters go on, so that an old token never comes to stand for a new value. */
  clear(): void {
    this.#tokens.clear();
    this.#entries.clear();
  }
}
