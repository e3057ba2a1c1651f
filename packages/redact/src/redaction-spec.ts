import { canonicalCategory, checkCategories, defaultPiiCategories, piiCategories, secretCategories } from './categories.js';
import { RedactError } from './errors.js';
import { checkCategoryName, checkDetector } from './custom/check-detector.js';
import type { Detector } from './custom/detector.js';
import type { RedactorPlugin } from './custom/redactor-plugin.js';
import { recognizersOf, type RecognitionSpec } from './ner/recognition.js';
import type { Vault } from './vault/vault.js';
import { makePlan, type Plan } from './plan.js';

/**
 * `placeholder` writes `<EMAIL>`, `mask` stars, `hash` a keyed pseudonym `[HMAC:…]`, `sha256` the unkeyed hash of the
 * reference, `remove` nothing, `tokenize` a token that the vault can turn back.
 */
export const strategies = ['placeholder', 'mask', 'hash', 'remove', 'tokenize', 'sha256'] as const;
export type Strategy = (typeof strategies)[number];

/** What to look for and what to write instead. */
export interface RedactionSpec {
  /** PII categories; by default email, phone, ssn, credit_card and ip_address. */
  readonly categories?: readonly string[] | undefined;
  /** Whether to look for secrets at all; true unless said otherwise. */
  readonly secrets?: boolean | undefined;
  /** Secret categories; by default all. */
  readonly secretCategories?: readonly string[] | undefined;
  /** `placeholder` by default. */
  readonly strategy?: Strategy | undefined;
  /** Strategies of single categories, instead of the one above. */
  readonly strategies?: Readonly<Record<string, Strategy>> | undefined;
  /** Key of the `hash` strategy. Without one each redactor draws its own, and its tokens match nobody else's. */
  readonly hashKey?: string | Uint8Array | undefined;
  /** Where the `tokenize` strategy keeps the values. */
  readonly vault?: Vault | undefined;
  /** Patterns of your own: everything in this registry is looked for. */
  readonly patterns?: { getAll(): readonly Detector[] } | undefined;
  /** Detectors of your own. */
  readonly detectors?: readonly Detector[] | undefined;
  /** Run in this order over what the strategies have left. */
  readonly plugins?: readonly RedactorPlugin[] | undefined;
  /** Finds names; asked for those of its categories that `categories` names. */
  readonly recognizer?: RecognitionSpec | undefined;
  /** Whether to look into base64, base64url and hexadecimal text; true by default. */
  readonly base64?: boolean | undefined;
  /** Whether results and findings carry the raw text and values; false by default. */
  readonly includeOriginal?: boolean | undefined;
  /** More findings than this in one text are refused with `BUDGET`; unlimited by default. */
  readonly maxFindings?: number | undefined;
  /** Longer texts, in UTF-16 units, are refused with `BUDGET`; 64 Mi by default. */
  readonly maxLength?: number | undefined;
}

export function checkStrategy(strategy: string): Strategy {
  const known = strategies.find((name) => name === strategy);
  if (known === undefined) throw new RedactError('STRATEGY', `unknown strategy, expected one of ${strategies.join(', ')}`);
  return known;
}

/** A spec checked and taken apart. */
export interface ReadSpec {
  readonly plan: Plan;
  readonly detectors: readonly Detector[];
  /** Categories that are asked of the recogniser. */
  readonly names: ReadonlySet<string>;
  readonly plugins: readonly RedactorPlugin[];
  readonly includeOriginal: boolean;
  readonly maxLength: number;
  readonly maxFindings: number;
}

export function readSpec(spec: RedactionSpec): ReadSpec {
  if (typeof spec !== 'object' || (spec as unknown) === null) throw new RedactError('OPTIONS', 'a redactor is made from an object of options');
  const detectors = [...registered(spec.patterns), ...checkedList(spec.detectors, 'detectors')].map(checkDetector);
  const own = new Set(detectors.map(({ category }) => category));
  const recognised = recognizersOf(spec.recognizer).flatMap(({ categories }) => categories);
  const wanted = (listOf(spec.categories, 'categories') ?? defaultPiiCategories).map(canonicalCategory);
  const pii = checkCategories(wanted, [...piiCategories, ...recognised, ...own], 'PII', recognised.length === 0);
  const named = checkCategories(listOf(spec.secretCategories, 'secretCategories') ?? secretCategories, secretCategories, 'secret');
  const secrets: ReadonlySet<string> = spec.secrets === false ? new Set() : named;
  checkStrategies(spec.strategies, own, recognised);
  return {
    plan: makePlan(pii, secrets),
    detectors,
    names: new Set(recognised.filter((category) => pii.has(category))),
    plugins: checkedList(spec.plugins, 'plugins').map(checkPlugin),
    includeOriginal: spec.includeOriginal === true,
    maxLength: boundOf(spec.maxLength, 'maxLength') ?? usualLength,
    maxFindings: boundOf(spec.maxFindings, 'maxFindings') ?? Infinity,
  };
}

const usualLength = 64 * 1024 * 1024;

function boundOf(bound: unknown, name: string): number | undefined {
  if (bound === undefined || (typeof bound === 'number' && bound >= 0)) return bound;
  throw new RedactError('OPTIONS', `${name} must be a number of at least 0`);
}

function registered(patterns: RedactionSpec['patterns']): readonly Detector[] {
  if (patterns === undefined) return [];
  if (!hasMethod(patterns, 'getAll')) throw new RedactError('OPTIONS', 'patterns must be a PatternRegistry');
  return patterns.getAll();
}

/** Options may come from JSON or untyped code. */
function hasMethod(given: unknown, name: string): boolean {
  return typeof given === 'object' && given !== null && typeof Reflect.get(given, name) === 'function';
}

function checkedList<T>(list: readonly T[] | undefined, name: string): readonly T[] {
  if (list === undefined) return [];
  if (Array.isArray(list)) return list as readonly T[]; // its items are looked at one by one
  throw new RedactError('OPTIONS', `${name} must be a list`);
}

function checkPlugin(plugin: RedactorPlugin): RedactorPlugin {
  if (!hasMethod(plugin, 'redact') || typeof plugin.name !== 'string' || !Array.isArray(plugin.categories)) {
    throw new RedactError('OPTIONS', 'a redactor plugin is an object with name, categories and redact');
  }
  const categories: readonly string[] = plugin.categories.slice(); // looked at below
  for (const category of categories) checkCategoryName(category);
  return { name: plugin.name, categories, redact: (line) => plugin.redact(line) };
}

function checkStrategies(byCategory: RedactionSpec['strategies'], own: ReadonlySet<string>, recognised: readonly string[]): void {
  if (byCategory === undefined) return;
  if (typeof byCategory !== 'object' || (byCategory as unknown) === null) throw new RedactError('OPTIONS', 'strategies must be an object of category and strategy');
  checkCategories(Object.keys(byCategory).map(canonicalCategory), [...piiCategories, ...secretCategories, ...recognised, ...own], 'PII or secret');
}

function listOf(list: unknown, name: string): readonly string[] | undefined {
  if (list === undefined) return undefined;
  if (Array.isArray(list) && list.every((name) => typeof name === 'string')) return list;
  throw new RedactError('OPTIONS', `${name} must be a list of category names`);
}
