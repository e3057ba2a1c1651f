import { RedactError } from '../errors.js';
import { longestToken } from './token.js';
import type { Vault } from './vault.js';

/** A text with the values back in it. */
export interface Revealed {
  readonly text: string;
  readonly count: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Which categories may be put back; all of them when it is not given. */
export type MayReveal = (category: string) => boolean;

const noCounts: Readonly<Record<string, number>> = Object.freeze({});

/** Puts the values back for the tokens of a text, in one pass. Tokens it does not know or may not reveal stay. */
export function reveal(text: string, vault: Pick<Vault, 'valueOf'>, allowed?: MayReveal): Revealed {
  if (typeof text !== 'string') throw new RedactError('INPUT', `only text can be revealed, got ${typeof text}`);
  const counts = new Map<string, number>();
  const revealed = new Revealer(vault, allowed, counts).text(text);
  if (counts.size === 0) return { text, count: 0, counts: noCounts };
  return { text: revealed, count: sumOf(counts), counts: Object.fromEntries(counts) };
}

export function sumOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** Puts values back into one text after another and counts them. */
export class Revealer {
  readonly #vault: Pick<Vault, 'valueOf'>;
  readonly #allowed: MayReveal | undefined;
  readonly #counts: Map<string, number>;

  constructor(vault: Pick<Vault, 'valueOf'>, allowed: MayReveal | undefined, counts: Map<string, number>) {
    this.#vault = vault;
    this.#allowed = allowed;
    this.#counts = counts;
  }

  /** What was put back is not looked at again: a value may hold what looks like a token. */
  text(text: string): string {
    let start = text.indexOf('⟦');
    if (start < 0) return text;
    let out = '';
    let from = 0;
    while (start >= 0) {
      const end = endOf(text, start);
      const value = end > 0 ? this.#valueOf(text.slice(start, end)) : undefined;
      if (value !== undefined) {
        out += text.slice(from, start) + value;
        from = end;
      }
      start = text.indexOf('⟦', value === undefined ? start + 1 : end);
    }
    return from === 0 ? text : out + text.slice(from);
  }

  #valueOf(token: string): string | undefined {
    const entry = this.#vault.valueOf(token);
    if (entry === undefined) return undefined;
    // A vault is somebody's code, and what it answers is handed to a tool.
    if (typeof entry.category !== 'string' || typeof entry.value !== 'string') throw new RedactError('VAULT', 'the vault answered no { category, value } of text for a token');
    if (!(this.#allowed?.(entry.category) ?? true)) return undefined;
    this.#counts.set(entry.category, (this.#counts.get(entry.category) ?? 0) + 1);
    return entry.value;
  }
}

/** Where the token that may begin here ends; it stops at the next beginning, so no sign is read twice. */
function endOf(text: string, start: number): number {
  const limit = Math.min(text.length, start + longestToken);
  for (let at = start + 1; at < limit; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === 0x27e7) return at + 1;
    if (unit === 0x27e6) return -1;
  }
  return -1;
}
