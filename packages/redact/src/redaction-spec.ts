import { checkCategories, defaultPiiCategories, piiCategories, secretCategories } from './categories.js';
import { RedactError } from './errors.js';
import { makePlan, type Plan } from './plan.js';

export const strategies = ['placeholder', 'mask', 'hash', 'remove'] as const;
export type Strategy = (typeof strategies)[number];

/** What to look for and what to write instead. */
export interface RedactionSpec {
  /** PII categories; by default email, phone, ssn, credit_card and ip_address. */
  readonly categories?: readonly string[] | undefined;
  /** Whether to look for secrets at all; true unless said otherwise. */
  readonly secrets?: boolean | undefined;
  /** Secret categories; by default all. */
  readonly secretCategories?: readonly string[] | undefined;
  readonly strategy?: Strategy | undefined;
  /** Key of the `hash` strategy. Without one each redactor draws its own, and its tokens match nobody else's. */
  readonly hashKey?: string | Uint8Array | undefined;
  /** More findings than this in one text are refused with `BUDGET`; unlimited by default. */
  readonly maxFindings?: number | undefined;
}

export function checkStrategy(strategy: string): Strategy {
  const known = strategies.find((name) => name === strategy);
  if (known === undefined) throw new RedactError('STRATEGY', `unknown strategy, expected one of ${strategies.join(', ')}`);
  return known;
}

export function planOf(spec: RedactionSpec): Plan {
  const pii = checkCategories(listOf(spec.categories, 'categories') ?? defaultPiiCategories, piiCategories, 'PII');
  const named = checkCategories(listOf(spec.secretCategories, 'secretCategories') ?? secretCategories, secretCategories, 'secret');
  const secrets: ReadonlySet<string> = spec.secrets === false ? new Set() : named;
  return makePlan(pii, secrets);
}

function listOf(list: unknown, name: string): readonly string[] | undefined {
  if (list === undefined) return undefined;
  if (Array.isArray(list) && list.every((name) => typeof name === 'string')) return list;
  throw new RedactError('OPTIONS', `${name} must be a list of category names`);
}
