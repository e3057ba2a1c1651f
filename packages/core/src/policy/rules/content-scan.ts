import { detectRules, foldText, type RuleCategory } from '@enforcecore/redact';
import { brokenBy, conditionOf } from './argument-check.js';
import type { Condition, Facts } from '../conditions/condition.js';
import { compilePattern, type LinearPattern } from '@enforcecore/redact/patterns';
import { builtInRules, type ContentRuleSchema } from '../schema/content.schema.js';
import { nearestKey } from '../nearest-key.js';
import type { Action } from '../verdict.js';
import type { RuleInfo } from './call-check.js';
import { pathText, type Keys, type Origin } from './origin.js';

type Span = readonly [start: number, end: number];

/** A content rule that fired on a text. */
export interface ContentHit {
  readonly rule: RuleInfo;
  readonly reason: string;
  readonly placeholder: string;
  /** What matched, in UTF-16 offsets of the text as it was given. */
  readonly spans: readonly Span[];
}

interface Custom {
  readonly rule: RuleInfo;
  readonly pattern: LinearPattern | undefined;
  readonly condition: Condition | undefined;
}

/** The content rules for one direction, compiled: built-in ones in one scan, patterns over the text and over what it reads as. */
export class ContentScan {
  readonly #builtIn: ReadonlyMap<string, RuleInfo>;
  readonly #categories: readonly RuleCategory[];
  readonly #custom: readonly Custom[];

  constructor(builtIn: ReadonlyMap<string, RuleInfo>, custom: readonly Custom[]) {
    this.#builtIn = builtIn;
    this.#categories = [...builtIn.keys()] as RuleCategory[]; // names of built-in rules are categories
    this.#custom = custom;
  }

  get isEmpty(): boolean {
    return this.#builtIn.size + this.#custom.length === 0;
  }

  scan(text: string, facts: () => Facts): readonly ContentHit[] {
    const hits: ContentHit[] = [];
    if (this.#categories.length > 0) this.#scanBuiltIn(text, hits);
    for (const custom of this.#custom) {
      const hit = scanCustom(custom, text, facts);
      if (hit !== undefined) hits.push(hit);
    }
    return hits;
  }

  #scanBuiltIn(text: string, hits: ContentHit[]): void {
    const found = detectRules(text, this.#categories);
    if (found.length === 0) return;
    for (const [category, rule] of this.#builtIn) {
      const spans = found.filter((finding) => finding.category === category).map(({ start, end }): Span => [start, end]);
      if (spans.length > 0) hits.push({ rule, reason: `the text reads like ${words(category)}`, placeholder: placeholderOf(category), spans });
    }
  }
}

function scanCustom({ rule, pattern, condition }: Custom, text: string, facts: () => Facts): ContentHit | undefined {
  const name = rule.id.slice(rule.id.lastIndexOf('.') + 1);
  if (condition !== undefined) {
    // What cannot be evaluated counts as fired.
    const reason = brokenBy(condition, false, () => condition.holds({ ...facts(), text }));
    return reason === undefined ? undefined : { rule, reason, placeholder: placeholderOf(name), spans: [[0, text.length]] };
  }
  const spans = pattern === undefined ? [] : spansOf(pattern, text);
  return spans.length === 0 ? undefined : { rule, reason: `the text matches "${name}"`, placeholder: placeholderOf(name), spans };
}

function spansOf(pattern: LinearPattern, text: string): readonly Span[] {
  const direct = pattern.test(text) ? pattern.spans(text) : [];
  const folded = foldText(text);
  if (folded === undefined || !pattern.test(folded.text)) return direct;
  return [...direct, ...pattern.spans(folded.text).map(([start, end]) => folded.spanOf(start, end))];
}

function words(category: string): string {
  return category.replaceAll('_', ' ');
}

function placeholderOf(name: string): string {
  const word = name.toUpperCase().replaceAll(/[^A-Z0-9_]+/g, '_').slice(0, 64);
  return `<${word === '' ? 'REMOVED' : word}>`;
}

/** Content rules by the direction that they look at. */
export interface ContentScans {
  readonly arguments: ContentScan;
  readonly results: ContentScan;
}

export function compileContentRules(schemas: readonly ContentRuleSchema[], keys: Keys, action: Action, origin: Origin): ContentScans {
  const builtIn = { arguments: new Map<string, RuleInfo>(), results: new Map<string, RuleInfo>() };
  const custom: { arguments: Custom[]; results: Custom[] } = { arguments: [], results: [] };
  schemas.forEach((schema, index) => {
    const own = [...keys, 'block_patterns', index];
    const id = schema.name === undefined ? undefined : `${pathText(keys)}.${schema.name}`;
    const rule = origin.rule(own, schema.action ?? action, id);
    const directions = (['arguments', 'results'] as const).filter((one) => schema.applies_to === undefined || schema.applies_to === 'both' || schema.applies_to === one);
    if (isBuiltIn(schema)) {
      for (const one of directions) builtIn[one].set(schema.name ?? '', rule);
      return;
    }
    const compiled = compileCustom(schema, own, rule, origin);
    if (compiled !== undefined) for (const one of directions) custom[one].push(compiled);
  });
  return {
    arguments: new ContentScan(builtIn.arguments, custom.arguments),
    results: new ContentScan(builtIn.results, custom.results),
  };
}

function isBuiltIn({ name, pattern, when }: ContentRuleSchema): boolean {
  return pattern === undefined && when === undefined && name !== undefined && builtInRules.includes(name);
}

function compileCustom({ name, pattern, when }: ContentRuleSchema, keys: Keys, rule: RuleInfo, origin: Origin): Custom | undefined {
  if (pattern !== undefined && when !== undefined) {
    origin.fault([...keys, 'when'], { message: 'a rule has a pattern or a condition, not both', expected: 'two rules' });
    return undefined;
  }
  if (pattern !== undefined) {
    const compiled = origin.try([...keys, 'pattern'], () => compilePattern(pattern, { ignoreCase: true }));
    return compiled === undefined ? undefined : { rule, pattern: compiled, condition: undefined };
  }
  if (when !== undefined) {
    const [condition] = conditionOf(when, [...keys, 'when'], origin, { text: 'string' });
    return condition === undefined ? undefined : { rule, pattern: undefined, condition };
  }
  const nearest = name === undefined ? undefined : nearestKey(name, builtInRules);
  const expected = `a pattern, a condition (when), or one of ${builtInRules.join(', ')}`;
  origin.fault(name === undefined ? keys : [...keys, 'name'], { message: 'the rule looks for nothing', expected, ...(nearest === undefined ? {} : { nearest }) });
  return undefined;
}
