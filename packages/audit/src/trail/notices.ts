import type { Chain, SealedEntry } from './chain.js';

/** Tells of entries as soon as they are known to be in the chain. */
export class Notices {
  readonly #chain: Chain;
  readonly #told: (entry: SealedEntry) => void;
  readonly #waiting: SealedEntry[] = [];

  constructor(chain: Chain, told: (entry: SealedEntry) => void) {
    this.#chain = chain;
    this.#told = told;
  }

  add(entries: readonly SealedEntry[]): void {
    this.#waiting.push(...entries);
  }

  /** Tells of what has come into the chain; what has not was never written. A stop can make it tell twice, not never. */
  tell(): void {
    for (let entry = this.#waiting[0]; entry !== undefined; entry = this.#waiting[0]) {
      if (entry.sequence <= this.#chain.sequence) this.#told(entry);
      this.#waiting.shift();
    }
  }

  /** Tells of an entry that reached the disk otherwise than by an append. */
  pass(entry: SealedEntry): void {
    this.#told(entry);
  }
}
