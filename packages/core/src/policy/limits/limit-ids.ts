import { hash } from 'node:crypto';

/** What tells an unnamed limit from the others of its list. */
export interface LimitContent {
  readonly name?: string | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly by?: readonly string[] | undefined;
}

const longest = 100;

/**
 * The ids of one list of limits. An unnamed limit is known by what it says, but for its number of calls or dollars: where
 * a reloaded policy has another limit in front of it, it keeps its counters.
 */
export class LimitIds {
  readonly #list: string;
  readonly #seen = new Map<string, number>();

  constructor(list: string) {
    this.#list = list;
  }

  /** @param over over which time the limit counts, and how */
  of({ name, tools, by = [] }: LimitContent, over?: string): string {
    if (name !== undefined) return `${this.#list}.${name}`;
    const text = [tools?.toSorted().join(', ') ?? '*', ...(by.length === 0 ? [] : [`by ${by.join(', ')}`]), ...(over === undefined ? [] : [over])].join('; ');
    const shown = text.length <= longest ? text : `#${hash('sha256', text, 'base64url').slice(0, 16)}`;
    const before = this.#seen.get(shown) ?? 0;
    this.#seen.set(shown, before + 1);
    // Those that say the same differ in their numbers only, and count by themselves all the same.
    return `${this.#list}[${before === 0 ? shown : `${shown}; ${String(before + 1)}`}]`;
  }
}
