import * as words from './words.js';

/** What a word hints at; a word may hint at several things. */
export const STOP = 1;
export const BOOL = 2;
export const SQL = 4;
export const SHELL = 8;
export const PATH = 16;
export const CODE = 32;

const size = 4096;

/** Hints by the hash of a word in lower case: a word that is not listed has none. */
class WordTable {
  readonly #hashes = new Int32Array(size);
  readonly #hints = new Uint8Array(size);

  add(list: string, hint: number): void {
    for (const word of list.split(' ')) this.#put(hashOf(word), hint);
  }

  hint(hash: number): number {
    for (let at = hash & (size - 1); ; at = (at + 1) & (size - 1)) {
      const known = this.#hashes[at];
      if (known === hash) return this.#hints[at] ?? 0;
      if (known === 0) return 0;
    }
  }

  #put(hash: number, hint: number): void {
    let at = hash & (size - 1);
    while (this.#hashes[at] !== 0 && this.#hashes[at] !== hash) at = (at + 1) & (size - 1);
    this.#hashes[at] = hash;
    this.#hints[at] = (this.#hints[at] ?? 0) | hint;
  }
}

/** One more letter of a word, its case bit set; 0 is the empty word. */
export function hashed(hash: number, letter: number): number {
  return (Math.imul(hash, 31) + letter + 1) | 0;
}

function hashOf(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i += 1) hash = hashed(hash, word.charCodeAt(i) | 32);
  return hash;
}

function build(): WordTable {
  const table = new WordTable();
  table.add(words.stopWords, STOP);
  table.add(words.booleans, BOOL);
  table.add(words.sqlWords, SQL);
  table.add(words.shellWords, SHELL);
  table.add(words.pathWords, PATH);
  table.add(words.codeWords, CODE);
  return table;
}

export const wordTable = build();
