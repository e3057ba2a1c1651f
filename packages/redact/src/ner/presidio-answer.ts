import { CodePoints } from './code-points.js';
import type { RecognizedEntity } from './entity-recognizer.js';

/** Says what is wrong with an answer; its words never quote the answer, which may hold the text. */
export class AnswerFault {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}

/** Reads what the analyzer answered about `text`: entities with offsets in code points. Types without a category are left out. */
export function readAnswer(json: string, text: string, categories: ReadonlyMap<string, string>): RecognizedEntity[] | AnswerFault {
  const parsed = parse(json);
  if (!Array.isArray(parsed)) return new AnswerFault('the answer is no JSON array of entities');
  const points = new CodePoints(text);
  const found: RecognizedEntity[] = [];
  for (const entry of parsed as readonly unknown[]) { // `isArray` gives any[]; nothing is known of its items
    const entity = readEntity(entry, points.count);
    if (entity instanceof AnswerFault) return entity;
    const category = categories.get(entity.type);
    if (category !== undefined) found.push({ category, start: points.unitAt(entity.start), end: points.unitAt(entity.end), score: entity.score });
  }
  return found;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's message quotes the answer; undefined is refused by the caller like everything else that is no array.
    return undefined;
  }
}

interface Entity {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly score: number;
}

function readEntity(entry: unknown, count: number): Entity | AnswerFault {
  if (typeof entry !== 'object' || entry === null) return new AnswerFault('an entity is no object');
  const { entity_type: type, start, end, score } = entry as Readonly<Record<string, unknown>>; // any object may be read as this
  if (typeof type !== 'string') return new AnswerFault('an entity has no entity_type');
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) return new AnswerFault('the score of an entity is no number from 0 to 1');
  if (!isOffset(start) || !isOffset(end) || start >= end || end > count) {
    return new AnswerFault('the offsets of an entity lie outside the text');
  }
  return { type, start, end, score };
}

function isOffset(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
