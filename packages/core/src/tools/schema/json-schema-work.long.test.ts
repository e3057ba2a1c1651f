import { describe, expect, it } from '@jest/globals';
import { jsonSchema, ToolInputError, type JsonSchema } from '../index.js';

function told(schema: JsonSchema, given: unknown): string[] {
  try {
    jsonSchema(schema).read(given);
    return [];
  } catch (error) {
    if (!(error instanceof ToolInputError)) throw error;
    return error.issues.map(({ path, expected }) => `${path}: ${expected}`);
  }
}

const ofProperties = (properties: Record<string, unknown>, more: object = {}): JsonSchema => ({ type: 'object', properties, additionalProperties: false, ...more });
const manyKeys = Object.fromEntries(Array.from({ length: 60_000 }, (_, i) => [`x${String(i)}`, 1]));
const nested = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : { a: nested(depth - 1, inner) });

describe('a check by a hostile JSON Schema', () => {
  const tooLong = ': must be smaller: to check them takes too long';

  it.each<[string, JsonSchema, unknown]>([
    ['doubles at each level of the arguments', { type: 'object', $ref: '#/$defs/a', $defs: { a: { anyOf: [{ properties: { a: { $ref: '#/$defs/a' } } }, { properties: { a: { $ref: '#/$defs/a' } } }] } } }, nested(60, 'x')],
    ['doubles at each level of its own', { type: 'object', $ref: '#/$defs/d0', $defs: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`d${String(i)}`, i === 39 ? { required: ['no'] } : { allOf: [{ $ref: `#/$defs/d${String(i + 1)}` }, { $ref: `#/$defs/d${String(i + 1)}` }] }])) }, {}],
    ['matches many patterns with a long text', ofProperties({ a: { allOf: Array.from({ length: 300 }, (_, i) => ({ pattern: `(x+x+)+y${String(i)}` })) } }), { a: 'x'.repeat(1_000_000) }],
    ['matches many patterns with many keys', { type: 'object', patternProperties: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`(x+x+)+y${String(i)}`, {}])) }, Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`x${String(i)}`, 1]))],
    ['checks many forms of many items', ofProperties({ a: { items: { oneOf: Array.from({ length: 400 }, (_, i) => ({ const: i })) } } }), { a: Array.from({ length: 50_000 }, () => -1) }],
    ['asks many items for many names', ofProperties({ a: { items: { required: Array.from({ length: 15_000 }, (_, i) => `k${String(i)}`) } } }), { a: Array.from({ length: 5_000 }, () => ({})) }],
    ['is told by long keys', { type: 'object', additionalProperties: { type: 'string' } }, Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${'/'.repeat(9_000)}${String(i)}`, 1]))],
    ['compares many items many times', ofProperties({ a: { allOf: Array.from({ length: 900 }, () => ({ uniqueItems: true })) } }), { a: Array.from({ length: 90_000 }, (_, i) => i) }],
    ['asks for many names because of others', { type: 'object', dependentRequired: Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`a${String(i)}`, Array.from({ length: 1_000 }, (_k, k) => `k${String(k)}`)])), properties: { b: { items: { allOf: Array.from({ length: 900 }, () => ({ dependentRequired: { a: ['x', 'y'] } })) } } } }, { b: Array.from({ length: 1_000 }, () => ({ a: 1 })) }],
    ['shuts many keys out many times', { type: 'object', allOf: Array.from({ length: 300 }, () => ({ additionalProperties: false })) }, manyKeys],
    ['names many keys many times', { type: 'object', allOf: Array.from({ length: 400 }, () => ({ propertyNames: false })) }, manyKeys],
    ['counts the characters of a long text many times', ofProperties({ a: { allOf: Array.from({ length: 990 }, () => ({ minLength: 2_000_000 })) } }), { a: '\u{1F600}'.repeat(1_900_000) }],
    ['finds many items wrong in many ways', ofProperties({ a: { items: { type: 'string', minimum: 9, maximum: -9, exclusiveMinimum: 9, exclusiveMaximum: -9, multipleOf: 7, enum: [1], const: 2 } } }), { a: Array.from({ length: 90_000 }, () => 0.5) }],
    ['rules many items out', ofProperties({ a: { allOf: Array.from({ length: 50 }, () => ({ items: false })) } }), { a: Array.from({ length: 90_000 }, () => 1) }],
  ])('ends where it %s', (_what, schema, given) => {
    expect(told(schema, given)).toEqual([tooLong]);
  });

  it.each<[string, JsonSchema, unknown]>([
    ['a pattern that JavaScript would never end', ofProperties({ a: { pattern: '^(a+)+$' } }), { a: `${'a'.repeat(100_000)}!` }],
    ['unique objects', ofProperties({ a: { uniqueItems: true } }), { a: [...Array.from({ length: 20_000 }, (_, i) => ({ id: i })), { id: 1 }] }],
    ['a large enum', ofProperties({ a: { items: { enum: Array.from({ length: 10_000 }, (_, i) => `v${String(i)}`) } } }), { a: Array.from({ length: 50_000 }, () => 'none') }],
    ...['email', 'uri', 'url', 'uri-template', 'hostname', 'ipv6', 'date-time', 'duration', 'json-pointer', 'regex', 'uuid'].map((format): [string, JsonSchema, unknown] => [
      `the format ${format}`, ofProperties({ a: { items: { format } } }), { a: ['a'.repeat(319), `${'a'.repeat(100)}.`.repeat(3), `http://${'a-'.repeat(4_000)}`, '{a'.repeat(4_000), 'x'.repeat(5_000_000), '1:'.repeat(22), `P${'1'.repeat(120)}`].map((text) => `${text}\0`) },
    ]),
  ])('is answered in linear time for %s', (_what, schema, given) => {
    expect(told(schema, given)).not.toEqual([]);
    expect(told(schema, given)).not.toEqual([tooLong]);
  });

  it('ends where what is wrong stands under long keys', () => {
    const given = Array.from({ length: 40 }).reduce<unknown>((inner) => ({ ['/~'.repeat(6_000)]: inner }), Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${String(i)}`, 1])));
    const schema: JsonSchema = { type: 'object', $ref: '#/$defs/a', $defs: { a: { type: ['string', 'object'], additionalProperties: { $ref: '#/$defs/a' } } } };

    expect(told(schema, given)).toEqual([tooLong]);
  });

  it('counts many keys once, however often it is asked for', () => {
    expect(told({ type: 'object', allOf: Array.from({ length: 990 }, () => ({ maxProperties: 200_000 })) }, manyKeys)).toEqual([]);
  });

  it('takes a list of twenty thousand objects', () => {
    const item = ofProperties({ x: { type: 'string' }, y: { type: 'number' }, z: { enum: ['a', 'b'] } }, { required: ['x', 'y'] });

    expect(told(ofProperties({ a: { items: item } }), { a: Array.from({ length: 20_000 }, () => ({ x: 'abc', y: 1, z: 'b' })) })).toEqual([]);
  });

  it.each<[string, JsonSchema]>([
    ['many schemas that are true or false', { type: 'object', anyOf: Array.from({ length: 1_100 }, () => false) }],
    ['one table of names, which many refer to', { type: 'object', unevaluatedProperties: false, allOf: Array.from({ length: 900 }, () => ({ $ref: '#/$defs/b' })), $defs: { b: { properties: Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [`k${String(i)}`, true])) } } }],
  ])('is not compiled for %s', (_what, schema) => {
    expect(() => told(schema, {})).toThrow('more than 1000 schemas');
  });

  it('asks for the names that stand beside another, also as earlier drafts write it', () => {
    const names = Array.from({ length: 15_000 }, (_, i) => `k${String(i)}`);
    const expected = [': must have the keys that the schema asks for beside those that are there'];

    expect(told({ type: 'object', dependentRequired: { a: names } }, { a: 1 })).toEqual(expected);
    expect(told({ type: 'object', dependencies: { a: ['b'], c: { required: ['d'] } } }, { a: 1 })).toEqual(expected);
    expect(told({ type: 'object', dependencies: { a: ['b'], c: { required: ['d'] } } }, { c: 1 })).toEqual(['d: must be given']);
    expect(told({ type: 'object', dependentRequired: { a: ['b'] } }, { a: 1, b: 1 })).toEqual([]);
  });

  it('takes a long text that is clearly within its lengths at once', () => {
    const lengths = ofProperties({ a: { allOf: Array.from({ length: 990 }, () => ({ minLength: 5, maxLength: 20_000_000 })) } });

    expect(told(lengths, { a: 'x'.repeat(5_000_000) })).toEqual([]);
  });

  it('compiles what refers to one large schema often only once', () => {
    const large = ofProperties(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`p${String(i)}`, { type: 'string' }])));
    const schema = ofProperties(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${String(i)}`, { $ref: '#/$defs/large' }])), { $defs: { large } });

    expect(told(schema, { k7: { p3: 1 } })).toEqual(['k7.p3: must be a string']);
  });
});
