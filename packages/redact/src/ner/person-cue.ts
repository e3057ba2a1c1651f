import type { Line } from './line.js';
import { anythingBefore, closings, greetings, honorifics, looseHonorifics, looseLabels, nameKinds, nameLabels, namers, personBefore, personLabels } from './names/cues.js';
import type { Word } from './words.js';

/** What stands before a name: the stronger it is, the less the name itself has to show. */
export type PersonCue = 'title' | 'loose-title' | 'label' | 'bare-label' | 'loose-label' | 'introduction' | 'claim' | 'greeting' | 'closing' | 'namer' | 'role' | 'before' | 'none';

/** After these a name needs no sign of its own. */
export const strongCues: ReadonlySet<PersonCue> = new Set<PersonCue>(['title', 'introduction', 'label']);

const labelGap = /^["'’`*_)\]]{0,3}\s{0,4}(?::=?|=>?)\s{0,4}["'‘“`*_]{0,3}$/;
const tableGap = /^["'*]{0,2}\s{0,4}[|\t,]\s{0,4}["']?$/;
const spaceGap = /^[ \u00a0]{1,2}["'“‘(*]?$/;
const introductions: ReadonlySet<string> = new Set(['name is', "name's", 'name was', 'name es', 'nombre es', 'nom est', 'name ist', 'nome e', 'naam is', "m'appelle", 'nome di']);
const claims: ReadonlySet<string> = new Set(['i am', "i'm", 'this is', 'here is', "it's", "he's", "she's", 'ich bin', 'je suis', 'yo soy', 'eu sou', 'io sono', 'ik ben', 'speaking with', 'me llamo', 'known as', 'speak to', 'speak with', 'talk to', 'account of', 'behalf of', 'name of', 'attention of', 'care of', 'c/o', 'signed by', 'born to', 'married to', 'addressed to', 'belongs to', 'belonging to', 'prepared by', 'written by', 'reported by', 'issued to', 'assigned to', 'ask for']);
/** `"first": "Ada"`. */
const halfNames: ReadonlySet<string> = new Set(['first', 'last', 'given', 'family', 'middle']);
const titleLabels: ReadonlySet<string> = new Set(['dr', 'doctor', 'nurse', 'mr', 'mrs', 'prof', 'professor']);
/** Titles that are written small as well. */
const smallTitles: ReadonlySet<string> = new Set(['mr', 'mrs', 'ms', 'dr', 'prof', 'herr', 'frau', 'heer', 'mme', 'sra']);
/** What people do; products are powered, provided and supported. */
const doneBy = /^(?:opened|written|reviewed|approved|prepared|sent|submitted|requested|reported|signed|filed|created|assigned|edited|taken|seen|treated|examined|represented|paid|purchased|ordered|booked|confirmed|verified|witnessed|authored|authorised|authorized|accompanied|attended) by$/;
const addressSuffix = /\d\s[\p{L}'. ]{2,40}\s$/u;

/** What the words before the one at `at` say about it. */
export function personCueBefore(line: Line, at: number): PersonCue {
  const { words } = line;
  const [word, before] = [words[at], words[at - 1]];
  if (word === undefined || before === undefined) return 'none';
  const gap = line.gap(before, word);
  if (labelGap.test(gap)) return labelCue(line, at - 1);
  if (gap === '. ' || gap === '.' || spaceGap.test(gap)) {
    const title = titleCue(line, before, gap);
    if (title !== undefined) return title;
  }
  const second = words[at - 2];
  const phrase = second === undefined || !spaceGap.test(line.gap(second, before)) ? before.key : `${second.key} ${before.key}`;
  if (spaceGap.test(gap)) return namers.has(before.key) && gap.length > 1 ? 'none' : phraseCue(phrase, before);
  if (/^,[ \u00a0]["']?$/.test(gap) && closings.has(before.key)) return 'closing';
  if (/^,?[ ]?[-–—][ ]$/.test(gap) && closings.has(before.key)) return 'closing';
  return tableGap.test(gap) && isNameLabel(line, at - 1) ? 'loose-label' : 'none';
}

function titleCue(line: Line, before: Word, gap: string): PersonCue | undefined {
  if (!honorifics.has(before.key) || (before.shape === 'lower' && !smallTitles.has(before.key))) return undefined;
  if (before.shape === 'upper' && gap !== '. ' && before.key.length < 4 && before.key !== 'mr' && before.key !== 'mrs') return 'none';
  if (before.key === 'dr' && addressSuffix.test(line.text.slice(Math.max(0, before.start - 44), before.start))) return 'none';
  return looseHonorifics.has(before.key) ? 'loose-title' : 'title';
}

function phraseCue(phrase: string, before: Word): PersonCue {
  const last = before.key;
  if (introductions.has(phrase) || introductions.has(last)) return 'introduction';
  if (claims.has(phrase) || claims.has(last)) return 'claim';
  if (namers.has(last)) return 'namer';
  if (greetings.has(last)) return 'greeting';
  if (closings.has(last)) return 'closing';
  if (last === 'by' && doneBy.test(phrase)) return 'role';
  if (personBefore.has(last) || personLabels.has(last)) return 'role';
  return anythingBefore.has(last) ? 'before' : 'none';
}

function labelCue(line: Line, at: number): PersonCue {
  const word = line.words[at];
  if (word === undefined) return 'none';
  if (isNameLabel(line, at)) return 'label';
  const parts = partsOf(word);
  const last = parts[parts.length - 1] ?? '';
  if (last === 'name' || last === 'names' || looseLabels.has(last)) return parts.length > 1 && last === 'name' ? 'none' : 'loose-label';
  if (halfNames.has(last)) return 'loose-label';
  if (personLabels.has(last) || (parts.length === 1 && titleLabels.has(last))) return 'bare-label';
  return introductions.has(last) || claims.has(last) || last === 'by' ? 'loose-label' : 'none';
}

/** `first_name`, `customerName`, `account holder name`, `name of the insured`. */
function isNameLabel(line: Line, at: number): boolean {
  const word = line.words[at];
  if (word === undefined) return false;
  const parts = partsOf(word);
  const last = parts[parts.length - 1] ?? '';
  if (nameLabels.has(parts.join(''))) return true;
  if (last !== 'name') return false;
  const kind = parts.length > 1 ? parts[parts.length - 2] : line.words[at - 1]?.key;
  return kind !== undefined && nameKinds.has(kind.replace(/'s?$/, ''));
}

function partsOf(word: Word): string[] {
  if (word.shape !== 'other') return word.key.split('-');
  return word.text.replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2').toLowerCase().split(/[_-]/);
}
