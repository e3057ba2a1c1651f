import { documentSamples } from './document-samples.js';
import { genericSamples } from './generic-samples.js';
import { harmlessCode } from './harmless/code.js';
import { nearMisses } from './harmless/near-misses.js';
import { harmlessProse } from './harmless/prose.js';
import { namedSamples } from './named-samples.js';
import type { Harmless, Sample } from './sample.js';
import { vendorSamples } from './vendor-samples.js';

/** Whoever is measured: a text in, the text without its secrets out. */
export type Redact = (text: string) => string | PromiseLike<string>;

export interface SecretSets {
  readonly named: readonly Sample[];
  readonly vendor: readonly Sample[];
  readonly generic: readonly Sample[];
  readonly documents: readonly Sample[];
  readonly nearMisses: readonly Harmless[];
  readonly code: readonly Harmless[];
  readonly prose: readonly Harmless[];
}

/** All sets, made anew from the seed. */
export function secretSets(seed = 'one'): SecretSets {
  return { named: namedSamples(seed), vendor: vendorSamples(seed), generic: genericSamples(seed), documents: documentSamples(seed), nearMisses: nearMisses(seed), code: harmlessCode(seed), prose: harmlessProse(seed) };
}

const piece = /[\p{L}\p{N}]{3,}/gu;
const longestLeft = 8;
/** What stands for something hidden: its words are none of the value's. */
const replacement = /<[A-Z0-9_]{2,40}>|\[[A-Z0-9_]{2,40}\]/g;
/** The lines around a key block are no secret. */
const blockMark = /-{4,6}(?:BEGIN|END) [A-Z ]{0,40}-{0,5}/g;

/**
 * Whether the value is gone: none of its pieces of three letters or digits and more, and no eight characters in a row,
 * are left in the output beyond what the text around it holds itself.
 */
export function isGone({ text, start, value }: Sample, output: string): boolean {
  const around = `${text.slice(0, start)}\n${text.slice(start + value.length)}`;
  const shown = output.replaceAll(blockMark, ' ').replaceAll(replacement, (token) => (text.includes(token) ? token : ' '));
  const left = (part: string): boolean => shown.includes(part) && !around.includes(part);
  const secret = value.replaceAll(blockMark, ' ');
  if ((secret.match(piece) ?? [secret]).some(left)) return false;
  for (let i = 0; i + longestLeft <= secret.length; i += longestLeft >> 1) if (left(secret.slice(i, i + longestLeft))) return false;
  return true;
}

export interface Tally<T> {
  readonly group: string;
  readonly total: number;
  /** Samples whose value was left, or harmless texts that were changed. */
  readonly wrong: readonly { readonly item: T; readonly output: string }[];
}

/** How many of the samples are hidden, by `key`. */
export async function tallySamples(redact: Redact, samples: readonly Sample[], key: (sample: Sample) => string = ({ group }) => group): Promise<readonly Tally<Sample>[]> {
  return tally(redact, samples, key, (sample, output) => !isGone(sample, output));
}

/** How many of the harmless texts are changed, by group. */
export async function tallyHarmless(redact: Redact, texts: readonly Harmless[]): Promise<readonly Tally<Harmless>[]> {
  return tally(redact, texts, ({ group }) => group, ({ text }, output) => output !== text);
}

async function tally<T extends { readonly text: string }>(redact: Redact, items: readonly T[], key: (item: T) => string, isWrong: (item: T, output: string) => boolean): Promise<readonly Tally<T>[]> {
  const groups = new Map<string, { group: string; total: number; wrong: { item: T; output: string }[] }>();
  for (const item of items) {
    const group = key(item);
    const row = groups.get(group) ?? { group, total: 0, wrong: [] };
    groups.set(group, row);
    row.total += 1;
    const output = await redact(item.text);
    if (isWrong(item, output)) row.wrong.push({ item, output });
  }
  return [...groups.values()];
}

/** Share of the texts of all tallies that came out right. */
export function shareRight(tallies: readonly Tally<unknown>[]): number {
  const total = tallies.reduce((sum, row) => sum + row.total, 0);
  return total === 0 ? 0 : 1 - tallies.reduce((sum, row) => sum + row.wrong.length, 0) / total;
}
