import { isDigit, isLetter } from '../char-class.js';
import { keywordRules } from './rules/keyword-rules.js';

interface CompiledKeyword {
  readonly category: string;
  readonly word: string;
  readonly pattern: RegExp;
}

export interface KeywordMatch {
  readonly category: string;
  /** Where the value ends. */
  readonly end: number;
  /** Where the word ends in the name. */
  readonly wordEnd: number;
}

/** A word of some issuer may stand in the name. */
export const ISSUER = 1;
/** One of the words that make a name the name of a secret may. */
export const HINT = 2;
const hints = ['secret', 'token', 'key', 'pass', 'cred', 'bearer', 'auth'];

/** Shorter words are parts of others (`box`, `line`): they count at the start of a word only. */
const distinctive = 6;

/** Issuers under the first three letters of their name: one look per letter of the name before a value. */
export class KeywordIndex {
  readonly #slots = new Uint16Array(1 << 15);
  readonly #hints = new Uint8Array(1 << 15);
  readonly #rules: CompiledKeyword[][] = [[]];

  constructor(categories: ReadonlySet<string>) {
    for (const hint of hints) this.#hints[hashAt(hint, 0)] = HINT;
    for (const { category, words, shapes } of keywordRules) {
      if (!categories.has(category)) continue;
      const pattern = new RegExp(`(?:${shapes.join('|')})(?![A-Za-z0-9_+/=-])`, 'y');
      for (const word of words) {
        const key = hashAt(word, 0);
        let slot = this.#slots[key] ?? 0;
        if (slot === 0) {
          slot = this.#rules.push([]) - 1;
          this.#slots[key] = slot;
        }
        this.#rules[slot]?.push({ category, word, pattern });
        this.#hints[key] = (this.#hints[key] ?? 0) | ISSUER;
      }
    }
  }

  /** What a name may hold: one look at each of its letters, before anything is cut out or compared. */
  look(text: string, nameStart: number, nameEnd: number): number {
    let seen = 0;
    for (let at = nameStart; at + 3 <= nameEnd; at += 1) seen |= this.#hints[hashAt(text, at)] ?? 0;
    return seen;
  }

  /** The issuer whose word stands in [nameStart, nameEnd), and whose shape the value at `start` has. */
  match(text: string, nameStart: number, nameEnd: number, start: number): KeywordMatch | undefined {
    let name: string | undefined;
    for (let offset = 0; nameStart + offset + 3 <= nameEnd; offset += 1) {
      const slot = this.#slots[hashAt(text, nameStart + offset)] ?? 0;
      if (slot === 0) continue;
      name ??= text.slice(nameStart, nameEnd).toLowerCase();
      const at = offset;
      for (const { category, word, pattern } of this.#rules[slot] ?? []) {
        if (!name.startsWith(word, at) || (word.length < distinctive && !isWhole(name, at, at + word.length))) continue;
        pattern.lastIndex = start;
        if (pattern.test(text)) return { category, end: pattern.lastIndex, wordEnd: at + word.length };
      }
    }
    return undefined;
  }
}

const afterWord = /(?:api|app|key|token|secret|auth|access|client|oauth|bot|user|pass|id|org|io)/y;

/** A short word stands alone, or before what names a secret: `wandbkey`, `sumo_id`, but not `inline`. */
function isWhole(name: string, start: number, end: number): boolean {
  if (start > 0 && isLetter(name.charCodeAt(start - 1))) return false;
  if (end >= name.length || !isLetter(name.charCodeAt(end))) return true;
  afterWord.lastIndex = end;
  return afterWord.test(name);
}

/** Five bits of each of three characters, the same for both cases. */
function hashAt(name: string, at: number): number {
  return ((name.charCodeAt(at) & 31) << 10) | ((name.charCodeAt(at + 1) & 31) << 5) | (name.charCodeAt(at + 2) & 31);
}

/** A digit in [start, end): what random values hold and words do not. */
export function holdsDigit(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i += 1) if (isDigit(text.charCodeAt(i))) return true;
  return false;
}
