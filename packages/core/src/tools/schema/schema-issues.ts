import type { ErrorObject } from 'ajv';
import { constantList, constantText } from '../dto/constant-text.js';
import { isRecord } from '../is-record.js';
import { keyPath, shownKey, unknownKey } from '../issue-path.js';
import type { ToolInputIssue } from '../tool-input.js';

const maxErrors = 100;

/**
 * What a validator found, in words of ours: made of the schema, never of a value.
 *
 * @param names those that the schema gives to properties
 */
export function schemaIssues(errors: readonly ErrorObject[], names: ReadonlySet<string>): readonly ToolInputIssue[] {
  const issues = new Map<string, ToolInputIssue>();
  for (const error of errors.slice(0, maxErrors)) {
    const issue = issueOf(error, names);
    issues.set(`${issue.path} ${issue.expected}`, issue);
  }
  return [...issues.values()];
}

function issueOf({ keyword, instancePath, params, schema, parentSchema, propertyName }: ErrorObject, names: ReadonlySet<string>): ToolInputIssue {
  const path = pathOf(instancePath, names);
  const { missingProperty, additionalProperty, unevaluatedProperty } = params as Readonly<Record<string, unknown>>; // by keyword
  const stray = additionalProperty ?? unevaluatedProperty;
  if (typeof stray === 'string') return unknownKey(path, stray, knownKeys(parentSchema));
  if (typeof missingProperty === 'string') return { path: keyPath(path, missingProperty), expected: 'must be given' };
  if (propertyName !== undefined || keyword === 'propertyNames') return { path, expected: 'must have only keys of the form that the schema gives' };
  return { path, expected: expectation(keyword, schema) };
}

function knownKeys(schema: unknown): readonly string[] | undefined {
  const properties: unknown = isRecord(schema) ? schema['properties'] : undefined;
  return isRecord(properties) ? Object.keys(properties).filter((key) => shownKey(key) !== undefined) : undefined;
}

function pathOf(pointer: string, names: ReadonlySet<string>): string {
  return pointer
    .split('/')
    .slice(1)
    // A long key is not told, and to read it costs time.
    .map((step) => (step.length > 256 ? '(key)' : step.replaceAll('~1', '/').replaceAll('~0', '~')))
    .reduce((path, step) => (/^\d{1,6}$/.test(step) ? `${path}[${step}]` : keyPath(path, step, names)), '');
}

const typeWords: ReadonlyMap<unknown, string> = new Map([
  ['string', 'a string'], ['number', 'a number'], ['integer', 'a whole number'], ['boolean', 'true or false'], ['array', 'a list'], ['object', 'an object'], ['null', 'null'],
]);

const fixed: ReadonlyMap<string, string> = new Map([
  ['dependentRequired', 'must have the keys that the schema asks for beside those that are there'],
  ['uniqueItems', 'must have no item twice'],
  ['contains', 'must contain what the schema asks for'],
  ['anyOf', 'must fit one of the forms that the schema gives'],
  ['oneOf', 'must fit exactly one of the forms that the schema gives'],
  ['not', 'must not be of the form that the schema rules out'],
  ['if', 'must fit the form that the schema gives for this case'],
  ['false schema', 'must not be there'],
]);

const measured: ReadonlyMap<string, (limit: string) => string> = new Map([
  ['minimum', (n: string) => `must be at least ${n}`],
  ['maximum', (n: string) => `must be at most ${n}`],
  ['exclusiveMinimum', (n: string) => `must be above ${n}`],
  ['exclusiveMaximum', (n: string) => `must be below ${n}`],
  ['multipleOf', (n: string) => `must be a multiple of ${n}`],
  ['minLength', (n: string) => `must have at least ${n} characters`],
  ['maxLength', (n: string) => `must have at most ${n} characters`],
  ['minItems', (n: string) => `must have at least ${n} items`],
  ['maxItems', (n: string) => `must have at most ${n} items`],
  ['minProperties', (n: string) => `must have at least ${n} keys`],
  ['maxProperties', (n: string) => `must have at most ${n} keys`],
]);

function expectation(keyword: string, schema: unknown): string {
  const known = fixed.get(keyword);
  if (known !== undefined) return known;
  const measure = measured.get(keyword);
  if (measure !== undefined && typeof schema === 'number') return measure(String(schema));
  return byConstant(keyword, schema) ?? 'must fit the schema';
}

function byConstant(keyword: string, schema: unknown): string | undefined {
  switch (keyword) {
    case 'type': {
      const words = (Array.isArray(schema) ? schema : [schema]).map((type: unknown) => typeWords.get(type) ?? 'of another type');
      return `must be ${words.join(' or ')}`;
    }
    case 'enum': {
      const list = constantList(schema);
      return list === undefined ? 'must be one of the values in the schema' : `must be one of: ${list}`;
    }
    case 'const': {
      const text = constantText(schema);
      return text === undefined ? undefined : `must be ${text}`;
    }
    case 'format':
      return typeof schema === 'string' && shownKey(schema) !== undefined ? `must have the format ${schema}` : undefined;
    case 'pattern':
      return typeof schema === 'string' && schema.length <= 100 ? `must match the pattern ${schema}` : 'must match the pattern in the schema';
    default:
      return undefined;
  }
}
