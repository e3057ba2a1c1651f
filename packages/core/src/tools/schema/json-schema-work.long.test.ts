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
const nested = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : { a: nested(depth - 1, inner) });

describe('a check by a hostile JSON Schema', () => {
  const tooLong = ': must be smaller: to check them takes too long';

  it.each<[string, JsonSchema, unknown]>([
    ['doubles at each level of the arguments', { type: 'object', $ref: '#/$defs/a', $defs: { a: { anyOf: [{ properties: { a: { $ref: '#/$defs/a' } } }, { properties: { a: { $ref: '#/$defs/a' } } }] } } }, nested(60, 'x')],
    ['doubles at each level of its own', { type: 'object', $ref: '#/$defs/d0', $defs: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`d${String(i)}`, i === 39 ? { required: ['no'] } : { allOf: [{ $ref: `#/$defs/d${String(i + 1)}` }, { $ref: `#/$defs/d${String(i + 1)}` }] }])) }, {}],
    ['matches many patterns with a long text', ofProperties({ a: { allOf: Array.from({ length: 300 }, (_, i) => ({ pattern: `(x+x+)+y${String(i)}` })) } }), { a: 'x'.repeat(1_000_000) }],
    ['matches many patterns with many keys', { type: 'object', patternProperties: Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`(x+x+)+y${String(i)}`, {}])) }, Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`x${String(i)}`, 1]))],
    ['checks many forms of many items', ofProperties({ a: { items: { oneOf: Array.from({ length: 400 }, (_, i) => ({ const: i })) } } }), { a: Array.from({ length: 50_000 }, () => -1) }],
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

  it('compiles what refers to one large schema often only once', () => {
    const large = ofProperties(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`p${String(i)}`, { type: 'string' }])));
    const schema = ofProperties(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${String(i)}`, { $ref: '#/$defs/large' }])), { $defs: { large } });

    expect(told(schema, { k7: { p3: 1 } })).toEqual(['k7.p3: must be a string']);
  });
});
