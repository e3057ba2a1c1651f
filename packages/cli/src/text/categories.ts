import { CliError } from '../errors.js';
import { nearestName } from './nearest-name.js';

/** What to look for, by kind. */
export interface Categories {
  readonly pii: readonly string[];
  readonly secret: readonly string[];
  readonly rule: readonly string[];
}

/** Every category there is. */
export async function allCategories(): Promise<Categories> {
  const { contentRules, piiCategories, secretCategories } = await import('@enforcecore/redact');
  return { pii: piiCategories, secret: secretCategories, rule: contentRules.map(({ category }) => category) };
}

/**
 * Picks what `--categories` names out of what there is; `pii`, `secret` and `rule` stand for all of a kind.
 *
 * @throws CliError `USAGE` naming what is no category.
 */
export function pickCategories(names: readonly string[] | undefined, all: Categories): Categories {
  if (names === undefined) return all;
  // A kind without categories is none of this command's.
  const kinds = (['pii', 'secret', 'rule'] as const).filter((kind) => all[kind].length > 0);
  const known: readonly string[] = [...kinds, ...all.pii, ...all.secret, ...all.rule];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, known);
    const advice = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
    throw new CliError('USAGE', `unknown category "${unknown}"${advice}; enforcecore info --json lists all of them`);
  }
  const pick = (kind: keyof Categories): readonly string[] => (names.includes(kind) ? all[kind] : all[kind].filter((name) => names.includes(name)));
  return { pii: pick('pii'), secret: pick('secret'), rule: pick('rule') };
}
