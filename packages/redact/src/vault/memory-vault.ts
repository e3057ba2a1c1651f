import { TokenTable, type VaultEntry, type VaultOptions } from './token-table.js';
import type { Vault } from './vault.js';

/** Keeps values for as long as the process lives, or until `clear`. Values are compared exactly. */
export class MemoryVault implements Vault {
  readonly #table: TokenTable;

  constructor(options: VaultOptions = {}) {
    this.#table = new TokenTable(options);
  }

  get size(): number {
    return this.#table.size;
  }

  tokenFor(category: string, value: string): string {
    const known = this.#table.known(category, value);
    if (known !== undefined) return known;
    const token = this.#table.next(category);
    this.#table.add(token, category, value);
    return token;
  }

  valueOf(token: string): VaultEntry | undefined {
    return this.#table.entryOf(token);
  }

  /** Forgets every value; their tokens are never given out again. */
  clear(): void {
    this.#table.clear();
  }
}
