import { seeded } from '../secrets/random.js';
import type { Sample } from '../secrets/sample.js';
import type { Redact } from '../secrets/measure.js';
import { disguises, type Disguise } from './disguises.js';
import { plainValues } from './plain-values.js';

/** A sample and the same text with the value in a disguise. */
export interface DisguisedPair {
  readonly disguise: string;
  readonly plain: Sample;
  readonly worn: Sample;
}

/** Every plain value in every disguise that changes it. */
export function disguisedPairs(seed = 'one', rounds = 4, worn: readonly Disguise[] = disguises): readonly DisguisedPair[] {
  return plainValues(seed, rounds).flatMap((plain, at) =>
    worn.flatMap(({ name, wear }) => {
      const value = wear(plain.value, seeded(`${seed} ${name} ${at}`));
      if (value === plain.value) return [];
      const text = plain.text.slice(0, plain.start) + value + plain.text.slice(plain.start + plain.value.length);
      return [{ disguise: name, plain, worn: { ...plain, form: name, text, value } }];
    }),
  );
}

const longestLeft = 6;

/** Whether no six units in a row are left of the value, disguised as it is written. */
export function isUnseen({ text, start, value }: Sample, output: string): boolean {
  const around = `${text.slice(0, start)}\n${text.slice(start + value.length)}`;
  const size = Math.min(longestLeft, value.length);
  for (let i = 0; i + size <= value.length; i += 1) {
    const part = value.slice(i, i + size);
    if (output.includes(part) && !around.includes(part)) return false;
  }
  return true;
}

export interface DisguiseRow {
  readonly name: string;
  /** Pairs whose plain value is found. */
  readonly controls: number;
  readonly missed: readonly { readonly pair: DisguisedPair; readonly output: string }[];
}

/** What is found of the values in disguise among those that are found without, by `key`. */
export async function measureDisguises(redact: Redact, pairs: readonly DisguisedPair[], key: (pair: DisguisedPair) => string = ({ disguise }) => disguise): Promise<readonly DisguiseRow[]> {
  const rows = new Map<string, { name: string; controls: number; missed: { pair: DisguisedPair; output: string }[] }>();
  const controls = new Map<string, boolean>();
  for (const pair of pairs) {
    const { plain, worn } = pair;
    const found = controls.get(plain.text) ?? isUnseen(plain, await redact(plain.text));
    controls.set(plain.text, found);
    const name = key(pair);
    const row = rows.get(name) ?? { name, controls: 0, missed: [] };
    rows.set(name, row);
    if (!found) continue;
    row.controls += 1;
    const output = await redact(worn.text);
    if (!isUnseen(worn, output)) row.missed.push({ pair, output });
  }
  return [...rows.values()];
}

/** Share of the controls that is found in disguise as well. */
export function shareSeen(rows: readonly DisguiseRow[]): number {
  const controls = rows.reduce((sum, row) => sum + row.controls, 0);
  return controls === 0 ? 0 : 1 - rows.reduce((sum, row) => sum + row.missed.length, 0) / controls;
}
