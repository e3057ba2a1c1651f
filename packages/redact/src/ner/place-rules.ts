import type { Line } from './line.js';
import { particles, placeEndings, placeLabels, placeStarts, placeVerbs, stateCodes } from './names/cues.js';
import type { Word } from './words.js';

export interface NamedSpan {
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

const labelGap = /^["']?\s{0,3}[:=]\s{0,3}["']?$/;
const nearWords: ReadonlySet<string> = new Set(['in', 'from', 'near', 'to', 'at', 'of', 'visit', 'visited', 'visiting', 'around', 'outside', 'through', 'across', 'toward', 'towards', 'aus', 'en', 'de', 'a', 'di', 'between', 'and', 'around']);
const street =
  /(?<![\p{L}\p{N}])\d{1,5}[A-Za-z]? (?:[NSEW]\.? )?(?:[A-Z][\p{L}'’-]{1,24} ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Terrace|Highway|Hwy|Parkway|Pkwy|Circle|Cir)(?![\p{L}\p{N}])\.?/gu;

/** Places of a line: known ones, ones named as such and street addresses. */
export function placesIn(line: Line, phrases: { isPlace(phrase: string): boolean }): NamedSpan[] {
  const found: NamedSpan[] = [];
  for (const match of line.text.matchAll(street)) found.push({ start: match.index, end: match.index + match[0].replace(/\.$/, '').length, score: 0.85 });
  const { words } = line;
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    if (word === undefined || !line.isCapital(word)) {
      at += 1;
      continue;
    }
    const end = line.runEnd(at, 4);
    const last = knownEnd(line, at, end, phrases);
    const stop = last > at ? last : at + 1;
    const span = spanOf(line, at, last > at ? last : end, last > at);
    if (span !== undefined) found.push(span);
    at = span !== undefined && last <= at ? end : stop;
  }
  return found;
}

/** The longest known place that starts at a word, or `at`. */
function knownEnd(line: Line, at: number, end: number, phrases: { isPlace(phrase: string): boolean }): number {
  for (let stop = end; stop > at; stop -= 1) {
    const words = line.words.slice(at, stop);
    const phrase = words.map((word) => word.key).join(' ');
    if (phrases.isPlace(phrase)) return stop;
  }
  return at;
}

function spanOf(line: Line, at: number, end: number, known: boolean): NamedSpan | undefined {
  const [head, last, before] = [line.words[at], line.words[end - 1], line.words[at - 1]];
  if (head === undefined || last === undefined) return undefined;
  const cue = before === undefined ? 0 : placeCue(line, before, head, at);
  const isState = head === last && head.shape === 'upper' && stateCodes.has(head.text) && before !== undefined && line.gap(before, head) === ', ' && line.isCapital(before);
  const span = { start: head.start, end: last.end };
  if (isState) return { ...span, score: 0.85 };
  if (known) return knownSpan(line, line.words.slice(at, end), span, cue);
  const words = line.words.slice(at, end).filter((word) => word.shape !== 'lower' || !particles.has(word.key));
  if (words.some((word) => word.shape === 'upper' || word.shape === 'initial')) return undefined;
  const everyday = words.some((word) => line.facts(word).everyday || line.facts(word).common);
  const formed = words.length > 1 && words.some((word) => !placeStarts.has(word.key)) && (placeStarts.has(head.key) || placeEndings.has(last.key));
  if (formed && words.filter((word) => line.facts(word).everyday || line.facts(word).common).length < words.length) return { ...span, score: 0.82 };
  if (everyday || words.some((word) => line.facts(word).organization)) return undefined;
  return cue > 1 || isBeforeState(line, end) ? { ...span, score: cue > 1 ? 0.85 : 0.82 } : undefined;
}

function knownSpan(line: Line, words: readonly Word[], span: { start: number; end: number }, cue: number): NamedSpan | undefined {
  const [word] = words;
  if (word === undefined) return undefined;
  if (words.length > 1 || cue > 0) return { ...span, score: 0.9 };
  if (word.shape === 'upper' && word.text.length < 4) return { ...span, score: 0.6 };
  const facts = line.facts(word);
  return { ...span, score: facts.first || facts.last || facts.common ? 0.6 : 0.85 };
}

function isBeforeState(line: Line, end: number): boolean {
  const [last, next] = [line.words[end - 1], line.words[end]];
  return last !== undefined && next !== undefined && line.gap(last, next) === ', ' && next.shape === 'upper' && stateCodes.has(next.text);
}

/** 0 nothing, 1 a word of place before it, 2 a phrase or label that names a place. */
function placeCue(line: Line, before: Word, word: Word, at: number): number {
  const gap = line.gap(before, word);
  if (labelGap.test(gap)) return placeLabels.has(before.key.split('-').pop() ?? '') ? 2 : 0;
  if (!/^[ \u00a0]{1,2}$/.test(gap)) return 0;
  const second = line.words[at - 2];
  if (!nearWords.has(before.key)) return placeVerbs.has(before.key) && before.key.startsWith('visit') ? 2 : 0;
  return second !== undefined && placeVerbs.has(second.key) ? 2 : 1;
}
