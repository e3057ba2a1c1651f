import { secretCategories, type Strategy } from '@enforcecore/redact';
import { PatternRegistry } from '@enforcecore/redact/patterns';
import type { PiiRules } from '../policy-compile.js';
import type { Fault } from '../policy-fault.js';
import { nearestKey } from '../nearest-key.js';
import { defaultPiiCategories, knownPiiCategories, recognisedCategories } from '../schema/checks.js';
import type { PiiRedactionSchema } from '../schema/content.schema.js';
import type { GeneralTerms } from './compile-rules.js';
import type { Keys, Origin } from './origin.js';

const block: Keys = ['rules', 'pii_redaction'];

/** What a policy hides and how; nothing without the block. */
export function compileRedaction(schema: PiiRedactionSchema | undefined, origin: Origin): PiiRules | undefined {
  if (schema === undefined || schema.enabled === false) return undefined;
  const { strategy = 'placeholder' } = schema;
  const patterns = patternsOf(schema, origin);
  return Object.freeze({
    categories: Object.freeze([...new Set((schema.categories ?? defaultPiiCategories).map(canonicalCategory))]),
    // `regex` and `ner` say how to look, and write placeholders.
    strategy: strategy === 'regex' || strategy === 'ner' ? 'placeholder' : strategy,
    strategies: strategiesOf(schema, patterns?.categories() ?? [], origin),
    secrets: schema.secrets ?? true,
    patterns,
    base64: schema.decode_base64 ?? true,
    threshold: schema.ner_threshold ?? 0.8,
    fallback: schema.ner_fallback_to_regex ?? true,
  });
}

/** `person` is another word for `person_name`. */
export function canonicalCategory(category: string): string {
  return category === 'person' ? 'person_name' : category;
}

/** What one tool gets in the clear. Its results must be cleaned, or the values would come back to whom they are hidden from. */
export function compileReveals(reveals: readonly string[], keys: Keys, { redaction, redactOutput }: Pick<GeneralTerms, 'redaction' | 'redactOutput'>, origin: Origin): readonly string[] {
  if (reveals.length > 0 && (redaction === undefined || !redactOutput)) {
    origin.fault(keys, { message: 'a tool that gets values in the clear could give them back', expected: 'rules.pii_redaction, and redact_output not false' });
  }
  const known = [...categoriesKnown(redaction?.patterns?.categories() ?? [])];
  for (const [i, category] of reveals.entries()) if (!known.includes(category)) origin.fault([...keys, i], noCategory(category, known));
  return reveals.map(canonicalCategory);
}

function categoriesKnown(own: readonly string[]): ReadonlySet<string> {
  return new Set([...knownPiiCategories, ...recognisedCategories, ...secretCategories, ...own]);
}

function noCategory(given: string, known: readonly string[]): Fault {
  const nearest = nearestKey(given, known);
  return { message: 'no such category', expected: 'a category of personal data or secrets', ...(nearest === undefined ? {} : { nearest }) };
}

function patternsOf({ patterns = [] }: PiiRedactionSchema, origin: Origin): PatternRegistry | undefined {
  if (patterns.length === 0) return undefined;
  const registry = new PatternRegistry();
  for (const { $key = '', pattern = '', ignore_case: ignoreCase, secret, placeholder, mask } of patterns) {
    origin.try([...block, 'patterns', $key], () => registry.register($key, pattern, { ignoreCase, kind: secret === true ? 'secret' : 'pii', placeholder, mask }));
  }
  return registry;
}

function strategiesOf({ strategies = [] }: PiiRedactionSchema, own: readonly string[], origin: Origin): Readonly<Record<string, Strategy>> | undefined {
  if (strategies.length === 0) return undefined;
  const known = categoriesKnown(own);
  const entries: [string, Strategy][] = [];
  for (const { $key = '', $value } of strategies) {
    if ($value !== undefined && known.has($key)) entries.push([canonicalCategory($key), $value]);
    else origin.fault([...block, 'strategies', $key], noCategory($key, [...known]));
  }
  return Object.freeze(Object.fromEntries(entries));
}
