import { foldText } from '@enforcecore/redact';
import { readArgumentPath } from '../argument-path.js';
import { compileNetwork } from '../network/network.js';
import type { PiiRules } from '../policy-compile.js';
import { blockLimits, compileLimits } from '../limits/compile-limits.js';
import type { RateRule } from '../limits/limit-rules.js';
import { addressBlock, type AddressBlock } from '../network/address-block.js';
import { RateTable, type KeyedRate } from '../rate-table.js';
import type { ConditionSchema, ContentRulesSchema, NetworkSchema, SensitivityLabelsSchema, ToolNetworkSchema } from '../schema/content.schema.js';
import type { RateLimitsSchema, RateRuleSchema } from '../schema/limits.schema.js';
import type { RulesSchema, ToolSchema } from '../schema/policy.schema.js';
import { ToolList } from '../tool-list.js';
import { readToolPattern } from '../tool-name.js';
import { ToolVerdicts } from '../tool-verdicts.js';
import type { Action } from '../verdict.js';
import { compileArgument, conditionOf } from './argument-check.js';
import type { CallCheck } from './call-check.js';
import { ConditionCheck, ContextCheck } from './condition-check.js';
import { compileReveals } from './compile-redaction.js';
import { compileContentRules, type ContentScans } from './content-scan.js';
import type { Keys, Origin } from './origin.js';
import { compileSandbox, compileToolSandbox } from './compile-sandbox.js';
import { RuleBook, type Connections, type GeneralRules, type SensitivityRules, type SharedCheck, type ToolBlock } from './rule-book.js';
import type { Label } from './sensitivity-check.js';
import { sensitivityRank } from './sensitivity.js';
import type { NetworkCheck } from './text-checks.js';
import type { Limit } from './tool-rules.js';

export interface GeneralTerms {
  readonly onViolation: Action;
  readonly redaction: PiiRules | undefined;
  readonly redactOutput: boolean;
  readonly maxDurationMs: number | undefined;
  readonly globalRate: RateRule | undefined;
  readonly maxCostMicros: number | undefined;
}

/** Compiles the rules of a merged document; what cannot be compiled becomes issues. */
export function compileRules(rules: RulesSchema, terms: GeneralTerms, origin: Origin): RuleBook {
  const { onViolation } = terms;
  const lists = new ToolVerdicts(canonical(rules.denied_tools ?? []), rules.allowed_tools ? canonical(rules.allowed_tools) : undefined);
  const general: GeneralRules = {
    context: contextChecks(rules, onViolation, origin),
    conditions: (rules.conditions ?? []).flatMap((schema, i) => sharedChecks(schema, ['rules', 'conditions', i], onViolation, origin)),
    content: contentOf(rules.content_rules, ['rules', 'content_rules'], onViolation, origin),
    network: networkOf(rules.network, onViolation, origin),
    sensitivity: sensitivityOf(rules.sensitivity_labels, onViolation, origin),
    redaction: terms.redaction,
    redactOutput: terms.redactOutput,
    maxDurationMs: terms.maxDurationMs,
    maxOutput: limitOf(rules.max_output_size_bytes, ['rules', 'max_output_size_bytes'], onViolation, origin),
    rates: rateTableOf(rules.rate_limits),
    limits: compileLimits(rules, terms.globalRate, terms.maxCostMicros, origin),
    connections: connectionsOf(rules.network),
    sandbox: compileSandbox(rules, origin),
    maxMemoryMb: rules.resource_limits?.max_memory_mb ?? undefined,
  };
  const blocks = (rules.tools ?? []).map((schema) => toolBlock(schema, terms, origin));
  for (const block of blocks) reportInert(block, lists, general, origin);
  return new RuleBook(lists, onViolation, general, blocks, origin);
}

/** Rules that can never apply are mistakes, where the same file says why they cannot. */
function reportInert({ pattern, maxDurationMs, maxOutput }: ToolBlock, lists: ToolVerdicts, general: GeneralRules, origin: Origin): void {
  const keys = ['rules', 'tools', pattern];
  const { verdict } = lists.judge(pattern);
  if (!pattern.includes('*') && !verdict.allowed && verdict.keys !== undefined && origin.sameFile(keys, verdict.keys)) {
    origin.fault(keys, { message: `no rule here can apply: ${verdict.reason}`, expected: 'a tool that may be called' });
  }
  const looser = (own: number | undefined, all: number | undefined, ownKeys: Keys, allKeys: Keys): void => {
    if (own === undefined || all === undefined || own <= all || !origin.sameFile(ownKeys, allKeys)) return;
    origin.fault(ownKeys, { message: `${allKeys.join('.')} is tighter, so this limit never applies`, expected: 'a tighter limit' });
  };
  const seconds = ['resource_limits', 'max_call_duration_seconds'];
  looser(maxDurationMs, general.maxDurationMs, [...keys, ...seconds], ['rules', ...seconds]);
  looser(maxOutput?.value, general.maxOutput?.value, [...keys, 'max_output_size_bytes'], ['rules', 'max_output_size_bytes']);
}

