import { GlobIndex } from './glob-index.js';
import { isAscii, skeletons } from './skeleton.js';

/** An entry of a tool list that a name met. */
export interface ToolMatch {
  readonly index: number;
  readonly pattern: string;
  /** True when the name only looks like the entry. */
  readonly lookAlike: boolean;
}

interface Entry {
  readonly index: number;
  readonly pattern: string;
}

/** A list of canonical names and globs, compiled: both are looked up, none is tried one by one. */
export class ToolList {
  readonly size: number;
  readonly #names = new Map<string, Entry>();
  readonly #globs = new GlobIndex<Entry>();
  readonly #lookAlikes: ToolList | undefined;

  constructor(patterns: readonly string[], options: { readonly lookAlikes?: boolean } = {}) {
    this.size = patterns.length;
    patterns.forEach((pattern, index) => {
      this.#add(pattern, { index, pattern });
    });
    if (options.lookAlikes !== true) return;
    // Skeletons of a pattern are taken of the whole: `*` stands for itself in every one of them.
    const lookAlikes = new ToolList([]);
    patterns.forEach((pattern, index) => {
      for (const skeleton of skeletons(pattern)) lookAlikes.#add(skeleton, { index, pattern });
    });
    this.#lookAlikes = lookAlikes;
  }

  /** Every entry that the canonical name meets, in the order of the list. */
  matches(name: string): readonly ToolMatch[] {
    const found = new Map<number, ToolMatch>();
    for (const entry of this.#entries(name)) found.set(entry.index, { ...entry, lookAlike: false });
    if (this.#lookAlikes !== undefined) {
      const lookAlikes = this.#lookAlikes;
      for (const entry of skeletons(name).flatMap((skeleton) => lookAlikes.#entries(skeleton))) {
        // `tool_1` and `tool_l` are two names that an author tells apart; a disguise needs a foreign letter.
        if (found.has(entry.index) || (isAscii(name) && isAscii(entry.pattern))) continue;
        found.set(entry.index, { ...entry, lookAlike: true });
      }
    }
    return [...found.values()].sort((a, b) => a.index - b.index);
  }

  #add(pattern: string, entry: Entry): void {
    if (this.#names.has(pattern) || this.#globs.has(pattern)) return;
    if (pattern.includes('*')) this.#globs.add(pattern, entry);
    else this.#names.set(pattern, entry);
  }

  #entries(name: string): Entry[] {
    const exact = this.#names.get(name);
    return [...(exact === undefined ? [] : [exact]), ...this.#globs.matching(name)];
  }
}
