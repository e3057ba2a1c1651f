import 'reflect-metadata';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';

type Schema = Readonly<Record<string, unknown>>;
type RuleSchema = Schema | ((rule: ValidationMetadata) => Schema | undefined);

/**
 * Where class-validator-jsonschema says something else than class-validator does: times without a date, texts that it takes for
 * patterns, flags of patterns that it drops, enums of numbers, rules of one's own.
 */
export const ruleSchemas: Readonly<Record<string, RuleSchema>> = {
  customValidation: ofNotedType,
  isEmpty: {},
  isNotEmpty: (rule) => (notedType(rule) === String ? { type: 'string', minLength: 1 } : ofNotedType(rule)),
  isDateString: { type: 'string', pattern: '^\\d{4}-\\d{2}' },
  isIso8601: { type: 'string', pattern: '^\\d{4}' },
  isEnum: (rule) => oneOf(constantsOf(rule)[1]),
  isIn: (rule) => oneOf(constantsOf(rule)[0]),
  equals: (rule) => ({ const: constantsOf(rule)[0] }),
  notEquals: (rule) => ({ not: { const: constantsOf(rule)[0] } }),
  contains: (rule) => ({ type: 'string', pattern: escaped(constantsOf(rule)[0]) }),
  notContains: (rule) => ({ type: 'string', not: { pattern: escaped(constantsOf(rule)[0]) } }),
  isIp: (rule) => ({ type: 'string', ...ipFormat(constantsOf(rule)[0]) }),
  isUrl: { type: 'string', format: 'uri' },
  isInt: { type: 'integer' },
  min: (rule) => ({ minimum: constantsOf(rule)[0] }),
  max: (rule) => ({ maximum: constantsOf(rule)[0] }),
  isDivisibleBy: (rule) => ({ multipleOf: constantsOf(rule)[0] }),
  isPositive: { exclusiveMinimum: 0 },
  isNegative: { exclusiveMaximum: 0 },
  arrayContains: { type: 'array' },
  arrayNotContains: { type: 'array' },
  arrayUnique: { type: 'array', uniqueItems: true },
  isArray: { type: 'array' },
  arrayNotEmpty: { type: 'array', minItems: 1 },
  arrayMinSize: (rule) => ({ type: 'array', minItems: constantsOf(rule)[0] }),
  arrayMaxSize: (rule) => ({ type: 'array', maxItems: constantsOf(rule)[0] }),
  matches: patternOf,
};

function constantsOf({ constraints }: ValidationMetadata): readonly unknown[] {
  return (constraints as readonly unknown[] | undefined) ?? []; // `any[]`, left out by some rules
}

function notedType({ target, propertyName }: ValidationMetadata): unknown {
  return typeof target === 'function' ? Reflect.getMetadata('design:type', target.prototype as object, propertyName) : undefined;
}

const words = new Map<unknown, string>([[String, 'string'], [Number, 'number'], [Boolean, 'boolean'], [Array, 'array']]);

function ofNotedType(rule: ValidationMetadata): Schema {
  const word = rule.each ? undefined : words.get(notedType(rule));
  return word === undefined ? {} : { type: word };
}

function oneOf(values: unknown): Schema {
  return Array.isArray(values) && values.every((value) => ['string', 'number', 'boolean'].includes(typeof value)) ? { enum: values } : {};
}

function escaped(text: unknown): string {
  return String(text).replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function ipFormat(version: unknown): Schema {
  const given = String(version);
  if (given !== '4' && given !== '6') return { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] };
  return { format: given === '6' ? 'ipv6' : 'ipv4' };
}

/** JSON Schema has no flags: what a flag makes weaker is left unsaid. */
function patternOf(rule: ValidationMetadata): Schema {
  const [pattern] = constantsOf(rule);
  return pattern instanceof RegExp && /^[guy]*$/.test(pattern.flags) ? { type: 'string', pattern: pattern.source } : { type: 'string' };
}
