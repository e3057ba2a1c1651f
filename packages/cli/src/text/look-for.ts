import type { RedactionSpec } from '@enforcecore/redact';
import { CliError } from '../errors.js';
import { allCategories, pickCategories, type Categories } from './categories.js';
import { loadPatterns, type OwnPattern } from './own-patterns.js';

/** What the options of a command line say to look for. */
export interface LookFlags {
  readonly categories?: readonly string[] | undefined;
  readonly pattern?: readonly OwnPattern[] | undefined;
  readonly names?: boolean | undefined;
  readonly base64?: boolean | undefined;
}

/** What is looked for, and how a redactor is told. */
export interface Look {
  readonly spec: RedactionSpec;
  readonly categories: Categories;
}

/** What the recogniser of names finds. */
export const nameCategories: readonly string[] = ['person_name', 'location', 'organization'];

/** Looked for only when named, or with `pii`: every line of a log begins with one. */
export const quietCategories: readonly string[] = ['date_time'];

/**
 * Reads the options. Patterns of one's own are always looked for; `--names` adds the names that `--categories` lists,
 * or all of them.
 *
 * @throws CliError `USAGE` for what is no category or no pattern.
 */
export async function lookFor(flags: LookFlags, rules: 'with rules' | 'without rules'): Promise<Look> {
  const { categories: named, pattern = [], names = false, base64 = true } = flags;
  const own = pattern.map(({ category }) => category);
  const all = await allCategories();
  const unasked = names ? undefined : named?.find((name) => nameCategories.includes(name) && !all.pii.includes(name) && !own.includes(name));
  if (unasked !== undefined) throw new CliError('USAGE', `${unasked} is found with --names only`);
  const patterns = await loadPatterns(pattern);
  const known = { pii: unique([...all.pii, ...(names ? nameCategories : []), ...own]), secret: all.secret, rule: rules === 'with rules' ? all.rule : [] };
  const picked = named === undefined ? { ...known, pii: known.pii.filter((name) => !quietCategories.includes(name) || own.includes(name)) } : pickCategories(named, known);
  const asked = names && !picked.pii.some((name) => nameCategories.includes(name)) ? nameCategories : [];
  const categories = { ...picked, pii: unique([...picked.pii, ...asked, ...own]) };
  const spec: RedactionSpec = {
    categories: categories.pii,
    secrets: categories.secret.length > 0,
    secretCategories: categories.secret,
    patterns,
    recognizer: names ? await loadNames() : undefined,
    base64,
  };
  return { spec, categories };
}

/** What `compromise` finds. Says what to install when it is not there. */
async function loadNames(): Promise<RedactionSpec['recognizer']> {
  const { CompromiseRecognizer } = await import('@enforcecore/redact/compromise');
  return { recognizer: await CompromiseRecognizer.load() };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
