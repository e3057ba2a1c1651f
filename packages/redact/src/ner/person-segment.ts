import type { Line } from './line.js';
import { honorifics, nameSuffixes } from './names/cues.js';
import type { PersonCue } from './person-cue.js';
import type { Word } from './words.js';

/** End of the words that may be one name: everyday words and titles cut, unless the cue or the name before them speaks for them. */
export function segmentEnd(line: Line, at: number, to: number, cue: PersonCue): number {
  let end = at;
  while (end < to) {
    const word = line.words[end];
    if (word === undefined || isTitle(line, word, end)) break;
    const facts = line.facts(word);
    if ((word.shape === 'initial' && end > at) || isUpperValue(line, at, end, cue)) {
      end += 1;
      continue;
    }
    const lenient = end - at < 2 && (cue === 'title' || cue === 'label') && facts.everyday && !facts.common;
    if (word.shape !== 'lower' && (facts.common || (facts.everyday && !lenient && !followsFirst(line, at, end) && line.words[end - 1]?.shape !== 'lower'))) break;
    if (nameSuffixes.has(word.key) && end > at && word.shape !== 'initial') break;
    end += 1;
  }
  while (end > at && !endsName(line, line.words[end - 1])) end -= 1;
  return end;
}

/** The value of a label in capital letters: `SURNAME: DE LA CRUZ`; the next label ends it. */
function isUpperValue(line: Line, at: number, end: number, cue: PersonCue): boolean {
  const [head, word] = [line.words[at], line.words[end]];
  if (cue !== 'label' && !(cue === 'loose-label' && head !== undefined && line.facts(head).first)) return false;
  if (word === undefined || end - at > 3 || !/^\s*(?:[^\s:=]|$)/.test(line.text.slice(word.end, word.end + 4))) return false;
  return word.shape === 'upper' && (end === at || head?.shape === 'upper');
}

/** A given name that is nothing else. */
export function isClearFirst(line: Line, word: Word): boolean {
  const facts = line.facts(word);
  return facts.first && !facts.ambiguous && !facts.place && word.text.length > 2;
}

/** Neither a particle nor the pronoun `I` ends a name. */
function endsName(line: Line, word: Word | undefined): boolean {
  return word !== undefined && word.shape !== 'lower' && (word.shape !== 'initial' || line.text.charAt(word.end) === '.');
}

/** An everyday word directly after a clear given name is its family name: `Jane Brown`. */
function followsFirst(line: Line, at: number, end: number): boolean {
  const word = line.words[at];
  return word !== undefined && end === at + 1 && isClearFirst(line, word);
}

function isTitle(line: Line, word: Word, at: number): boolean {
  if (!honorifics.has(word.key)) return false;
  const facts = line.facts(word);
  const next = line.words[at + 1];
  return !facts.first || (next !== undefined && line.text.charAt(word.end) === '.');
}
