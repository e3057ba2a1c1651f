import type { RecognizedEntity } from '../../src/ner/entity-recognizer.js';
import type { Label, Labelled } from './labelled-set.js';

/** Exact spans only: a name half hidden is a name told. */
export interface Measured {
  readonly recall: number;
  readonly precision: number;
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
}

export function measure(set: readonly Labelled[], category: string, recognize: (text: string) => readonly RecognizedEntity[]): Measured {
  const missed: string[] = [];
  const wrong: string[] = [];
  let hits = 0;
  for (const { text, labels } of set) {
    const wanted = labels.filter((label) => label.category === category);
    const found = recognize(text).filter((entity) => entity.category === category);
    for (const label of wanted) {
      if (found.some((entity) => isSame(entity, label))) hits += 1;
      else missed.push(`${text.slice(label.start, label.end)} | ${text}`);
    }
    for (const entity of found) if (!wanted.some((label) => isSame(entity, label))) wrong.push(`${text.slice(entity.start, entity.end)} | ${text}`);
  }
  return { recall: hits / (hits + missed.length), precision: hits / (hits + wrong.length), missed, wrong };
}

function isSame(a: Label, b: Label): boolean {
  return a.start === b.start && a.end === b.end;
}
