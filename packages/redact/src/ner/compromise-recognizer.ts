import { RedactError } from '../errors.js';
import type { EntityRecognizer, RecognizedEntity, RecognizeOptions } from './entity-recognizer.js';
import { LexiconFacts } from './lexicon-facts.js';
import { Line } from './line.js';
import { organizationsIn } from './organization-rules.js';
import { personCandidates } from './person-rules.js';
import { loadTagger, type Tagger } from './peer.js';
import { placesIn } from './place-rules.js';
import { PersonTagging } from './person-tagging.js';

export const compromiseCategories = ['person_name', 'location', 'organization'] as const;

export interface CompromiseRecognizerOptions {
  /** Most units of one text that are handed to the tagger, which needs about 10 ms for 1,000. */
  readonly maxTaggedUnits?: number;
  /** Where `compromise` comes from; by default the installed package. */
  readonly importPeer?: () => Promise<unknown>;
}

/** Without a capital, a label or an introduction there is no name to be told from other words. */
const candidateSign = /[\p{Lu}\p{Lo}:=]|name|nombre|\bi['’]?m /u;

/** Finds names of people, places and organisations with word lists, rules and the optional package `compromise`. */
export class CompromiseRecognizer implements EntityRecognizer {
  readonly name = 'compromise';
  readonly categories = compromiseCategories;
  readonly #tagger: Tagger;
  readonly #facts: LexiconFacts;
  readonly #maxTaggedUnits: number;

  private constructor(tagger: Tagger, maxTaggedUnits: number) {
    this.#tagger = tagger;
    this.#facts = new LexiconFacts(tagger.lexicon);
    this.#maxTaggedUnits = maxTaggedUnits;
  }

  /** Imports the peer once; afterwards recognising is synchronous. */
  static async load(options: CompromiseRecognizerOptions = {}): Promise<CompromiseRecognizer> {
    const { maxTaggedUnits = 50_000, importPeer = () => import('compromise') } = options;
    if (!(maxTaggedUnits >= 0)) throw new RedactError('OPTIONS', `maxTaggedUnits must be a number from 0 on, got ${String(maxTaggedUnits)}`);
    return new CompromiseRecognizer(await loadTagger(importPeer), maxTaggedUnits);
  }

  recognize(text: string, options: RecognizeOptions): RecognizedEntity[] {
    const wanted = new Set(options.categories);
    const found: RecognizedEntity[] = [];
    if (!compromiseCategories.some((category) => wanted.has(category))) return found;
    const tagging = new PersonTagging(this.#tagger, this.#maxTaggedUnits);
    let from = 0;
    while (from < text.length) {
      const newline = text.indexOf('\n', from);
      const end = newline < 0 ? text.length : newline;
      options.signal?.throwIfAborted();
      const line = text.slice(from, end);
      if (candidateSign.test(line)) this.#line(line, from, wanted, options.threshold, tagging, found);
      from = end + 1;
    }
    return found;
  }

  #line(text: string, from: number, wanted: ReadonlySet<string>, threshold: number, tagging: PersonTagging, found: RecognizedEntity[]): void {
    const line = new Line(text, this.#facts);
    // People are sought even if unwanted: `Paris Hilton` is no place.
    const people = tagging.judge(line, personCandidates(line), threshold);
    const organizations = wanted.has('organization') ? organizationsIn(line, this.#facts) : [];
    const places = wanted.has('location') ? placesIn(line, this.#facts) : [];
    const all: RecognizedEntity[] = [];
    for (const span of organizations) all.push({ category: 'organization', ...span });
    for (const { start, end, score } of people) all.push({ category: 'person_name', start, end, score });
    for (const span of places) all.push({ category: 'location', ...span });
    for (const entity of strongest(all.filter(({ score }) => score >= threshold))) {
      if (wanted.has(entity.category)) found.push({ ...entity, start: entity.start + from, end: entity.end + from });
    }
  }
}

/** Where two overlap the surer one stays, and of two as sure the longer. */
function strongest(entities: RecognizedEntity[]): RecognizedEntity[] {
  entities.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: RecognizedEntity[] = [];
  for (const entity of entities) {
    const last = kept[kept.length - 1];
    if (last === undefined || entity.start >= last.end) kept.push(entity);
    else if (last.category === entity.category && entity.end <= last.end) continue;
    else if (entity.score > last.score || (entity.score === last.score && entity.end - entity.start > last.end - last.start)) kept[kept.length - 1] = entity;
  }
  return kept;
}
