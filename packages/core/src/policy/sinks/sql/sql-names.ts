import { Glob } from '../../glob.js';
import type { SqlName } from './sql-usage.js';

/** Two lists of names and globs; `a.b` names b in schema a. */
export interface SqlNameLists {
  readonly allowed?: readonly string[];
  readonly denied?: readonly string[];
}

/** What a dialect knows about names before any policy. */
export interface NameDefaults {
  /** Where an unqualified name is taken to stand. */
  readonly schemaOf: (name: string) => string | undefined;
  /** Names that are refused unless `allowed` has an entry made for them. */
  readonly denied: readonly string[];
  /** Exceptions of `denied`. */
  readonly harmless?: readonly string[];
  /** Whether the parser has folded names that stand without quotes, so that an upper-case letter means quotes. */
  readonly folded: boolean;
}

interface Pattern {
  readonly text: string;
  readonly raw: readonly Glob[];
  readonly lower: readonly Glob[];
  /** True when the last part is a glob, so that it names nothing in particular. */
  readonly vague: boolean;
}

const maxParts = 4;

function pattern(place: string, text: string): Pattern {
  const parts = text.split('.');
  if (parts.length > maxParts || parts.some((part) => part === '' || part !== part.trim())) {
    throw new Error(`${place}: every entry must be a name or a glob such as "orders" or "public.*"`);
  }
  const raw = parts.map((part) => new Glob(part));
  const lower = parts.map((part) => new Glob(part.toLowerCase()));
  return { text, raw, lower, vague: (parts[parts.length - 1] ?? '').includes('*') };
}

function matchesParts(globs: readonly Glob[], parts: readonly string[]): boolean {
  return globs.length === parts.length && globs.every((glob, index) => glob.matches(parts[index] ?? ''));
}

/** Which names a text may use. */
export class SqlNameRules {
  readonly #allowed: readonly Pattern[] | undefined;
  readonly #denied: readonly Pattern[];
  readonly #builtIn: readonly Pattern[];
  readonly #harmless: ReadonlySet<string>;
  readonly #defaults: NameDefaults;
  readonly #word: string;

  constructor(word: 'table' | 'function', lists: SqlNameLists | undefined, defaults: NameDefaults) {
    const place = `sink: sql: ${word}s`;
    this.#word = word;
    this.#defaults = defaults;
    this.#allowed = lists?.allowed?.map((text) => pattern(`${place}.allowed`, text));
    this.#denied = (lists?.denied ?? []).map((text) => pattern(`${place}.denied`, text));
    this.#builtIn = defaults.denied.map((text) => pattern(place, text));
    this.#harmless = new Set(defaults.harmless);
  }

  /** Why the name is refused, in words of the policy or of the list built in. */
  refusal(name: SqlName): string | undefined {
    const parts = name.parts;
    if (parts.length === 0 || parts.length > maxParts || parts.includes('')) return `a ${this.#word} has a name that cannot be compared`;
    const denied = this.#denied.find((entry) => this.#denies(entry, parts));
    if (denied !== undefined) return `a ${this.#word} matches "${denied.text}" of ${this.#word}s.denied`;
    const named = this.#allowed?.some((entry) => !entry.vague && this.#allows(entry, parts)) === true;
    const builtIn = named ? undefined : this.#builtIn.find((entry) => this.#denies(entry, parts));
    if (builtIn !== undefined && !this.#isHarmless(parts)) return `a ${this.#word} matches "${builtIn.text}", which is denied unless ${this.#word}s.allowed names it`;
    // Grammar is not a call: EXTRACT(... FROM ...) cannot be made to mean anything else.
    if (this.#allowed === undefined || named || name.syntax === true) return undefined;
    return this.#allowed.some((entry) => this.#allows(entry, parts)) ? undefined : `a ${this.#word} is not in ${this.#word}s.allowed`;
  }

  /** An entry without schema means the default schema; a name without schema stands in it. */
  #allows(entry: Pattern, parts: readonly string[]): boolean {
    const own = parts[parts.length - 1] ?? '';
    const home = this.#defaults.schemaOf(own);
    const isHome = parts.length === 1 || (parts.length === 2 && parts[0] === home);
    const forms = isHome ? [[own], ...(home === undefined ? [] : [[home, own]])] : [parts];
    return forms.some((form) => {
      const quoted = this.#defaults.folded && form.some((part) => part !== part.toLowerCase());
      return quoted ? matchesParts(entry.raw, form) : matchesParts(entry.lower, form.map((part) => part.toLowerCase()));
    });
  }

  /** An entry without schema is denied in every schema. */
  #denies(entry: Pattern, parts: readonly string[]): boolean {
    const lower = parts.map((part) => part.toLowerCase());
    const own = lower[lower.length - 1] ?? '';
    const home = this.#defaults.schemaOf(own);
    const full = lower.length === 1 && home !== undefined ? [home, own] : lower;
    return matchesParts(entry.lower, full.slice(-entry.lower.length));
  }

  #isHarmless(parts: readonly string[]): boolean {
    const own = (parts[parts.length - 1] ?? '').toLowerCase();
    return this.#harmless.has(own) && (parts.length === 1 || parts[0] === this.#defaults.schemaOf(own));
  }
}
