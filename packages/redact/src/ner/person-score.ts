import type { Line } from './line.js';
import type { PersonCue } from './person-cue.js';
import type { Word } from './words.js';

/** How sure a sequence of words is a person's name; `ask` says that a tagger may raise it. */
export interface PersonScore {
  readonly score: number;
  readonly ask: boolean;
}

const sure = 0.95;
const unsure: PersonScore = { score: 0.4, ask: false };

/** What surrounds the sequence. */
export interface PersonSetting {
  readonly cue: PersonCue;
  /** A capitalised everyday word stands beside it, as in a heading. */
  readonly inTitle: boolean;
  readonly afterArticle: boolean;
  readonly startsSentence: boolean;
  /** The name is all that the clause holds: `Hi Jane,`. */
  readonly closes: boolean;
  /** What follows is said of people: `lives`, `'s phone`. */
  readonly acts: boolean;
}

export function scorePerson(line: Line, words: readonly Word[], setting: PersonSetting): PersonScore {
  const names = words.filter((word) => word.shape !== 'lower');
  const [head] = names;
  const tail = names[names.length - 1];
  if (head === undefined || tail === undefined) return unsure;
  const signs = signsOf(line, names);
  switch (setting.cue) {
    case 'title':
    case 'introduction':
    case 'label':
      return { score: signs.organization && !signs.known ? 0.5 : sure, ask: false };
    case 'bare-label':
    case 'loose-title':
    case 'loose-label':
    case 'claim':
    case 'namer':
      return cued(signs, names.length, setting);
    case 'greeting':
    case 'closing':
      return signs.everyday && !signs.known ? unsure : { score: setting.closes || signs.known || names.length > 1 ? 0.92 : 0.6, ask: false };
    case 'role':
    case 'before': {
      const free = uncued(line, names, signs, setting);
      if (names.length === 1 && !signs.clear) return setting.cue === 'role' && line.facts(head).first && head.shape === 'capital' && !setting.inTitle ? { score: 0.82, ask: false } : free;
      const led = cued(signs, names.length, setting);
      return led.score >= free.score ? led : free;
    }
    case 'none':
      return uncued(line, names, signs, setting);
  }
}

interface Signs {
  /** Some word is a name. */
  readonly known: boolean;
  /** Some word is a name and nothing else. */
  readonly clear: boolean;
  readonly everyday: boolean;
  readonly place: boolean;
  readonly organization: boolean;
  readonly nameLike: boolean;
  readonly upper: boolean;
  /** `Travis CI` is no person. */
  readonly acronym: boolean;
}

function signsOf(line: Line, names: readonly Word[]): Signs {
  const facts = names.map((word) => line.facts(word));
  return {
    known: facts.some((fact) => fact.first || fact.last),
    clear: facts.some((fact) => (fact.first || fact.last) && !fact.ambiguous && !fact.place && !fact.organization),
    everyday: facts.some((fact) => fact.everyday || (fact.common && !fact.first)),
    place: facts.some((fact) => fact.place && !fact.first && !fact.last),
    organization: facts.some((fact) => fact.organization && !fact.first && !fact.last),
    nameLike: facts.some((fact) => fact.nameLike),
    acronym: names.length > 1 && facts.some((fact, at) => at === names.length - 1 && !fact.first && !fact.last) && names.some((word, at) => at === names.length - 1 && word.shape === 'upper' && word.text.length < 5),
    upper: names.every((word) => word.shape !== 'capital'),
  };
}

function cued(signs: Signs, count: number, setting: PersonSetting): PersonScore {
  if (signs.organization || (signs.place && !signs.known)) return unsure;
  if (signs.acronym) return unsure;
  if (signs.everyday) return signs.clear && count > 1 && (!signs.upper || setting.cue === 'loose-label') ? { score: 0.84, ask: false } : unsure;
  if (signs.upper && (!signs.known || (count === 1 && (setting.cue === 'before' || setting.cue === 'role')))) return unsure;
  if (signs.clear) return { score: 0.92, ask: false };
  if (setting.afterArticle || setting.inTitle) return { score: 0.6, ask: count > 1 };
  if (count > 1) return signs.known || signs.nameLike ? { score: 0.9, ask: false } : { score: setting.cue === 'before' && !setting.acts ? 0.6 : 0.82, ask: true };
  return { score: setting.cue === 'before' || setting.cue === 'role' ? 0.6 : signs.known || setting.cue !== 'loose-label' ? 0.84 : 0.6, ask: false };
}

function uncued(line: Line, names: readonly Word[], signs: Signs, setting: PersonSetting): PersonScore {
  const [head] = names;
  const tail = names[names.length - 1];
  if (head === undefined || tail === undefined || signs.organization) return unsure;
  const [first, last] = [line.facts(head), line.facts(tail)];
  if (names.length === 1) return alone(head, first, setting);
  if (first.place && !first.first && !first.last) return unsure;
  const firm = last.last && !last.ambiguous;
  if (signs.upper) return { score: first.first && last.last && !(first.ambiguous && last.ambiguous) ? 0.84 : 0.4, ask: false };
  if (head.shape === 'initial') return { score: !last.everyday && (last.last || isDotted(line, head)) && !setting.inTitle ? 0.84 : 0.5, ask: false };
  if (signs.acronym) return unsure;
  if (first.first && !first.ambiguous) return { score: last.everyday || last.common ? 0.7 : last.place && !last.last ? 0.86 : 0.88, ask: true };
  if (first.first) return { score: firm || last.nameLike ? 0.86 : last.everyday || last.common || setting.inTitle ? 0.4 : 0.8, ask: !last.everyday };
  if (signs.everyday || setting.inTitle) return unsure;
  if (firm && (last.first || !setting.afterArticle)) return { score: 0.84, ask: true };
  if (setting.afterArticle) return unsure;
  if (first.last && !first.ambiguous && last.first) return { score: 0.84, ask: false };
  return { score: first.nameLike && last.nameLike ? 0.8 : setting.acts && !signs.place ? 0.8 : signs.nameLike ? 0.75 : 0.5, ask: !signs.place };
}

/** One word alone is a name when it is nothing else and stands where names stand. */
function alone(word: Word, facts: { readonly first: boolean; readonly last: boolean; readonly ambiguous: boolean; readonly place: boolean; readonly everyday: boolean }, setting: PersonSetting): PersonScore {
  if (word.shape !== 'capital' || !facts.first || facts.ambiguous || facts.place) return unsure;
  return { score: setting.inTitle || setting.afterArticle || facts.everyday ? 0.6 : 0.81, ask: false };
}

function isDotted(line: Line, word: Word): boolean {
  return line.text.charAt(word.end) === '.';
}
