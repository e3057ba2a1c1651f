import { RE2JS, RE2JSException } from 're2js';

/** A pattern of RE2 syntax that no text can make slow. */
export interface LinearPattern {
  readonly source: string;
  /** Whether it occurs anywhere in the text. */
  test(text: string): boolean;
  /** Whether it matches the whole text. */
  full(text: string): boolean;
  /**
   * Where it occurs: `[start, end)` in UTF-16 code units, in order, without overlaps and without empty matches.
   * At most 1000, and fewer when a text makes the search itself costly: then the last span reaches to the end of the
   * text, so that whoever hides or refuses what the spans cover never covers too little.
   */
  spans(text: string): readonly (readonly [start: number, end: number])[];
}

/** A pattern that is no RE2 syntax or could grow too large; the message quotes at most the operator at fault. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

type Span = readonly [start: number, end: number];

export const maxPatternLength = 4096;
const maxProgramSize = 10_000;
const maxSpans = 1000;
const maxEmptyMatches = 100_000;
const metacharacter = /[\\.+*?()|[\]{}^$]/u;

/**
 * Compiles {@link https://github.com/google/re2/wiki/Syntax | RE2 syntax}. `\d`, `\w`, `\s` and `\b` know ASCII only,
 * `$` is the end of the text (of a line with `(?m)`), `.` is one code point and no line feed, and `ignoreCase` uses
 * simple Unicode folding: `k` also matches the Kelvin sign, `ss` does not match `ß`. The Python spellings `\Z`,
 * `\uXXXX`, `\UXXXXXXXX`, `{,n}`, `(?a)` and `(?#…)` are understood.
 *
 * @throws {@link PatternError} for lookaround, backreferences, possessive and atomic groups, conditionals, unclosed
 * brackets, more than 4096 characters, or repeats that multiply to more than 10 000 states.
 */
export function compilePattern(source: string, options: { readonly ignoreCase?: boolean } = {}): LinearPattern {
  if (source.length > maxPatternLength) {
    throw new PatternError(`the pattern has ${source.length} characters, the most is ${maxPatternLength}`);
  }
  const { re2, unbounded } = new Translation(source).run();
  const ignoreCase = options.ignoreCase === true;
  const linear = new Re2Pattern(source, compileRe2(re2, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0), unbounded);
  // A lone surrogate would be found inside of a pair by `includes`, which is no character there.
  if (source === '' || metacharacter.test(source) || !source.isWellFormed()) return linear;
  if (!ignoreCase) return new LiteralPattern(source);
  return /^[\0-\x7f]*$/u.test(source) ? new FoldedLiteralPattern(source, linear) : linear;
}

function compileRe2(source: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(source, flags);
  } catch (error) {
    if (error instanceof RE2JSException) throw new PatternError(explain(error.message), { cause: error });
    throw new PatternError('the pattern cannot be compiled', { cause: error });
  }
}

