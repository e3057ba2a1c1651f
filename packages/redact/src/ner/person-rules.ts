import type { Line } from './line.js';
import { greetings, honorifics, nameSuffixes, organizationEndings, personAfter, personDone, placeEndings, placeStarts, looseOrganizationEndings } from './names/cues.js';
import { personCueBefore, strongCues, type PersonCue } from './person-cue.js';
import { scorePerson } from './person-score.js';
import { segmentEnd } from './person-segment.js';
import { smallName } from './person-small.js';
import type { Word } from './words.js';

/** A sequence that may be a person's name; `ask` asks the tagger for its opinion. */
export interface PersonCandidate {
  readonly start: number;
  readonly end: number;
  readonly score: number;
  readonly ask: boolean;
}

/** A name of more words is a heading, a list without commas or an attack. */
const mostWords = 6;
const longestRun = 12;
const articles: ReadonlySet<string> = new Set(['the', 'a', 'an', 'this', 'our', 'your', 'every', 'each', 'some', 'any', 'der', 'die', 'das', 'le', 'la', 'el']);
const leads: ReadonlySet<string> = new Set('yesterday today tomorrow then when if but and so because while after before although since once did does do is was are were can could would will tell let where why how what who has have had i thanks please monday tuesday wednesday thursday friday saturday sunday'.split(' '));
const mailAfter = /^"?\s{0,2}[<([](?:mailto:)?[\w.+%-]{1,64}@\w/;

/** The names of people in a line by its words alone. */
export function personCandidates(line: Line): PersonCandidate[] {
  const found: PersonCandidate[] = [];
  const { words } = line;
  let at = 0;
  while (at < words.length) {
    const word = words[at];
    if (word === undefined) break;
    if (!line.isCapital(word)) {
      at = smallName(line, at, found);
      continue;
    }
    const end = line.runEnd(at, longestRun);
    segments(line, at, end, found);
    at = end;
  }
  return found;
}

/** Cuts a run of capitalised words at everyday words and titles, and scores what is left. */
function segments(line: Line, from: number, to: number, found: PersonCandidate[]): void {
  let at = from;
  while (at < to) {
    const cue = personCueBefore(line, at);
    const end = segmentEnd(line, at, to, cue);
    if (end === at) {
      at += 1;
      continue;
    }
    const candidate = candidateOf(line, at, end, { cue, from, to });
    if (candidate !== undefined) found.push(candidate);
    at = end;
  }
}

function candidateOf(line: Line, at: number, end: number, context: { cue: PersonCue; from: number; to: number }): PersonCandidate | undefined {
  const words = line.words.slice(at, end);
  const [head] = words;
  const last = words[words.length - 1];
  if (head === undefined || last === undefined || words.length > mostWords) return undefined;
  const next = line.words[end];
  const before = line.words[at - 1];
  const { joined, next: follower } = neighbour(line, last, next);
  if (joined && follower !== undefined && closesOther(line, follower) && !strongCues.has(context.cue)) return undefined;
  if (head.key === 'st' || (!strongCues.has(context.cue) && line.isKnownPhrase(words))) return undefined;
  if (before !== undefined && at > context.from && placeStarts.has(before.key) && before.shape === 'capital') return undefined;
  if (words.length === 1 && context.cue === 'none' && (line.text.startsWith(' & ', last.end) || line.text.startsWith(' & ', head.start - 3))) return undefined;
  const mailed = mailAfter.test(line.text.slice(last.end, last.end + 72));
  const startsSentence = at === 0 || (before !== undefined && /[.!?:;]/.test(line.gap(before, head)));
  const { score, ask } = scorePerson(line, words, {
    cue: mailed && !strongCues.has(context.cue) ? 'bare-label' : context.cue,
    inTitle: (joined && end < context.to && follower !== undefined && !nameSuffixes.has(follower.key)) || (at > context.from && before !== undefined && !isLead(line, before, context.cue)),
    afterArticle: before !== undefined && articles.has(before.key) && line.joins(before, head),
    startsSentence,
    acts: next?.shape === 'lower' && isDoneByPeople(next, line.words[end + 1]) && /^(?:['’]s)? $/.test(line.gap(last, next)),
    closes: /^\s*(?:[,!.:;?)\-–—]|$)/.test(line.text.slice(last.end, last.end + 4)),
  });
  if (score < 0.5 && !ask) return undefined;
  return { start: head.start, end: reversedEnd(line, words, end, context.cue) ?? line.suffixEnd(last, next), score, ask };
}

function isDoneByPeople(next: Word, after: Word | undefined): boolean {
  if (next.key === 'was' || next.key === 'is') return after !== undefined && personDone.has(after.key);
  return personAfter.has(next.key);
}

function neighbour(line: Line, last: Word, next: Word | undefined): { joined: boolean; next: Word | undefined } {
  return { joined: next !== undefined && line.isCapital(next) && line.joins(last, next), next };
}

/** The run goes on as something else: `Johnson Inc`, `Victoria Street`. */
function closesOther(line: Line, next: Word): boolean {
  if (next.shape === 'lower') return false;
  return placeEndings.has(next.key) || (organizationEndings.has(next.key) && !(looseOrganizationEndings.has(next.key) && line.facts(next).last));
}

/** Words that begin sentences and lead to a name make no heading of it: `Contact Jane`, `Yesterday Jane`. */
function isLead(line: Line, before: Word, cue: PersonCue): boolean {
  return cue !== 'none' || honorifics.has(before.key) || greetings.has(before.key) || leads.has(before.key);
}

/** `Name: Smith, John`. */
function reversedEnd(line: Line, words: readonly Word[], end: number, cue: PersonCue): number | undefined {
  const [last, next] = [words[words.length - 1], line.words[end]];
  if (cue !== 'label' && cue !== 'bare-label' && cue !== 'loose-label') return undefined;
  if (last === undefined || next === undefined || words.length > 1 || next.shape !== 'capital' || line.gap(last, next) !== ', ') return undefined;
  const facts = line.facts(next);
  return facts.first && !facts.place ? next.end : undefined;
}
