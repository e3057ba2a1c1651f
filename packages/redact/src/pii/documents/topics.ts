import { isAlnum, isDigit, isLetter } from '../../char-class.js';
import { phraseStarts, topicWords, type TopicRule } from './topic-rules.js';
import { mayHoldTopic } from './topic-words.js';

export const reachBefore = 90;
const reachAfter = 32;
const longestTag = 28;
const none: readonly TopicRule[] = [];

/**
 * What the words around a value say about it, nearest first, the ones before it before the ones after it. From `quiet`
 * to the value there are no words.
 */
export function topicsAround(text: string, start: number, end: number, quiet = start): readonly TopicRule[] {
  const before = topicsOf(wordsBefore(text, start, quiet));
  const after = topicsOf(wordsAfter(text, end));
  if (before.length === 0) return after;
  return [...[...before].reverse(), ...after];
}

/** Ends at what a replacement may have left (`>`, `]`, `*`, `⟧`), so that redacting twice sees no more than redacting once. */
function wordsBefore(text: string, at: number, quiet: number): string {
  const limit = Math.max(0, at - reachBefore);
  let from = Math.max(limit, quiet);
  let spoken = false;
  let numbers = 0;
  while (from > limit) {
    const c = text.charCodeAt(from - 1);
    if (c === 0x3e && !isArrow(text, from - 1)) return tagBefore(text, from) + (spoken ? text.slice(from, at) : '');
    if (c === 0x0a || c === 0x0d || c === 0x5d || c === 0x2a || c === 0x27e7) break;
    if (spoken && isDigit(c)) {
      const passed = numbers < mostPassed ? passedNumber(text, from, at) : -1;
      if (passed < 0) break;
      numbers += 1;
      from = Math.max(limit, passed);
      continue;
    }
    spoken ||= c > 0x40;
    from -= 1;
  }
  return spoken ? text.slice(from, at) : '';
}

/**
 * A word serves the next number only: it is not looked for behind another one. Dates, short numbers and lists
 * (`A1234567 or A1234568`) are passed over. Answers the start of what is passed over, -1 to stop.
 */
function passedNumber(text: string, end: number, at: number): number {
  let start = end;
  while (end - start < longestPassed && isNumberUnit(text.charCodeAt(start - 1))) start -= 1;
  if (end - start < 4) return start;
  if (isShort(text, start, end)) return start;
  const number = text.slice(start, end);
  return harmless.test(number) || listed.test(text.slice(end, Math.min(at, end + longestLink))) ? start : -1;
}

/** Up to twelve letters and four digits. */
function isShort(text: string, start: number, end: number): boolean {
  let from = end;
  while (from > start && isDigit(text.charCodeAt(from - 1))) from -= 1;
  if (from === end || end - from > 4 || from - start > 12) return false;
  while (from > start && isLetter(text.charCodeAt(from - 1))) from -= 1;
  return from === start;
}

const mostPassed = 4;
const longestPassed = 24;
const longestLink = 10;
const harmless = /^(?:[A-Za-z]{0,12}\d{1,4}|\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{2,4})[.-]?$/;
const listed = /^[\s,;/&"')]*(?:(?:and|or|und|oder|et|ou|y|o|e|i|en|of) )?[\s"'(]*$/;

function isNumberUnit(c: number): boolean {
  return isAlnum(c) || c === 0x2d || c === 0x2e || c === 0x2f;
}

function isArrow(text: string, at: number): boolean {
  const c = text.charCodeAt(at - 1);
  return c === 0x2d || c === 0x3d || c === 0x20;
}

/** `<passport>` says what follows; `<PASSPORT>` may be our own placeholder and says nothing. */
function tagBefore(text: string, end: number): string {
  const from = Math.max(0, end - longestTag);
  const open = text.slice(from, end).lastIndexOf('<');
  const tag = open < 0 ? '' : text.slice(from + open, end);
  // One tag on one line: `<EMAIL> ssn >` and what a line before began are none.
  return /^<[^<>\n\r*\]]*[a-z][^<>\n\r*\]]*>$/.test(tag) ? `${tag} ` : '';
}

/** To the end of the clause; a word with a colon after it names what follows. */
function wordsAfter(text: string, at: number): string {
  const limit = Math.min(text.length, at + reachAfter);
  for (let i = at; i < limit; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x3a || c === 0x3d || c === 0x23) return '';
    if (c < 0x20 || (c >= 0x30 && c <= 0x39) || stops.has(c)) return i - at > 3 ? text.slice(at, i) : '';
  }
  return limit - at > 3 ? text.slice(at, limit) : '';
}

const stops: ReadonlySet<number> = new Set(Array.from(',;.|<[*⟦"\'}\t', (sign) => sign.charCodeAt(0)));
const unspaced = /[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;
const shortestUnspaced = 2;

function topicsOf(window: string): readonly TopicRule[] {
  if (window === '' || !mayHoldTopic(window)) return none;
  const found: TopicRule[] = [];
  const lower = normalized(window);
  let last = '';
  for (let from = 0; from < lower.length; from += 1) {
    if (!isWordUnit(lower.charCodeAt(from))) continue;
    let to = from + 1;
    while (to < lower.length && isWordUnit(lower.charCodeAt(to))) to += 1;
    const current = lower.slice(from, to);
    const rule = (phraseStarts.has(last) ? topicWords.get(`${last} ${current}`) : undefined) ?? topicWords.get(current);
    if (rule !== undefined) found.push(rule);
    else if (current.charCodeAt(0) > 0xdff && unspaced.test(current)) found.push(...partsOf(current));
    last = current;
    from = to;
  }
  return found;
}

/** Letters of any script; signs of punctuation and full-width forms part words. */
function isWordUnit(c: number): boolean {
  if (c < 0x80) return c > 0x60 && c < 0x7b;
  return c >= 0xc0 && c !== 0xd7 && c !== 0xf7 && (c < 0x2000 || c > 0x2bff) && (c < 0x3000 || c > 0x303f) && (c < 0xd800 || c > 0xf8ff) && c < 0xff00;
}

/** `passportNumber`, `driver's`, `d'identité`, `D.O.B.` as the words they are. */
function normalized(window: string): string {
  let lower = (camel.test(window) ? window.replace(camels, '$1 $2') : window).toLowerCase();
  if (apostrophe.test(lower)) lower = lower.replace(apostrophes, '');
  return initials.test(lower) ? lower.replace(dots, '$1') : lower;
}

const camel = /[a-z][A-Z]/;
const camels = /([a-z])([A-Z])/g;
const apostrophe = /['’`´]/;
const apostrophes = /['’`´]/g;
const initials = /(?<![a-z])[a-z][./][a-z]/;
const dots = /(?<![a-z])([a-z])[./](?=[a-z](?![a-z]))/g;

/** Words of a script written without spaces. */
function partsOf(run: string): TopicRule[] {
  const found: TopicRule[] = [];
  for (let from = 0; from < run.length; from += 1) {
    for (let size = Math.min(8, run.length - from); size >= shortestUnspaced; size -= 1) {
      const rule = topicWords.get(run.slice(from, from + size));
      if (rule === undefined) continue;
      found.push(rule);
      from += size - 1;
      break;
    }
  }
  return found;
}
