import type { Line } from './line.js';
import { looseOrganizationEndings, organizationEndings, organizationLabels, workVerbs } from './names/cues.js';
import type { NamedSpan } from './place-rules.js';
import type { Word } from './words.js';

const labelGap = /^["']?\s{0,3}[:=]\s{0,3}["']?$/;
const joints = /^(?: & | and |, | - )$/;
const mostWords = 7;

/** Organisations of a line: known ones, ones that say what they are, and employers. */
export function organizationsIn(line: Line, phrases: { isOrganization(phrase: string): boolean }): NamedSpan[] {
  const found: NamedSpan[] = [];
  const { words } = line;
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    if (word === undefined || !line.isCapital(word)) {
      at += 1;
      continue;
    }
    const end = wideEnd(line, at);
    const span = endedSpan(line, at, end) ?? ofForm(line, at) ?? cuedSpan(line, at) ?? knownSpan(line, at, phrases);
    if (span !== undefined) found.push(span.span);
    at = span?.next ?? at + 1;
  }
  return found;
}

interface Found {
  readonly span: NamedSpan;
  readonly next: number;
}

/** A run that may hold `&`, `and` and commas between names: `Miller, Jones & Sons`. */
function wideEnd(line: Line, from: number): number {
  let end = from + 1;
  while (end < line.words.length && end - from < mostWords) {
    const [before, word] = [line.words[end - 1], line.words[end]];
    if (before === undefined || word === undefined) break;
    const and = word.key === 'and' && word.shape === 'lower' ? 1 : 0;
    const next = line.words[end + and];
    if (next === undefined || !line.isCapital(next)) break;
    if (!line.joins(before, word) && !joints.test(line.gap(before, word))) break;
    end += 1 + and;
  }
  return end;
}

function endedSpan(line: Line, at: number, end: number): Found | undefined {
  for (let last = end - 1; last > at; last -= 1) {
    const word = line.words[last];
    if (word === undefined || !organizationEndings.has(word.key) || word.shape === 'initial') continue;
    if (word.shape === 'upper' && word.key.length === 2 && !/^(?:AG|SA|SE|KG|BV|NV|OY|AB|AS|SL)$/.test(word.text)) continue;
    const from = firstName(line, at, last);
    const head = line.words[from];
    if (head === undefined || from === last) continue;
    if (looseOrganizationEndings.has(word.key) && !line.words.slice(from, last).some((name) => isProper(line, name))) continue;
    const stop = line.text.charAt(word.end) === '.' && word.key.length < 5 && last === end - 1 && line.text.length > word.end + 1 ? word.end + 1 : word.end;
    return { span: { start: head.start, end: line.text.charAt(stop - 1) === '.' && !/[\s,;)]/.test(line.text.charAt(stop)) ? word.end : stop, score: 0.93 }, next: last + 1 };
  }
  return undefined;
}

/** The name starts after the everyday words that begin a sentence. */
function firstName(line: Line, at: number, last: number): number {
  let from = at;
  while (from < last) {
    const word = line.words[from];
    if (word === undefined || !line.facts(word).common || from + 1 === last) return from;
    from += 1;
  }
  return from;
}

function isProper(line: Line, word: Word): boolean {
  const facts = line.facts(word);
  return !facts.everyday && !facts.common;
}

const ofHeads: ReadonlySet<string> = new Set(['university', 'bank', 'institute', 'ministry', 'college', 'department']);

/** `University of Leeds`. */
function ofForm(line: Line, at: number): Found | undefined {
  const [head, of, place] = [line.words[at], line.words[at + 1], line.words[at + 2]];
  if (head === undefined || of === undefined || place === undefined || !ofHeads.has(head.key) || of.key !== 'of') return undefined;
  if (!line.isCapital(place) || line.gap(of, place) !== ' ' || !isProper(line, place)) return undefined;
  const end = line.runEnd(at + 2, 3);
  const last = line.words[end - 1];
  return last === undefined ? undefined : { span: { start: head.start, end: last.end, score: 0.93 }, next: end };
}

function cuedSpan(line: Line, at: number): Found | undefined {
  const [word, before, second] = [line.words[at], line.words[at - 1], line.words[at - 2]];
  if (word === undefined || before === undefined) return undefined;
  const gap = line.gap(before, word);
  const labelled = labelGap.test(gap) && organizationLabels.has(before.key);
  const works = gap === ' ' && /^(?:at|for|by|of)$/.test(before.key) && second !== undefined && workVerbs.has(second.key);
  if (!labelled && !works) return undefined;
  const end = line.runEnd(at, 4);
  const words = line.words.slice(at, end);
  const last = words[words.length - 1];
  if (last === undefined || !words.some((name) => isProper(line, name) || labelled)) return undefined;
  if (works && words.some((name) => line.facts(name).first || line.facts(name).place)) return undefined;
  return { span: { start: word.start, end: last.end, score: labelled ? 0.93 : 0.82 }, next: end };
}

function knownSpan(line: Line, at: number, phrases: { isOrganization(phrase: string): boolean }): Found | undefined {
  for (let stop = line.runEnd(at, 4); stop > at; stop -= 1) {
    const words = line.words.slice(at, stop);
    const [head] = words;
    const last = words[words.length - 1];
    if (head === undefined || last === undefined || !phrases.isOrganization(words.map((word) => word.key).join(' '))) continue;
    const facts = line.facts(head);
    const weak = stop === at + 1 && (facts.first || facts.last || (facts.common && !organizationsToo.has(head.key)) || head.text.length < 3);
    return { span: { start: head.start, end: last.end, score: weak ? 0.5 : 0.85 }, next: stop };
  }
  return undefined;
}

/** Among the common words as they are products and assistants too; on their own they are companies. */
const organizationsToo: ReadonlySet<string> = new Set('amazon google apple microsoft facebook twitter netflix spotify tesla toyota honda ford oracle youtube instagram'.split(' '));
