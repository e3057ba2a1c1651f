import type { Call } from '../../call.js';
import { readArgumentPath, type PathStep } from '../argument-path.js';
import type { Condition } from '../conditions/condition.js';
import { compileCondition } from '../conditions/condition.js';
import { compilePattern } from '@enforcecore/redact/patterns';
import type { ArgumentSchema } from '../schema/arguments.schema.js';
import type { SinkCheck } from '../sinks/sink.js';
import type { Action, DecisionState } from '../verdict.js';
import type { CallCheck, Findings, RuleInfo } from './call-check.js';
import { valuesAt, type Located } from './call-values.js';
import { factsOf } from './facts.js';
import type { Keys, Origin } from './origin.js';
import { compileSink } from './sink-of.js';

/** Says what is wrong with one value, without showing it. */
type ValueCheck = (value: unknown) => string | undefined;

const placeholder = '<REMOVED>';

/** Compiles what a policy says of one argument. Faults of the rule itself become issues. */
export function compileArgument(schema: ArgumentSchema, keys: Keys, action: Action, origin: Origin): CallCheck | undefined {
  const path = schema.$key ?? '';
  const { steps } = readArgumentPath(path);
  if (steps === undefined) return undefined; // told when the document was read
  reportContradictions(schema, keys, origin);
  const rule = (key: string): RuleInfo => origin.rule([...keys, key], schema.action ?? action);
  const checks = [
    ...valueChecks(schema, keys, origin).map(([key, check]) => ({ rule: rule(key), check })),
  ];
  const sink = schema.sink === undefined ? undefined : compileSink(schema, keys, origin);
  return new ArgumentCheck(steps, path, {
    checks,
    required: schema.required === true ? rule('required') : undefined,
    sink: sink === undefined ? undefined : { rule: rule('sink'), check: sink, kind: schema.sink ?? '' },
    conditions: [
      ...conditionOf(schema.when, [...keys, 'when'], origin).map((condition) => ({ rule: rule('when'), condition, wanted: true })),
      ...conditionOf(schema.unless, [...keys, 'unless'], origin).map((condition) => ({ rule: rule('unless'), condition, wanted: false })),
    ],
  });
}

interface ArgumentRules {
  readonly checks: readonly { readonly rule: RuleInfo; readonly check: ValueCheck }[];
  readonly required: RuleInfo | undefined;
  readonly sink: { readonly rule: RuleInfo; readonly check: SinkCheck; readonly kind: string } | undefined;
  readonly conditions: readonly { readonly rule: RuleInfo; readonly condition: Condition; readonly wanted: boolean }[];
}

class ArgumentCheck implements CallCheck {
  readonly again: boolean;
  readonly #steps: readonly PathStep[];
  readonly #path: string;
  readonly #rules: ArgumentRules;

  constructor(steps: readonly PathStep[], path: string, rules: ArgumentRules) {
    this.#steps = steps;
    this.#path = path;
    this.#rules = rules;
    this.again = rules.sink !== undefined;
  }

