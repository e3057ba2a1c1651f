import type { LexiconFacts, WordFacts } from './lexicon-facts.js';
import { nameSuffixes, particles } from './names/cues.js';
import { wordsOf, type Word } from './words.js';

const joining = /^[ \u00a0]{1,2}$/;
/** A gap longer than this joins and labels nothing. */
const longestGap = 12;

/** A line cut into words, with what lies between them. */
export class Line {
  readonly text: string;
  readonly words: readonly Word[];
  readonly #facts: LexiconFacts;

  constructor(text: string, facts: LexiconFacts) {
    this.text = text;
    this.words = wordsOf(text);
    this.#facts = facts;
  }

  facts(word: Word): WordFacts {
    return this.#facts.of(word);
  }

  /** What stands between two neighbouring words, cut where it is too long to matter. */
  gap(before: Word, after: Word): string {
    return this.text.slice(before.end, Math.min(after.start, before.end + longestGap + 1));
  }

  /** Whether the words belong to one phrase: a space between them, or the dot of an initial. */
  joins(before: Word, after: Word): boolean {
    const gap = this.gap(before, after);
    if (joining.test(gap)) return true;
    if (gap === '. ' && before.text === 'St') return true;
    return before.shape === 'initial' && (gap === '. ' || (gap === '.' && after.shape !== 'lower'));
  }

  /** Whether the words together are a place or an organisation of the lists: `São Paulo`. */
  isKnownPhrase(words: readonly Word[]): boolean {
    if (words.length < 2) return false;
    const phrase = words.map((word) => word.key).join(' ');
    return this.#facts.isPlace(phrase) || this.#facts.isOrganization(phrase);
  }

  isCapital(word: Word): boolean {
    return word.shape === 'capital' || word.shape === 'upper' || word.shape === 'initial';
  }

  /** End of the sequence of capitalised words that starts at `from`, with particles inside it. */
  runEnd(from: number, most: number): number {
    const { words } = this;
    let end = from + 1;
    for (let at = from + 1; at < words.length && at - from < most; at += 1) {
      const [before, word] = [words[at - 1], words[at]];
      if (before === undefined || word === undefined || !this.joins(before, word)) break;
      if (this.isCapital(word)) end = at + 1;
      else if (word.shape !== 'lower' || !particles.has(word.key) || at - end >= 3) break;
    }
    return end;
  }

  /** End of what belongs to a name after its last word: `, Jr.`, ` III`. */
  suffixEnd(last: Word, next: Word | undefined): number {
    if (next === undefined || !nameSuffixes.has(next.key) || next.shape === 'lower') return last.end;
    const gap = this.gap(last, next);
    if (gap !== ' ' && gap !== ', ') return last.end;
    return this.text.charAt(next.end) === '.' && next.key.length === 2 ? next.end + 1 : next.end;
  }
}
