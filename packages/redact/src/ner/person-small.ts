import type { Line } from './line.js';
import { honorifics, particles } from './names/cues.js';
import { personCueBefore, strongCues } from './person-cue.js';
import type { PersonCandidate } from './person-rules.js';
import { isClearFirst } from './person-segment.js';

/** Most words of a name that starts with a particle. */
const mostWords = 6;

/** After `my name is`, `name:` and such, names written small or without case count as well. */
export function smallName(line: Line, at: number, found: PersonCandidate[]): number {
  const word = line.words[at];
  if (word === undefined || (word.shape !== 'lower' && word.shape !== 'uncased')) return at + 1;
  const startsParticle = particles.has(word.key);
  const cue = mayFollowCue(line, at) ? (line.words[at - 1]?.key === 'im' ? 'claim' : personCueBefore(line, at)) : 'none';
  if (!strongCues.has(cue) && cue !== 'bare-label' && !(cue === 'claim' && isClearFirst(line, word))) return at + 1;
  if (startsParticle) {
    const end = line.runEnd(at, mostWords);
    const last = line.words[end - 1];
    if (end > at + 1 && last !== undefined) {
      found.push({ start: word.start, end: line.suffixEnd(last, line.words[end]), score: 0.9, ask: false });
      return end;
    }
  }
  let end = at;
  for (; end < line.words.length && end - at < 3; end += 1) {
    const [next, before] = [line.words[end], line.words[end - 1]];
    if (next?.shape !== word.shape || (end > at && (before === undefined || !line.joins(before, next)))) break;
    const facts = line.facts(next);
    if (word.shape === 'lower' && ((facts.everyday && !facts.last) || facts.common || facts.place || facts.organization || next.text.length < 2)) break;
  }
  const last = line.words[end - 1];
  if (end === at || last === undefined) return at + 1;
  const known = line.words.slice(at, end).some((name) => line.facts(name).first || line.facts(name).last);
  found.push({ start: word.start, end: last.end, score: known || cue === 'introduction' ? 0.9 : cue === 'label' && (end - at > 1 || word.shape === 'uncased') ? 0.8 : 0.5, ask: false });
  return end;
}

/** Cheap look before the cue is read: a label's colon, a title or a word that introduces. */
function mayFollowCue(line: Line, at: number): boolean {
  const [before, word] = [line.words[at - 1], line.words[at]];
  if (before === undefined || word === undefined) return false;
  return line.gap(before, word) !== ' ' || /^(?:is|name's|was|es|est|ist|e|m'appelle|im|i'm|am)$/.test(before.key) || (honorifics.has(before.key) && (before.key.length < 4 || particles.has(word.key)) && before.key !== 'me' && (before.shape === 'capital' || particles.has(word.key)));
}