  run(call: Call, state: DecisionState, findings: Findings): void {
    const found = valuesAt(call, this.#steps).filter(({ value }) => value !== undefined);
    const { required } = this.#rules;
    if (found.length === 0 && required !== undefined) findings.add(required, 'argument_violation', 'the argument is missing', this.#path);
    for (const located of found) this.#one(located, call, state, findings);
  }

  #one(located: Located, call: Call, state: DecisionState, findings: Findings): void {
    const { value, path, keys } = located;
    const field = { keys, placeholder };
    for (const { rule, check } of this.#rules.checks) {
      const reason = check(value);
      if (reason !== undefined) findings.add(rule, 'argument_violation', reason, path, field);
    }
    const { sink } = this.#rules;
    if (sink !== undefined) {
      const reason = sinkReason(sink.check, sink.kind, value);
      if (reason !== undefined) findings.add(sink.rule, 'argument_violation', reason, path, field);
    }
    for (const { rule, condition, wanted } of this.#rules.conditions) {
      const reason = brokenBy(condition, wanted, () => condition.holds({ ...factsOf(call, state), value }));
      if (reason !== undefined) findings.add(rule, 'condition_violation', reason, path, field);
    }
  }
}

function sinkReason(check: SinkCheck, kind: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return `expected text for the sink ${kind}, got ${nameOf(value)}`;
  try {
    const fault = check(value);
    if (fault === undefined) return undefined;
    return fault.offset === undefined ? fault.reason : `${fault.reason} (at character ${String(fault.offset + 1)})`;
  } catch {
    return `the text could not be checked as ${kind}`;
  }
}

/** Why a condition is not met. One that fails is not met, whatever it was wanted for. */
export function brokenBy(condition: Condition, wanted: boolean, ask: () => boolean): string | undefined {
  try {
    if (ask() === wanted) return undefined;
    return wanted ? `the condition "${condition.source}" does not hold` : `the condition "${condition.source}" holds`;
  } catch (error) {
    const why = error instanceof Error ? error.message : 'an unknown failure';
    return `the condition "${condition.source}" could not be evaluated: ${why}`;
  }
}

export function conditionOf(source: string | undefined, keys: Keys, origin: Origin, also: Readonly<Record<string, 'string' | 'dyn'>> = { value: 'dyn' }): Condition[] {
  if (source === undefined) return [];
  const condition = origin.try(keys, () => compileCondition(source, { also }));
  return condition === undefined ? [] : [condition];
}

function valueChecks(schema: ArgumentSchema, keys: Keys, origin: Origin): (readonly [string, ValueCheck])[] {
  const { type, allowed, denied, min, max, min_length: minLength, max_length: maxLength, pattern } = schema;
  const checks: (readonly [string, ValueCheck])[] = [];
  if (type !== undefined) checks.push(['type', typeCheck(new Set(type))]);
  if (allowed !== undefined) {
    const values = new Set(allowed);
    checks.push(['allowed', (value) => (values.has(plain(value)) ? undefined : 'the value is none of the allowed ones')]);
  }
  if (denied !== undefined) {
    const values = new Set(denied);
    checks.push(['denied', (value) => (values.has(plain(value)) ? 'the value is one of the denied ones' : undefined)]);
  }
  if (min !== undefined) checks.push(['min', numberCheck((n) => n >= min, `a number of at least ${String(min)}`)]);
  if (max !== undefined) checks.push(['max', numberCheck((n) => n <= max, `a number of at most ${String(max)}`)]);
  if (minLength !== undefined) checks.push(['min_length', lengthCheck((n) => n >= minLength, `at least ${String(minLength)}`)]);
  if (maxLength !== undefined) checks.push(['max_length', lengthCheck((n) => n <= maxLength, `at most ${String(maxLength)}`)]);
  if (pattern !== undefined) {
    const compiled = origin.try([...keys, 'pattern'], () => compilePattern(pattern));
    if (compiled !== undefined) {
      checks.push(['pattern', (value) => {
        if (typeof value !== 'string') return `expected text, got ${nameOf(value)}`;
        return compiled.full(value) ? undefined : 'the text does not match the pattern';
      }]);
    }
  }
  return checks;
}

/** A bigint equals the number that a document can hold. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' && BigInt(Number(value)) === value ? Number(value) : value;
}

function typeCheck(types: ReadonlySet<string>): ValueCheck {
  const expected = [...types].join(' or ');
  return (value) => {
    const name = nameOf(value);
    if (types.has(name) || (name === 'integer' && types.has('number'))) return undefined;
    return `expected ${expected}, got ${name}`;
  };
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (Array.isArray(value) || value instanceof Set) return 'array';
  return typeof value;
}

function numberCheck(fits: (value: number | bigint) => boolean, expected: string): ValueCheck {
  return (value) => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return `expected ${expected}, got ${nameOf(value)}`;
    // NaN fits nothing.
    return fits(value) ? undefined : `expected ${expected}`;
  };
}

function lengthCheck(fits: (length: number) => boolean, expected: string): ValueCheck {
  return (value) => {
    const length = lengthOf(value);
    if (length === undefined) return `expected something with a length, got ${nameOf(value)}`;
    return fits(length) ? undefined : `expected a length of ${expected}, got ${String(length)}`;
  };
}

function lengthOf(value: unknown): number | undefined {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (value instanceof Map || value instanceof Set) return value.size;
  // Not by its keys, which would be one text for every byte.
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}

/** Rules that no value can meet, or that say nothing, are mistakes. */
function reportContradictions(schema: ArgumentSchema, keys: Keys, origin: Origin): void {
  const { min, max, min_length: minLength, max_length: maxLength, allowed, denied, sink } = schema;
  if (min !== undefined && max !== undefined && min > max) {
    origin.fault([...keys, 'min'], { message: 'min is greater than max, so no value fits', expected: `at most ${String(max)}` });
  }
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength) {
    origin.fault([...keys, 'min_length'], { message: 'min_length is greater than max_length, so no value fits', expected: `at most ${String(maxLength)}` });
  }
  if (allowed?.length === 0) origin.fault([...keys, 'allowed'], { message: 'an empty list allows no value', expected: 'at least one value' });
  if (allowed !== undefined && denied !== undefined && allowed.length > 0 && allowed.every((value) => denied.includes(value))) {
    origin.fault([...keys, 'allowed'], { message: 'every allowed value is denied too', expected: 'a value that is not' });
  }
  for (const kind of ['sql', 'shell', 'path', 'url', 'html', 'code'] as const) {
    if (schema[kind] !== undefined && sink !== kind) {
      origin.fault([...keys, kind], { message: `nothing reads this without sink: ${kind}`, expected: `sink: ${kind}` });
    }
  }
  const says = Object.entries(schema).filter(([key, value]) => key !== '$key' && key !== 'action' && value !== undefined);
  if (says.length === 0) origin.fault(keys, { message: 'the rule says nothing about the argument', expected: 'a type, a range, a pattern, a sink…' });
}