function canonical(patterns: readonly string[]): string[] {
  return patterns.map((pattern) => readToolPattern(pattern).canonical ?? pattern);
}

function contextChecks({ context = [] }: RulesSchema, action: Action, origin: Origin): CallCheck[] {
  return context.map(({ $key = '', $value = [] }) => {
    const keys = ['rules', 'context', $key];
    if ($value.length === 0) origin.fault(keys, { message: 'an empty list lets no call happen', expected: 'at least one value' });
    return new ContextCheck(origin.rule(keys, action), $key, $value);
  });
}

function sharedChecks(schema: ConditionSchema, keys: Keys, general: Action, origin: Origin): SharedCheck[] {
  const { name, tools, when, unless, reason, action = general } = schema;
  if (when === undefined && unless === undefined) {
    origin.fault(keys, { message: 'the condition says nothing', expected: 'when or unless' });
  }
  if (tools?.length === 0) origin.fault([...keys, 'tools'], { message: 'the condition is for no tool', expected: 'a tool, or no list for all' });
  const list = tools === undefined ? undefined : new ToolList(canonical(tools));
  const id = name === undefined ? undefined : `rules.conditions.${name}`;
  return conditionChecks({ when, unless }, keys, action, origin, reason, id).map((check) => ({ tools: list, check }));
}

function conditionChecks(
  { when, unless }: { readonly when?: string | undefined; readonly unless?: string | undefined },
  keys: Keys,
  action: Action,
  origin: Origin,
  reason?: string,
  id?: string,
): CallCheck[] {
  const make = (key: 'when' | 'unless', source: string | undefined): CallCheck[] =>
    conditionOf(source, [...keys, key], origin, {}).map(
      (condition) => new ConditionCheck(origin.rule([...keys, key], action, id), condition, key === 'when', reason),
    );
  return [...make('when', when), ...make('unless', unless)];
}

function contentOf(schema: ContentRulesSchema | undefined, keys: Keys, action: Action, origin: Origin): ContentScans | undefined {
  if (schema === undefined || schema.enabled === false) return undefined;
  return compileContentRules(schema.block_patterns ?? [], keys, action, origin);
}

function networkOf(schema: NetworkSchema | undefined, action: Action, origin: Origin): NetworkCheck | undefined {
  if (schema === undefined || schema.enabled === false) return undefined;
  const keys = ['rules', 'network'];
  const { allowed_domains: allowed, denied_domains: denied, deny_all_other: denyOthers } = schema;
  const network = origin.try(keys, () =>
    compileNetwork({ allowed_domains: allowed ?? [], denied_domains: denied ?? [], deny_all_other: denyOthers ?? true, fold: foldText }),
  );
  return network === undefined ? undefined : { network, rule: origin.rule(keys, schema.action ?? action) };
}

/** What the policy says of connections, besides hosts. */
function connectionsOf(schema: NetworkSchema | undefined): Connections {
  return Object.freeze({
    allowedAddresses: Object.freeze((schema?.allowed_addresses ?? []).map(addressBlock).filter((block): block is AddressBlock => block !== undefined)),
    childProcesses: schema?.child_processes ?? 'deny',
  });
}

function toolNetworkOf(schema: ToolNetworkSchema | undefined, keys: Keys, action: Action, origin: Origin): NetworkCheck | undefined {
  if (schema === undefined) return undefined;
  const { allowed_domains: allowed, denied_domains: denied } = schema;
  const network = origin.try(keys, () =>
    compileNetwork({ allowed_domains: allowed ?? [], denied_domains: denied ?? [], deny_all_other: allowed !== undefined, fold: foldText }),
  );
  return network === undefined ? undefined : { network, rule: origin.rule(keys, action) };
}

