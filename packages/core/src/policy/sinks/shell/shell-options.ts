import { type ShellWord } from './shell-word.js';

/** The options of a program that stand before the command it runs. */
export interface WrapperOptions {
  /** Letters of short options without a value. */
  readonly flags?: string;
  /** Letters of short options with a value, in the same word or the next. */
  readonly valued?: string;
  readonly longFlags?: readonly string[];
  readonly longValued?: readonly string[];
  /** Operands before the command. */
  readonly operands?: number;
  /** Whether NAME=value may stand before the command. */
  readonly assignments?: boolean;
}

export interface SplitWords {
  /** The values given to short options, by letter. */
  readonly values: ReadonlyMap<string, ShellWord>;
  readonly assignments: readonly ShellWord[];
  readonly command: readonly ShellWord[];
}

/** Finds the command behind a wrapper's options; the word at which that cannot be told is returned instead. */
export function splitWrapper(words: readonly ShellWord[], options: WrapperOptions): SplitWords | { readonly unknown: ShellWord } {
  const values = new Map<string, ShellWord>();
  const assignments: ShellWord[] = [];
  let operands = options.operands ?? 0;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (options.assignments === true && /^[A-Za-z_]\w*=/.test(word.head)) {
      assignments.push(word);
      continue;
    }
    if (word.text === undefined) {
      if (operands > 0 && word.head !== '' && !word.head.startsWith('-')) {
        operands--;
        continue;
      }
      return { unknown: word };
    }
    if (word.text === '--') {
      at++;
      break;
    }
    if (word.text.startsWith('-') && word.text !== '-') {
      const used = takeOption(word, words[at + 1], options, values);
      if (used === undefined) return { unknown: word };
      at += used;
      continue;
    }
    if (operands === 0) break;
    operands--;
  }
  // After `--` operands and assignments may still come first.
  for (; at < words.length; at++) {
    const word = words[at];
    if (word === undefined) break;
    if (options.assignments === true && /^[A-Za-z_]\w*=/.test(word.head)) assignments.push(word);
    else if (operands > 0 && word.text !== undefined) operands--;
    else break;
  }
  return { values, assignments, command: words.slice(at) };
}

/** How many further words the option takes, or undefined for one that is not in the table. */
function takeOption(word: ShellWord, next: ShellWord | undefined, options: WrapperOptions, values: Map<string, ShellWord>): number | undefined {
  const text = word.text ?? '';
  if (text.startsWith('--')) {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text.slice(2) : text.slice(2, equals);
    if (options.longValued?.includes(name) === true) return equals < 0 ? 1 : 0;
    return equals < 0 && options.longFlags?.includes(name) === true ? 0 : undefined;
  }
  for (let i = 1; i < text.length; i++) {
    const letter = text[i] ?? '';
    if (options.valued?.includes(letter) === true) {
      const inline = i + 1 < text.length;
      const value = inline ? { text: text.slice(i + 1), head: text.slice(i + 1), offset: word.offset } : next;
      if (value !== undefined) values.set(letter, value);
      return inline ? 0 : 1;
    }
    if (options.flags?.includes(letter) !== true) return undefined;
  }
  return 0;
}
