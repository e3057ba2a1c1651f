import type { Strategy } from '@enforcecore/redact';
import type { PatternRegistry } from '@enforcecore/redact/patterns';
import type { PolicyIssue } from '../errors.js';
import { policyDigest } from './policy-digest.js';
import { invalidPolicy, issueAt } from './policy-fault.js';
import { mergeClosure, type PolicyClosure } from './policy-load.js';
import { nodeAt, toPlain, type MapNode, type PlainValue } from './policy-node.js';
import { validateDocument } from './policy-validate.js';
import { sharedLimitsOf, tripRulesOf } from './limits/compile-limits.js';
import type { RateRule, SharedLimits, TripRule } from './limits/limit-rules.js';
import { compileRedaction } from './rules/compile-redaction.js';
import { compileRules, rateOf } from './rules/compile-rules.js';
import { levelOf } from './rules/compile-sandbox.js';
import { Origin } from './rules/origin.js';
import type { RuleBook } from './rules/rule-book.js';
import { argumentOf, knownPiiCategories } from './schema/checks.js';
import { ResourceLimitsSchema } from './schema/limits.schema.js';
import { RulesSchema, type PolicySchema } from './schema/policy.schema.js';
import type { Action } from './verdict.js';

export interface PiiRules {
  readonly categories: readonly string[];
  readonly strategy: Strategy;
  /** Strategies of single categories. */
  readonly strategies?: Readonly<Record<string, Strategy>> | undefined;
  /** Whether secrets such as API keys are cleaned too. */
  readonly secrets: boolean;
  /** Patterns that the policy defines. */
  readonly patterns?: PatternRegistry | undefined;
  /** Categories left as they are, for a tool that gets them in the clear. */
  readonly except?: ReadonlySet<string> | undefined;
  /** Whether to look into base64. */
  readonly base64?: boolean | undefined;
  /** How sure a recogniser of names must be, from 0 to 1. */
  readonly threshold: number;
  /** Whether to go on without the categories that cannot be looked for. */
  readonly fallback: boolean;
}

/** What `Policy` is made of. */
export interface CompiledPolicy {
  readonly document: PlainValue;
  readonly name: string;
  readonly version: string;
  readonly source: string | undefined;
  readonly files: readonly string[];
  readonly ways: readonly string[];
  readonly digest: string;
  readonly mode: 'enforce' | 'monitor';
  readonly onViolation: Action;
  readonly redaction: PiiRules | undefined;
  readonly maxDurationMs: number | undefined;
  readonly maxCostMicros: number | undefined;
  readonly maxMemoryMb: number | undefined;
  readonly tripRules: readonly TripRule[];
  readonly sharedLimits: SharedLimits | undefined;
  readonly globalRate: RateRule | undefined;
  readonly rules: RuleBook;
  readonly warnings: readonly PolicyIssue[];
  /** The merged document with the places of its values. */
  readonly located: MapNode;
}

/** Merges a closure of documents, checks the result and compiles it. Everything that is wrong is told at once. */
export function compilePolicy(closure: PolicyClosure): CompiledPolicy {
  const issues: PolicyIssue[] = [...closure.issues];
  const merged = mergeClosure(closure, issues);
  const schema = validateDocument(merged, issues);
  const compiled = compileSchema(schema, merged, closure, issues);
  if (issues.length > 0) throw invalidPolicy(closure.label, inReadingOrder(issues, closure.names));
  return compiled;
}

function inReadingOrder(issues: readonly PolicyIssue[], files: readonly string[]): PolicyIssue[] {
  return [...issues].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column);
}

function compileSchema(schema: PolicySchema, merged: MapNode, closure: PolicyClosure, issues: PolicyIssue[]): CompiledPolicy {
  const rules = schema.rules ?? new RulesSchema();
  const document = toPlain(merged);
  const onViolation = schema.on_violation ?? 'block';
  const origin = new Origin(merged, issues);
  const redaction = compileRedaction(rules.pii_redaction, origin);
  const { max_call_duration_seconds: seconds, max_cost_usd: usd, max_memory_mb: memory } = rules.resource_limits ?? new ResourceLimitsSchema();
  const maxDurationMs = typeof seconds === 'number' ? Math.round(seconds * 1000) : undefined;
  const maxCostMicros = typeof usd === 'number' ? Math.round(usd * 1e6) : undefined;
  const rates = rules.rate_limits;
  const globalRate = rates?.global && rates.enabled !== false ? rateOf(rates.global, 1000) : undefined;
  return {
    document,
    name: (schema.name ?? '').trim(),
    version: String(schema.version ?? '1.0').trim(),
    source: closure.source,
    files: closure.files,
    ways: closure.ways,
    digest: policyDigest(document, closure.digests),
    mode: schema.mode ?? 'enforce',
    onViolation,
    redaction,
    maxDurationMs,
    maxCostMicros,
    maxMemoryMb: memory ?? undefined,
    globalRate,
    tripRules: tripRulesOf(rules.kill_switch, origin),
    sharedLimits: sharedLimitsOf(rules.shared_limits),
    rules: compileRules(rules, { onViolation, redaction, redactOutput: rules.redact_output ?? true, maxDurationMs, globalRate, maxCostMicros }, origin),
    warnings: Object.freeze(warningsOf(rules, merged)),
    located: merged,
  };
}

/** What the policy says and the shipped services cannot hold: the policy loads, and whoever loads it is told. */
function warningsOf(rules: RulesSchema, merged: MapNode): PolicyIssue[] {
  const warn = (path: readonly string[], message: string, expected: string): PolicyIssue =>
    issueAt(nodeAt(merged, ['rules', ...path]).place, { message, expected });
  const { pii_redaction: pii, resource_limits: limits, sandbox, budgets = [] } = rules;
  const isInside = sandbox === undefined || sandbox.enabled === false || levelOf(sandbox.strategy) === 'inline';
  const unfound = pii === undefined || pii.enabled === false ? [] : (pii.categories ?? []).filter((category) => !knownPiiCategories.includes(category));
  return [
    ...(typeof limits?.max_memory_mb === 'number' && isInside
      ? [warn(['resource_limits', 'max_memory_mb'], 'tools that run inside the process cannot be held to it, so the shipped services refuse this policy', 'rules.sandbox with strategy: worker, process or bubblewrap')]
      : []),
    ...budgets.flatMap(({ by = [], period = 'ever' }, i) =>
      period === 'ever' && by.some((word) => word === 'session' || argumentOf(word) !== undefined)
        ? [warn(['budgets', String(i)], 'its accounts never end, and callers make ever new ones: once there are 100,000, calls under a new one are refused', 'a period, or a budget by tenant or agent')]
        : [],
    ),
    ...(unfound.length === 0
      ? []
      : [warn(['pii_redaction', 'categories'], `${unfound.join(', ')}: found by a recogniser of names alone`, 'an EntityRecognizer in the container')]),
  ];
}
