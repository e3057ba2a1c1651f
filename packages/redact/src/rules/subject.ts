import { BOOL, CODE, hashed, PATH, SHELL, SQL, STOP, wordTable } from './word-table.js';

// Signs that rules ask for: bits of a mask.
export const QUOTE = 1;
export const SEPARATOR = 2;
export const DOTS = 8;
export const PERCENT = 16;
export const COMPARISON = 32;
export const COMMENT = 64;
export const BACKSLASH = 128;
export const SLASH = 256;
export const CALL = 512;
export const BRACE = 1024;

const LETTER = 1 << 15;
const LINE = 1 << 14;
const DASH = 1 << 13;
const DOT = 1 << 12;

const signs = new Uint16Array(128);
function sign(letters: string, bit: number): void {
  for (let i = 0; i < letters.length; i += 1) signs[letters.charCodeAt(i)] = (signs[letters.charCodeAt(i)] ?? 0) | bit;
}
sign('_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', LETTER);
sign('\'"`', QUOTE);
sign(';|&`<>\r', SEPARATOR);
sign('=<>', COMPARISON);
sign('%', PERCENT);
sign('#', COMMENT);
sign('\\', BACKSLASH);
sign('/', SLASH);
sign('(', CALL);
sign('{[<', BRACE);
sign('\n', LINE);
sign('-*', DASH);
sign('.', DOT);

const longestSnippet = 1000;
/** Most ends of lines in a value. */
const mostLineEnds = 2;
/** Sentences hold at least this many little words; a payload holds hardly any. */
const leastStopWords = 2;

const question = /\?["')\s]{0,4}$/;

/** No sentence begins with what ends somebody else's. */
const breaksOut = /^\s{0,8}(?:[;|&$)%{]|`(?![^`\n]{1,60}`[ ,.:;)]{1,2}\p{L})|['"][^\p{L}\p{N}])/u;

/** Markdown on a line of its own: a fence, or a row of a table with at least two cells. */
const markup = /^\s{0,8}(?:(?:`{3,8}|~{3,8})[\w+#.-]{0,24}\s{0,8}$|\|(?=.{20})(?=[^|\n]{0,400}[ |]\|[ |])[^\n]{0,1200} \|\s{0,8}$)/;

/** A text and what one pass over it tells: signs, words, whether it reads like a value or like prose. */
export class Subject {
  readonly text: string;
  /** Bits of the signs in it. */
  readonly signs: number;
  /** Bits of the words in it. */
  readonly words: number;
  readonly lineEnds: number;
  readonly isProse: boolean;

  /** @param unfoldedProse whether the text this one was unfolded from is prose: unfolding must not make a value of a sentence */
  constructor(text: string, unfoldedProse = false) {
    this.text = text;
    let seen = 0;
    let words = 0;
    let stops = 0;
    let count = 0;
    let lineEnds = 0;
    let hash = 0;
    let last = 0;
    for (let i = 0; i <= text.length; i += 1) {
      const code = i < text.length ? text.charCodeAt(i) : 0;
      const kind = code < 128 ? (signs[code] ?? 0) : 0;
      if (kind === LETTER) {
        hash = hashed(hash, code | 32);
        last = LETTER;
        continue;
      }
      if (hash !== 0) {
        const hint = wordTable.hint(hash);
        words |= hint;
        // A text that opens with one is a sentence or a request, however short.
        stops += (hint & STOP) << (count === 0 ? 1 : 0);
        count += 1;
        hash = 0;
      }
      if (kind !== 0) {
        if ((kind & LINE) !== 0) lineEnds += 1;
        else if (kind === DASH) seen |= last === DASH || last === SLASH ? COMMENT : 0;
        else if (kind === DOT) seen |= last === DOT ? DOTS : 0;
        else if (code !== 0x27 || last !== LETTER || !isLetter(text.charCodeAt(i + 1))) seen |= kind;
      }
      last = kind;
    }
    this.signs = seen | (lineEnds > 0 ? SEPARATOR : 0);
    this.words = words;
    this.lineEnds = lineEnds;
    this.isProse = unfoldedProse || ((seen & SEPARATOR) !== 0 && markup.test(text)) || (stops > 0 && (question.test(text) || (stops >= leastStopWords && stops * 12 >= count)) && !breaksOut.test(text));
  }

  /** Short, a line or so, and no sentence: a form value, a parameter, a command. */
  get isValue(): boolean {
    return !this.isProse && (this.lineEnds <= mostLineEnds || this.text.trim().split('\n', mostLineEnds + 2).length <= mostLineEnds + 1);
  }

  /** Lines of code rather than a value, and few of them. */
  get isSnippet(): boolean {
    return !this.isProse && this.text.length <= longestSnippet;
  }

  hasSigns(bits: number): boolean {
    return (this.signs & bits) !== 0;
  }

  hasWords(bits: number): boolean {
    return (this.words & bits) !== 0;
  }

  /** The span of the whole text without the white space around it. */
  get whole(): readonly [start: number, end: number] {
    const end = this.text.trimEnd().length;
    return [Math.min(end, this.text.length - this.text.trimStart().length), end];
  }
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || code >= 128;
}

export { BOOL, CODE, PATH, SHELL, SQL };