function explain(message: string): string {
  const fault = message.replace(/^error parsing regexp: /u, '');
  if (/nested repetition operator: `[^`]*\+`/u.test(fault)) return 'possessive or doubled quantifiers are not supported';
  // What stands after the colon can be all of a long pattern.
  return `the pattern is not valid: ${fault.length > 100 ? (fault.split(':')[0] ?? '') : fault}`;
}

class Re2Pattern implements LinearPattern {
  readonly source: string;
  readonly #re2: RE2JS;
  readonly #unbounded: boolean;

  constructor(source: string, re2: RE2JS, unbounded: boolean) {
    this.source = source;
    this.#re2 = re2;
    this.#unbounded = unbounded;
  }

  test(text: string): boolean {
    return this.#re2.test(text);
  }

  full(text: string): boolean {
    return this.#re2.testExact(text);
  }

  spans(text: string): readonly Span[] {
    if (!this.#re2.test(text)) return [];
    const found: Span[] = [];
    const matcher = this.#re2.matcher(text);
    // With `a.*b|a` every search may read to the end of the text before it settles for less.
    let budget = this.#unbounded ? 2 * text.length + 4_000_000 : Infinity;
    let empty = 0;
    while (matcher.find()) {
      const start = matcher.start();
      const end = matcher.end();
      budget -= text.length - start;
      if (end === start) empty++;
      if (found.length === maxSpans - 1 || budget < 0 || empty > maxEmptyMatches) {
        const more = found.length < maxSpans - 1 || matcher.find();
        return [...found, more ? [start, text.length] : [start, end]];
      }
      if (end > start) found.push([start, end]);
    }
    return found;
  }
}

class LiteralPattern implements LinearPattern {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  test(text: string): boolean {
    return text.includes(this.source);
  }

  full(text: string): boolean {
    return text === this.source;
  }

  spans(text: string): readonly Span[] {
    return literalSpans(text, this.source);
  }
}

/** ASCII without regard to case: lower-casing agrees with simple folding as long as no letter needs a special case. */
class FoldedLiteralPattern implements LinearPattern {
  readonly source: string;
  readonly #folded: string;
  readonly #fallback: LinearPattern;

  constructor(source: string, fallback: LinearPattern) {
    this.source = source;
    this.#folded = source.toLowerCase();
    this.#fallback = fallback;
  }

  test(text: string): boolean {
    const lower = lowered(text);
    return lower === undefined ? this.#fallback.test(text) : lower.includes(this.#folded);
  }

  full(text: string): boolean {
    const lower = lowered(text);
    return lower === undefined ? this.#fallback.full(text) : lower === this.#folded;
  }

  spans(text: string): readonly Span[] {
    const lower = lowered(text);
    return lower === undefined ? this.#fallback.spans(text) : literalSpans(lower, this.#folded);
  }
}

function lowered(text: string): string | undefined {
  const lower = text.toLowerCase();
  // U+0130 lower-cases to two units (and folds to nothing); U+017F folds to `s` and lower-cases to itself.
  return lower.length === text.length && !lower.includes('\u017f') ? lower : undefined;
}

function literalSpans(text: string, literal: string): readonly Span[] {
  const found: Span[] = [];
  for (let at = text.indexOf(literal); at >= 0; ) {
    const end = at + literal.length;
    const next = text.indexOf(literal, end);
    if (found.length === maxSpans - 1 && next >= 0) return [...found, [at, text.length]];
    found.push([at, end]);
    at = next;
  }
  return found;
}

/** Reads a pattern once: Python spellings become RE2's, what RE2 has not is named, and the size is bounded before anything is built. */
class Translation {
  readonly #source: string;
  readonly #open: number[] = [];
  #at = 0;
  #out = '';
  /** States of what was read at this level, and of its last atom. */
  #size = 0;
  #atom = 0;
  #unbounded = false;

  constructor(source: string) {
    this.#source = source;
  }

  run(): { readonly re2: string; readonly unbounded: boolean } {
    while (this.#at < this.#source.length) {
      this.#step();
      if (this.#size > maxProgramSize) throw new PatternError(`the repeats of the pattern multiply to more than ${maxProgramSize} states`);
    }
    return { re2: this.#out, unbounded: this.#unbounded };
  }

  #step(): void {
    switch (this.#source[this.#at]) {
      case '\\':
        return this.#escape(false);
      case '[':
        return this.#class();
      case '(':
        return this.#group();
      case ')':
        this.#atom = this.#size + 2;
        this.#size = (this.#open.pop() ?? 0) + this.#atom;
        return this.#copy(1);
      case '*':
      case '+':
        this.#unbounded = true;
        return this.#copy(1);
      case '{':
        return this.#repeat();
      default:
        return this.#literal(1);
    }
  }

  #copy(length: number): void {
    this.#out += this.#source.slice(this.#at, this.#at + length);
    this.#at += length;
  }

  #literal(length: number, translated = this.#source.slice(this.#at, this.#at + length)): void {
    this.#out += translated;
    this.#at += length;
    this.#atom = 1;
    this.#size += 1;
  }

  #escape(inClass: boolean): void {
    const rest = this.#source.slice(this.#at, this.#at + 10);
    const code = /^\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))/u.exec(rest);
    if (code !== null) return this.#literal(code[0].length, `\\x{${(code[1] ?? code[2] ?? '').replace(/^0+(?=.)/u, '')}}`);
    if (!inClass && rest.startsWith('\\Z')) return this.#literal(2, '\\z');
    if (!inClass && rest.startsWith('\\Q')) {
      const end = this.#source.indexOf('\\E', this.#at);
      return this.#quoted(end < 0 ? this.#source.length : end + 2);
    }
    if (!inClass && (/^\\[1-9]/u.test(rest) || /^\\[kg][<{']/u.test(rest))) throw notLinear('backreferences', this.#at);
    this.#literal(2);
  }

  #quoted(end: number): void {
    this.#size += end - this.#at;
    this.#atom = 1;
    this.#copy(end - this.#at);
  }

  #class(): void {
    const size = this.#size;
    this.#copy(this.#source.startsWith('[^', this.#at) ? 2 : 1);
    // A bracket that comes first is one of the characters.
    if (this.#source[this.#at] === ']') this.#copy(1);
    while (this.#at < this.#source.length && this.#source[this.#at] !== ']') {
      const named = /^\[:\^?[a-z]+:\]/u.exec(this.#source.slice(this.#at, this.#at + 16));
      if (named !== null) this.#copy(named[0].length);
      else if (this.#source[this.#at] === '\\') this.#escape(true);
      else this.#copy(1);
    }
    this.#copy(1);
    this.#atom = 1;
    this.#size = size + 1;
  }

  #group(): void {
    const rest = this.#source.slice(this.#at, this.#at + 24);
    if (/^\(\?<?[=!]/u.test(rest)) throw notLinear('lookahead and lookbehind', this.#at);
    if (rest.startsWith('(?P=')) throw notLinear('backreferences', this.#at);
    if (rest.startsWith('(?P>') || /^\(\?(?:R|[0-9&])/u.test(rest)) throw notLinear('recursive patterns', this.#at);
    if (rest.startsWith('(?>')) throw unsupported('atomic groups', this.#at);
    if (rest.startsWith('(?(')) throw notLinear('conditionals', this.#at);
    if (rest.startsWith('(?#')) {
      const end = this.#source.indexOf(')', this.#at);
      if (end < 0) throw new PatternError(`the comment at offset ${this.#at} is not closed`);
      this.#at = end + 1;
      return;
    }
    const flags = /^\(\?([A-Za-z]+)(-[a-z]+)?([:)])/u.exec(rest);
    if (flags !== null) return this.#flags(flags);
    this.#enter(1);
  }

  #flags([all, on = '', off = '', end]: readonly string[]): void {
    if (/[xuL]/u.test(on)) throw unsupported('the flags x, u and L', this.#at);
    const kept = `${on.replaceAll('a', '')}${off}`;
    const length = all?.length ?? 0;
    if (end === ':') return this.#enter(length, `(?${kept}:`);
    this.#out += kept === '' ? '' : `(?${kept})`;
    this.#at += length;
  }

  #enter(length: number, translated = this.#source.slice(this.#at, this.#at + length)): void {
    this.#open.push(this.#size);
    this.#size = 0;
    this.#atom = 0;
    this.#out += translated;
    this.#at += length;
  }

  #repeat(): void {
    const counts = /^\{(\d*)(,?)(\d*)\}/u.exec(this.#source.slice(this.#at, this.#at + 16));
    if (counts === null || (counts[1] === '' && counts[3] === '')) return this.#literal(1);
    const [all, min = '', comma, max = ''] = counts;
    if (comma !== '' && max === '') this.#unbounded = true;
    const times = Math.max(1, Number(min), Number(max));
    this.#size += this.#atom * (times - 1);
    this.#atom *= times;
    this.#out += min === '' ? `{0,${max}}` : all;
    this.#at += all.length;
  }
}

function notLinear(what: string, at: number): PatternError {
  return new PatternError(`${what} are not supported (offset ${at}): patterns are matched in linear time, which rules them out`);
}

function unsupported(what: string, at: number): PatternError {
  return new PatternError(`${what} are not supported (offset ${at})`);
}