function sensitivityOf(schema: SensitivityLabelsSchema | undefined, general: Action, origin: Origin): SensitivityRules | undefined {
  if (schema === undefined || schema.enabled === false) return undefined;
  const action = schema.enforce === false || general === 'log' ? 'log' : (schema.fallback ?? 'redact');
  const clearances = schema.clearances ?? [];
  return {
    rule: origin.rule(['rules', 'sensitivity_labels'], action),
    defaultClearance: sensitivityRank(schema.default_clearance ?? 'internal'),
    unlabelled: sensitivityRank(schema.default_label ?? 'public'),
    fields: (schema.fields ?? []).flatMap(({ $key = '', $value }) => labelOf($key, $value)),
    clearances: {
      tools: new ToolList(clearances.map(({ $key = '' }) => $key)),
      ranks: clearances.map(({ $value }) => sensitivityRank($value ?? 'public')),
    },
  };
}

function labelOf(path: string, level: string | undefined): Label[] {
  const { steps } = readArgumentPath(path);
  return steps === undefined || level === undefined ? [] : [{ steps, rank: sensitivityRank(level) }];
}

function limitOf(value: number | null | undefined, keys: Keys, action: Action, origin: Origin): Limit | undefined {
  return value === undefined || value === null ? undefined : { value, rule: origin.rule(keys, action) };
}

function rateTableOf(schema: RateLimitsSchema | undefined): RateTable | undefined {
  if (schema === undefined || schema.enabled === false) return undefined;
  return new RateTable((schema.per_tool ?? []).map((rule) => [rule.$key ?? '', rateOf(rule, 100)]));
}

export function rateOf(rule: RateRuleSchema, defaultCalls: number): RateRule {
  return Object.freeze({ maxCalls: rule.max_calls ?? defaultCalls, windowMs: Math.round((rule.window_seconds ?? 60) * 1000) });
}

function toolBlock(schema: ToolSchema, general: GeneralTerms, origin: Origin): ToolBlock {
  const pattern = schema.$key ?? '';
  const keys: Keys = ['rules', 'tools', pattern];
  const action = schema.on_violation ?? general.onViolation;
  const args = schema.args ?? [];
  const seconds = schema.resource_limits?.max_call_duration_seconds;
  const redaction = schema.pii_redaction;
  return {
    pattern,
    checks: [
      ...args.flatMap((argument) => compileArgument(argument, [...keys, 'args', argument.$key ?? ''], action, origin) ?? []),
      ...conditionChecks(schema, keys, action, origin),
    ],
    named: args.flatMap(({ $key = '' }) => rootOf($key)),
    byName: args.some(({ $key = '' }) => rootOf($key).some((name) => !/^arg\d+$/.test(name))) ? origin.rule([...keys, 'args'], action) : undefined,
    extraArguments: schema.extra_args === 'deny' ? origin.rule([...keys, 'extra_args'], action) : undefined,
    clearance: schema.clearance === undefined ? undefined : sensitivityRank(schema.clearance),
    labels: args.flatMap(({ $key = '', sensitivity }) => labelOf($key, sensitivity)),
    content: contentOf(schema.content_rules, [...keys, 'content_rules'], action, origin),
    network: toolNetworkOf(schema.network, [...keys, 'network'], action, origin),
    categories: redaction?.categories ?? [],
    secrets: redaction?.secrets === true,
    reveals: compileReveals(redaction?.reveal ?? [], [...keys, 'pii_redaction', 'reveal'], general, origin),
    redacts: redaction !== undefined && ((redaction.categories ?? []).length > 0 || redaction.secrets === true),
    redactOutput: schema.redact_output === true,
    maxDurationMs: typeof seconds === 'number' ? Math.round(seconds * 1000) : undefined,
    maxOutput: limitOf(schema.max_output_size_bytes, [...keys, 'max_output_size_bytes'], action, origin),
    rate: keyedRate(pattern, schema.rate_limit),
    limits: blockLimits(schema, pattern, schema.rate_limit && rateOf(schema.rate_limit, 100)),
    sandbox: compileToolSandbox(schema.sandbox),
  };
}

function keyedRate(pattern: string, rule: RateRuleSchema | undefined): KeyedRate | undefined {
  return rule === undefined ? undefined : Object.freeze({ key: `tools\0${pattern}`, rule: rateOf(rule, 100) });
}

/** The argument that a path begins with. `*` names none: what only it speaks of is extra all the same. */
function rootOf(path: string): string[] {
  const [first] = readArgumentPath(path).steps ?? [];
  return first?.kind === 'name' ? [first.name] : [];
}
