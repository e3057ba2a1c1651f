import type { PolicyIssue } from '../errors.js';
import { defaultPiiCategories } from './policy-checks.js';
import { policyDigest } from './policy-digest.js';
import { invalidPolicy } from './policy-fault.js';
import type { PolicyClosure } from './policy-load.js';
import { mergeDocuments } from './policy-merge.js';
import { toPlain, type PlainValue } from './policy-node.js';
import { validateDocument } from './policy-validate.js';
import {
  ResourceLimitsSchema,
  RulesSchema,
  type PiiRedactionSchema,
  type PolicySchema,
  type RateLimitsSchema,
  type RateRuleSchema,
} from './policy.schema.js';
import { RateTable, type RateRule } from './rate-table.js';
import { readToolPattern } from './tool-name.js';
import { ToolVerdicts } from './tool-verdicts.js';

export interface PiiRules {
  readonly categories: readonly string[];
  readonly strategy: 'placeholder' | 'mask' | 'hash' | 'remove';
  /** Whether secrets such as API keys are cleaned too. */
  readonly secrets: boolean;
}

/** What `Policy` is made of. */
export interface CompiledPolicy {
  readonly document: PlainValue;
  readonly name: string;
  readonly version: string;
  readonly source: string | undefined;
  readonly digest: string;
  readonly onViolation: 'block' | 'log';
  readonly redaction: PiiRules | undefined;
  readonly redactOutput: boolean;
  readonly maxDurationMs: number | undefined;
  readonly maxCostMicros: number | undefined;
  readonly maxOutputBytes: number | undefined;
  readonly tools: ToolVerdicts;
  readonly rates: { readonly table: RateTable; readonly global: RateRule | undefined } | undefined;
}

/** Merges a closure of documents from the farthest parent to the child, checks the result and compiles it. */
export function compilePolicy(closure: PolicyClosure): CompiledPolicy {
  const issues: PolicyIssue[] = [...closure.issues];
  const [child, ...parents] = closure.documents;
  const merged = parents.reduce((younger, older) => mergeDocuments(older, younger), child);
  const schema = validateDocument(merged, issues);
  if (issues.length > 0) throw invalidPolicy(closure.label, inReadingOrder(issues, closure));
  return compileSchema(schema, toPlain(merged), closure);
}

function inReadingOrder(issues: readonly PolicyIssue[], closure: PolicyClosure): PolicyIssue[] {
  const files = closure.documents.map(({ place }) => place.file);
  return [...issues].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
}

function compileSchema(schema: PolicySchema, document: PlainValue, closure: PolicyClosure): CompiledPolicy {
  const rules = schema.rules ?? new RulesSchema();
  return {
    document,
    name: (schema.name ?? '').trim(),
    version: String(schema.version ?? '1.0').trim(),
    source: closure.source,
    digest: policyDigest(document, closure.digests),
    // `redact` stands in old files and has always blocked.
    onViolation: schema.on_violation === 'log' ? 'log' : 'block',
    redaction: redactionOf(rules.pii_redaction),
    redactOutput: rules.redact_output ?? true,
    ...limitsOf(rules.resource_limits),
    maxOutputBytes: rules.max_output_size_bytes ?? undefined,
    tools: new ToolVerdicts(canonical(rules.denied_tools ?? []), rules.allowed_tools ? canonical(rules.allowed_tools) : undefined),
    rates: ratesOf(rules.rate_limits),
  };
}

function canonical(patterns: readonly string[]): string[] {
  return patterns.map((pattern) => readToolPattern(pattern).canonical ?? pattern);
}

function redactionOf(block: PiiRedactionSchema | undefined): PiiRules | undefined {
  if (block === undefined || block.enabled === false) return undefined;
  const categories = Object.freeze([...new Set(block.categories ?? defaultPiiCategories)]);
  return Object.freeze({ categories, strategy: block.strategy ?? 'placeholder', secrets: block.secrets ?? true });
}

function limitsOf(block: ResourceLimitsSchema | undefined): Pick<CompiledPolicy, 'maxDurationMs' | 'maxCostMicros'> {
  const { max_call_duration_seconds: seconds, max_cost_usd: usd } = block ?? new ResourceLimitsSchema();
  return {
    maxDurationMs: typeof seconds === 'number' ? Math.round(seconds * 1000) : undefined,
    maxCostMicros: typeof usd === 'number' ? Math.round(usd * 1e6) : undefined,
  };
}

function ratesOf(block: RateLimitsSchema | undefined): CompiledPolicy['rates'] {
  if (block === undefined || block.enabled === false) return undefined;
  const table = new RateTable((block.per_tool ?? []).map((rule) => [rule.tool ?? '', rateOf(rule, 100)]));
  const global = block.global ? rateOf(block.global, 1000) : undefined;
  return { table, global };
}

function rateOf(rule: RateRuleSchema, defaultCalls: number): RateRule {
  return Object.freeze({ maxCalls: rule.max_calls ?? defaultCalls, windowMs: Math.round((rule.window_seconds ?? 60) * 1000) });
}
