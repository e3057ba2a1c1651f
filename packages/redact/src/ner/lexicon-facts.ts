import { ambiguousNames, commonWords, endsLikeCommonWord } from './names/common-words.js';
import { firstNames } from './names/first-names.js';
import { lastNames, looksLikeLastName } from './names/last-names.js';
import type { Lexicon } from './peer.js';
import type { Word } from './words.js';

/** What the lists say about one word. */
export interface WordFacts {
  readonly first: boolean;
  readonly last: boolean;
  /** A name that is an everyday word as well. */
  readonly ambiguous: boolean;
  /** Opens titles, buttons and sentences. */
  readonly common: boolean;
  /** Some word of the language, or built like one. */
  readonly everyday: boolean;
  readonly place: boolean;
  readonly organization: boolean;
  /** Ends or begins as family names do, or wears accents. */
  readonly nameLike: boolean;
}

const firstTags: ReadonlySet<string> = new Set(['MaleName', 'FemaleName', 'FirstName']);
const placeTags: ReadonlySet<string> = new Set(['City', 'Country', 'Place', 'Region']);
const organizationTags: ReadonlySet<string> = new Set(['Organization', 'SportsTeam']);
const nameTags: ReadonlySet<string> = new Set([...firstTags, ...placeTags, ...organizationTags, 'LastName', 'Person', 'ProperNoun']);
/** Companies and institutions that are called like a person. */
const companies: ReadonlySet<string> = new Set(['morgan stanley', 'louis vuitton', 'wells fargo', 'calvin klein', 'ralph lauren', 'tommy hilfiger', 'mary kay', 'john deere', 'eli lilly', 'charles schwab', 'johns hopkins', 'baker mckenzie', 'harley davidson', 'aston martin', 'alfa romeo', 'jack daniels', 'jp morgan', 'thomson reuters', 'warner bros', 'philip morris', 'barnes noble', 'hugo boss', 'kate spade', 'michael kors', 'yves rocher', 'estee lauder']);
/** Endings that lead from a form of a word to the word. */
const stems = [/s$/, /es$/, /ies$/, /d$/, /ed$/, /er$/, /ers$/, /r$/, /ly$/, /ing$/, /ers?$/] as const;

/** Asks the lists about words, each word once per line. */
export class LexiconFacts {
  readonly #lexicon: Lexicon;
  readonly #known = new Map<string, WordFacts>();

  constructor(lexicon: Lexicon) {
    this.#lexicon = lexicon;
  }

  of(word: Word): WordFacts {
    const known = this.#known.get(word.key);
    if (known !== undefined) return known;
    const facts = this.#factsOf(word.key, /[^ -~’]/.test(word.text));
    if (this.#known.size >= 4096) this.#known.clear();
    this.#known.set(word.key, facts);
    return facts;
  }

  /** The tags of several words together, such as `new york`. */
  isPlace(phrase: string): boolean {
    return this.#has(phrase, placeTags);
  }

  isOrganization(phrase: string): boolean {
    return companies.has(phrase) || this.#has(phrase, organizationTags);
  }

  #has(phrase: string, wanted: ReadonlySet<string>): boolean {
    // `St`, `Ave` and `Inc` are parts of names.
    const tags = this.#lexicon.get(phrase);
    return tags !== undefined && !tags.includes('Abbreviation') && tags.some((tag) => wanted.has(tag));
  }

  #factsOf(key: string, accented: boolean): WordFacts {
    const parts = key.includes('-') ? key.split('-') : [];
    const [head] = parts;
    const first = this.#isFirst(key) || (head !== undefined && this.#isFirst(head));
    const last = this.#isLast(key) || (parts.length > 1 && parts.some((part) => this.#isLast(part)));
    const listed = commonWords.has(key) || (head !== undefined && head.length > 3 && !first && commonWords.has(head));
    const everyday = listed || this.#isEveryday(key) || (parts.length > 1 && (parts[parts.length - 1] ?? '').length > 4 && this.#isEveryday(parts[parts.length - 1] ?? ''));
    const named = first || last;
    return {
      first,
      last,
      ambiguous: named && (ambiguousNames.has(key) || listed || this.#isWordToo(key)),
      common: listed && !(named && ambiguousNames.has(key)),
      everyday: everyday && !named,
      place: this.isPlace(key),
      organization: this.isOrganization(key),
      nameLike: !everyday && (accented || looksLikeLastName(key)),
    };
  }

  #isFirst(key: string): boolean {
    return firstNames.has(key) || this.#has(key, firstTags);
  }

  #isLast(key: string): boolean {
    return lastNames.has(key) || this.#lexicon.get(key)?.[0] === 'LastName';
  }

  #isWordToo(key: string): boolean {
    const tags = this.#lexicon.get(key);
    return tags !== undefined && tags.length > 0 && !tags.some((tag) => nameTags.has(tag));
  }

  #isEveryday(key: string): boolean {
    if (this.#isWordToo(key) || endsLikeCommonWord(key)) return true;
    if (this.#lexicon.has(key)) return false;
    return stems.some((ending) => {
      const stem = key.replace(ending, '');
      return stem.length > 2 && stem !== key && (commonWords.has(stem) || this.#isWordToo(stem) || this.#isWordToo(`${stem}e`) || this.#isWordToo(`${stem}y`));
    });
  }
}
