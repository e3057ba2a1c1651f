import { checkCategories, defaultPiiCategories, piiCategories, secretCategories } from './categories.js';
import { RedactError } from './errors.js';
import type { Plan } from './plan.js';
import { TokenIndex } from './secrets/token-index.js';

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
  const has = (name: string): boolean => pii.has(name);
  return {
    email: has('email'),
    phone: has('phone'),
    ssn: has('ssn'),
    card: has('credit_card'),
    ip: has('ip_address'),
    iban: has('iban'),
    passport: has('passport'),
    documents: has('iban') || has('passport'),
    numbers: ['phone', 'ssn', 'credit_card', 'ip_address', 'passport', 'iban'].some(has),
    tokens: secrets.size > 0 ? new TokenIndex(secrets) : undefined,
    secrets,
    bearer: secrets.has('bearer_token'),
    blocks: true,
  };
}

function listOf(list: unknown, name: string): readonly string[] | undefined {
  if (list === undefined) return undefined;
  if (Array.isArray(list) && list.every((name) => typeof name === 'string')) return list;
  throw new RedactError('OPTIONS', `${name} must be a list of category names`);
}
