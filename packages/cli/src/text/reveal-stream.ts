import { reveal, type MayReveal, type Vault } from '@enforcecore/redact';
import type { TextStream } from './text-stream.js';

/** No token is longer; what a piece ends with can be the beginning of one. */
const longestToken = 80;

/** Turns tokens back as they arrive, also those that are cut between two pieces. */
export class RevealStream implements TextStream {
  readonly #vault: Pick<Vault, 'valueOf'>;
  readonly #may: MayReveal | undefined;
  readonly #counts = new Map<string, number>();
  #held = '';

  constructor(vault: Pick<Vault, 'valueOf'>, may?: MayReveal) {
    this.#vault = vault;
    this.#may = may;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  push(piece: string): string {
    const text = this.#held + piece;
    const open = text.lastIndexOf('⟦');
    const isOpen = open >= 0 && text.length - open < longestToken && !/[⟧\n]/.test(text.slice(open));
    const end = isOpen ? open : text.length;
    this.#held = text.slice(end);
    return this.#reveal(text.slice(0, end));
  }

  flush(): string {
    const rest = this.#held;
    this.#held = '';
    return this.#reveal(rest);
  }

  #reveal(text: string): string {
    const revealed = reveal(text, this.#vault, this.#may);
    for (const [category, count] of Object.entries(revealed.counts)) this.#counts.set(category, (this.#counts.get(category) ?? 0) + count);
    return revealed.text;
  }
}
