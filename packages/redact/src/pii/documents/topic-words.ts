import { isLetter } from '../../char-class.js';
import { topicWords } from './topic-rules.js';

const WORD = 1;
const FIRST = 2;
const SECOND = 4;
const size = 32_768;
const seed = 0x811c9dc5 | 0;

/** What a word may be, by its hash: a topic, or the first or second half of one. */
const table = buildTable();

function buildTable(): Uint8Array {
  const flags = new Uint8Array(size);
  const add = (word: string, flag: number): void => {
    const slot = Array.from(word, (sign) => sign.charCodeAt(0)).reduce(step, seed) & (size - 1);
    flags[slot] = (flags[slot] ?? 0) | flag;
  };
  for (const words of topicWords.keys()) {
    const [first = '', second] = words.split(' ');
    add(first, second === undefined ? WORD : FIRST);
    if (second !== undefined) add(second, SECOND);
  }
  return flags;
}

function step(hash: number, lower: number): number {
  const mixed = Math.imul(hash ^ lower, 0x01000193);
  return mixed ^ (mixed >>> 15);
}

/**
 * Whether the words of a window are worth to be looked up. One pass without allocation, because most numbers stand among
 * words that say nothing; what is not plain English letters, and initials (`D.O.B.`), is left to the thorough look.
 */
export function mayHoldTopic(window: string): boolean {
  let hash = seed;
  let length = 0;
  let last = 0;
  let small = false;
  for (let i = 0; i <= window.length; i += 1) {
    const c = i < window.length ? window.charCodeAt(i) : 0x20;
    if (c > 0x7f) return true;
    if (c === 0x27 || c === 0x60) continue;
    const letter = isLetter(c);
    // `passportNumber`: a capital behind a small letter opens a word.
    if (length > 0 && (!letter || (small && c < 0x61))) {
      const flags = table[hash & (size - 1)] ?? 0;
      if ((flags & WORD) !== 0 || ((flags & SECOND) !== 0 && (last & FIRST) !== 0)) return true;
      if (length === 1 && (c === 0x2e || c === 0x2f)) return true;
      last = flags;
      hash = seed;
      length = 0;
    }
    if (letter) {
      hash = step(hash, c | 32);
      length += 1;
    }
    small = c > 0x60 && letter;
  }
  return false;
}
