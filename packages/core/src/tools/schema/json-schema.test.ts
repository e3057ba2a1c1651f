import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonSchema, ToolInputError, type JsonSchema, type JsonSchemaOptions } from '../index.js';

const secret = 'sk-geheim-4711';

function told(schema: JsonSchema, given: unknown, options?: JsonSchemaOptions): string[] {
  const input = jsonSchema(schema, options);
  try {
    input.read(given);
    return [];
  } catch (error) {
    if (!(error instanceof ToolInputError)) throw error;
    return error.issues.map(({ path, expected }) => `${path}: ${expected}`);
  }
}

const refusedAs = (message: string): unknown => expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining(message) });
const ofProperties = (properties: Record<string, unknown>, more: object = {}): JsonSchema => ({ type: 'object', properties, additionalProperties: false, ...more });
const json = (text: string): JsonSchema => JSON.parse(text) as JsonSchema;
const nested = (depth: number, inner: unknown = {}): unknown => (depth === 0 ? inner : { a: nested(depth - 1, inner) });

describe('a JSON Schema as an input', () => {
  const schema = ofProperties(
    {
      name: { type: 'string', minLength: 2, pattern: '^a' },
      level: { enum: ['low', 'high'] },
      only: { const: 'x' },
      count: { type: 'integer', minimum: 1, exclusiveMaximum: 5 },
      when: { type: 'string', format: 'date' },
      list: { type: 'array', items: { $ref: '#/$defs/item' }, uniqueItems: true, maxItems: 3 },
      table: { type: 'object', propertyNames: { pattern: '^[a-z]+$' } },
      either: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    },
    { required: ['name'], $defs: { item: ofProperties({ id: { type: ['integer', 'null'] } }) } },
  );

  it('hands over the very arguments that fit', () => {
    const given = Object.freeze({ name: 'ann', list: [{ id: 1 }, { id: 2 }], either: null });

    expect(jsonSchema(schema).read(given)).toBe(given);
  });

  it('says what is expected where, and never what was given', () => {
    const given = { name: 'b', level: secret, only: secret, count: 9, when: secret, list: [{ id: secret }, { x: 1 }, { x: 1 }, {}], table: { [secret]: 1 }, either: 4, [secret]: 1, other: 1 };
    const issues = told(schema, given);

    expect(issues).toEqual(expect.arrayContaining([
      'name: must have at least 2 characters', 'name: must match the pattern ^a', 'level: must be one of: "low", "high"', 'only: must be "x"', 'count: must be below 5',
      'when: must have the format date', 'list[0].id: must be a whole number or null', 'list[1]: must not have the unknown key x; known are id', 'list: must have no item twice', 'list: must have at most 3 items',
      'table: must have only keys of the form that the schema gives', 'either: must fit one of the forms that the schema gives',
    ]));
    expect(issues.join()).not.toContain('geheim-4711: ');
    expect(told(schema, {})).toEqual(['name: must be given']);
  });

  it('tells a key of the caller only where it is short and like a name', () => {
    const closed = ofProperties({ a: {} });

    expect(told(closed, { 'my password is 1234': 1 })).toEqual([': must not have an unknown key; known are a']);
    expect(told(closed, { ['x'.repeat(65)]: 1 })).toEqual([': must not have an unknown key; known are a']);
    expect(told(closed, { bcc: 1 })).toEqual([': must not have the unknown key bcc; known are a']);
  });

  it('bounds what it tells of arguments that are all wrong', () => {
    const error = ((): unknown => {
      try {
        return jsonSchema(ofProperties({ a: { items: { type: 'string' } } })).read({ a: Array.from({ length: 5_000 }, (_, i) => i) });
      } catch (caught) {
        return caught;
      }
    })();

    expect((error as ToolInputError).issues).toHaveLength(20);
    expect((error as ToolInputError).message.length).toBeLessThan(1_000);
  });

  it.each<[string, object, unknown, string[]]>([
    ['characters, and not their halves', { minLength: 3, maxLength: 4 }, '\u{1F600}\u{1F600}\u{1F600}', []],
    ['too few', { minLength: 3, maxLength: 4 }, '\u{1F600}\u{1F600}', ['a: must have at least 3 characters']],
    ['too many', { minLength: 3, maxLength: 4 }, '\u{1F600}'.repeat(5), ['a: must have at most 4 characters']],
    ['none', { maxLength: 0 }, '', []],
    ['one where none may be', { maxLength: 0 }, '\u{1F600}', ['a: must have at most 0 characters']],
    ['halves that stand alone', { minLength: 2 }, '\uD83D\uD83D', []],
    ['keys', { minProperties: 1, maxProperties: 2 }, { x: 1, y: 2 }, []],
    ['too few keys', { minProperties: 1 }, {}, ['a: must have at least 1 keys']],
    ['too many keys', { maxProperties: 1 }, { x: 1, y: 2 }, ['a: must have at most 1 keys']],
    ['neither in what is none of them', { minLength: 3, minProperties: 3 }, [1], []],
  ])('counts %s', (_what, limits, a, expected) => {
    expect(told(ofProperties({ a: limits }), { a })).toEqual(expected);
  });

  it('takes no key that it does not name, unless it says so or others wrote it', () => {
    const named: JsonSchema = { type: 'object', properties: { a: { type: 'object', properties: { b: {} } } } };
    const composed: JsonSchema = { type: 'object', properties: { a: {} }, allOf: [{ $ref: '#/$defs/m%20n' }], $defs: { 'm n': { properties: { b: {} } } } };

    expect(told(named, { a: { b: 1, c: 1 } })).toEqual(['a: must not have the unknown key c; known are b']);
    expect(told(named, { a: { b: 1, c: 1 } }, { unknown: 'ignore' })).toEqual([]);
    expect(told({ ...named, additionalProperties: true }, { x: 1 })).toEqual([]);
    expect(told(composed, { a: 1, b: 1 })).toEqual([]);
    expect(told(composed, { a: 1, c: 1 })).toEqual([': must not have the unknown key c; known are a, b']);
  });

  it('takes null where OpenAPI says `nullable`', () => {
    const nullable = ofProperties({ a: { type: 'string', nullable: true }, b: { type: 'string', enum: ['x'], nullable: true } });

    expect(told(nullable, { a: null, b: null })).toEqual([]);
    expect(told(nullable, { a: 1 })).toEqual(['a: must be a string or null']);
  });

  it('tells a model nothing that a reader does not see', () => {
    const hidden = ofProperties({ a: { type: 'string', description: 'x\u202Eobey\u{E0041}' } });

    expect(() => jsonSchema(hidden)).toThrow(refusedAs('U+202E'));
    expect(jsonSchema(hidden, { unknown: 'ignore' }).schema).toMatchObject({ properties: { a: { description: 'xobey' } } });
  });

  it('names no key of the caller in a path, and none that is a secret', () => {
    expect(told({ type: 'object', additionalProperties: { type: 'number' } }, { alice: 'x' })).toEqual(['(key): must be a number']);
    expect(told(ofProperties({ a: {} }), { AKIAIOSFODNN7EXAMPLE: 1 })).toEqual([': must not have an unknown key; known are a']);
  });

  it('fills in no default, and converts nothing', () => {
    const given = Object.freeze({});

    expect(jsonSchema(ofProperties({ n: { type: 'integer', default: 3 } })).read(given)).toBe(given);
    expect(told(ofProperties({ n: { type: 'integer' } }), { n: '3' })).toEqual(['n: must be a whole number']);
  });

  it('keeps a frozen copy of the schema', () => {
    const mine = { type: 'object', properties: { a: { type: 'string' } } };
    const input = jsonSchema(mine);
    mine.properties.a.type = 'number';

    expect(input.read({ a: 'x' })).toEqual({ a: 'x' });
    expect(input.schema).toEqual({ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false });
    expect(Object.isFrozen((input.schema['properties'] as Record<string, unknown>)['a'])).toBe(true);
  });

  it.each([
    [{ type: 'string' }, 'type object'],
    [{ type: 'object', properties: { a: { typ: 'string' } } }, 'unknown keyword: "typ"'],
    [{ type: 'object', properties: { a: { type: 'text' } } }, 'type must be JSONType'],
    [{ type: 'object', properties: { a: { format: 'postcode' } } }, 'unknown format "postcode"'],
    [{ type: 'object', properties: { a: { pattern: '(a)\\1' } } }, 'backreferences'],
    [{ type: 'object', properties: { a: 5 } }, 'no schema'],
    [{ type: 'object', properties: { a: { minimum: 'x' } } }, 'minimum value must be'],
    [{ type: 'object', required: 'a' }, 'required value must be'],
  ])('refuses the schema %j of an author', (given, message) => {
    expect(() => jsonSchema(given as JsonSchema)).toThrow(refusedAs(message));
  });

  it('leaves unchecked what it does not understand in a schema of others, as the standard has it', () => {
    const foreign = { $schema: 'http://json-schema.org/draft-07/schema#', $id: 'https://example.com/x', type: 'object', properties: { a: { typ: 1, type: 'string', format: 'postcode', pattern: '(?=x)y', example: 1 } } };

    expect(told(foreign, { a: 'q' }, { unknown: 'ignore' })).toEqual([]);
    expect(told(foreign, { a: 1 }, { unknown: 'ignore' })).toEqual(['a: must be a string']);
  });

  it('reads lists of schemas under `items`, and `definitions`, as earlier drafts have them', () => {
    const older = { type: 'object', properties: { pair: { type: 'array', items: [{ type: 'string' }, { $ref: '#/definitions/n' }], additionalItems: false } }, definitions: { n: { type: 'integer' } } };

    expect(told(older, { pair: ['a', 1] })).toEqual([]);
    expect(told(older, { pair: ['a', 'b'] })).toEqual(['pair[1]: must be a whole number']);
    expect(told(older, { pair: ['a', 1, 2] })).not.toEqual([]);
  });

  it('gives a model a schema of type object, also where it was left out', () => {
    expect(jsonSchema({ properties: { a: {} } }).schema).toEqual({ type: 'object', properties: { a: {} }, additionalProperties: false });
  });
});

describe('a hostile JSON Schema', () => {
  it.each([
    ['refers to what is elsewhere', { type: 'object', $ref: 'https://evil.example/schema.json' }, 'to outside of it'],
    ['refers to a file', { type: 'object', $ref: 'file:///etc/passwd' }, 'to outside of it'],
    ['refers to an anchor', { type: 'object', $ref: '#here' }, 'to outside of it'],
    ['refers to what is not there', { type: 'object', $ref: '#/$defs/none' }, 'to what is not there'],
    ['refers to what every object has', { type: 'object', $ref: '#/constructor/prototype' }, 'to what is not there'],
    ['refers to itself', { type: 'object', $ref: '#' }, 'comes back to itself'],
    ['comes back to itself in a circle', { type: 'object', allOf: [{ $ref: '#/$defs/a' }], $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { not: { $ref: '#/$defs/a' } } } }, 'comes back to itself'],
    ['has dynamic references', { type: 'object', $dynamicRef: '#x' }, '$dynamicRef'],
    ['has an id inside', { type: 'object', properties: { a: { $id: 'https://json-schema.org/draft/2020-12/schema' } } }, '$id'],
    ['has ten thousand properties', { type: 'object', properties: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${String(i)}`, { type: 'string' }])) }, 'more than'],
    ['has a hundred thousand values', { type: 'object', enum: Array.from({ length: 100_000 }, (_, i) => i) }, 'more than 20000 values'],
    ['is a megabyte', { type: 'object', description: 'x'.repeat(2 ** 20) }, 'bytes'],
    ['is nested deeply', { type: 'object', properties: nested(500) }, 'deeper'],
    ['has a pattern of many states', { type: 'object', properties: { a: { pattern: '((a{1,100}){1,100}){1,100}' } } }, 'a pattern cannot be used'],
    ['is a proxy', new Proxy({ type: 'object' }, {}), 'proxy'],
    ['has an accessor that throws', Object.defineProperty({ type: 'object' }, 'properties', { enumerable: true, get: () => { throw new Error(secret); } }), 'could not be read'],
    ['is a list', [], 'must be an object'],
    ['is nothing', null, 'must be an object'],
  ])('is refused where it %s', (_what, given, message) => {
    for (const unknown of ['refuse', 'ignore'] as const) {
      if (message === 'a pattern cannot be used' && unknown === 'ignore') continue;
      expect(() => jsonSchema(given as JsonSchema, { unknown })).toThrow(refusedAs(message));
    }
  });

  it('is refused where it is cyclic', () => {
    const cyclic: Record<string, unknown> = { type: 'object' };
    cyclic['properties'] = { a: cyclic };

    expect(() => jsonSchema(cyclic)).toThrow(refusedAs('cyclic'));
  });

  it('is never asked for code: keywords and names are data', () => {
    const name = '"];globalThis.polluted=1;//';

    expect(told(ofProperties({ [name]: { enum: [name], pattern: 'a`${globalThis.polluted=1}`' } }), { [name]: name })).toHaveLength(1);
    expect((globalThis as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('gets no way to a prototype by the names of its properties', () => {
    const schema = json('{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"},"toString":{"type":"string"}},"required":["constructor"]}');

    expect(told(schema, {})).toEqual(['constructor: must be given']);
    expect(told(schema, { constructor: 'x', toString: 'y' })).toEqual([]);
    expect(told(schema, json('{"constructor":"x","__proto__":"y"}'))).toEqual([': must not have the unknown key __proto__']);
    expect(told({ type: 'object' }, json('{"a":[{"__proto__":{}}]}'))).toEqual(['a[0]: must not have the unknown key __proto__']);
  });

  it.each<[string, JsonSchema]>([
    ['at its root', ofProperties({ a: { type: 'number' } }, { $async: true })],
    ['in a part', ofProperties({ a: { $async: true, type: 'number' } })],
    ['in what it refers to', ofProperties({ a: { $ref: '#/$defs/n' } }, { $defs: { n: { $async: true, type: 'number' } } })],
    ['everywhere', ofProperties({ a: { $async: true, $ref: '#/$defs/n' } }, { $async: true, $defs: { n: { $async: true, type: 'number' } } })],
    ['behind a name with signs', ofProperties({ a: { $ref: '#/$defs/a~1b%20c' } }, { $async: true, $defs: { 'a/b c': { $async: 'yes', type: 'number' } } })],
  ])('cannot put a check off with $async %s', (_where, schema) => {
    expect(() => jsonSchema(schema)).toThrow(refusedAs('$async'));
    expect(told(schema, { a: 'x' }, { unknown: 'ignore' })).toEqual(['a: must be a number']);
    expect(told(schema, { a: 1 }, { unknown: 'ignore' })).toEqual([]);
  });

  it('begins each check with all of its work before it', () => {
    const input = jsonSchema(ofProperties({ a: { pattern: 'x$' } }));
    const given = { a: `${'y'.repeat(900_000)}x` };

    for (let i = 0; i < 5; i += 1) expect(input.read(given)).toBe(given);
  });

  it('reads whatever JSON there is as itself or as an error of its own', () => {
    const input = jsonSchema({ type: 'object', properties: { a: { $ref: '#' }, b: { type: 'array', uniqueItems: true, items: { $ref: '#' } }, c: { enum: [1, 'x', null, { y: [1] }] } } });

    fc.assert(
      fc.property(fc.jsonValue(), (given) => {
        try {
          expect(input.read(given)).toBe(given);
        } catch (error) {
          expect(error).toBeInstanceOf(ToolInputError);
        }
      }),
    );
  });

  it('is refused by an error of its own, whatever it is', () => {
    const keyword = fc.constantFrom('type', 'properties', 'items', 'anyOf', 'allOf', 'not', '$ref', '$defs', 'enum', 'const', 'required', 'pattern', 'format', 'dependencies', 'if', '__proto__', '$id', 'uniqueItems');
    const value = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), fc.constantFrom('object', '#', '#/properties/a', 'string', '('), fc.dictionary(keyword, tie('node')), fc.array(tie('node'), { maxLength: 2 })),
    })).node;

    fc.assert(
      fc.property(fc.dictionary(keyword, value), fc.jsonValue(), (schema, given) => {
        try {
          jsonSchema({ ...schema, type: 'object' }, { unknown: 'ignore' }).read(given);
        } catch (error) {
          expect(error).toMatchObject({ code: error instanceof ToolInputError ? 'TOOL_INPUT' : 'SETTINGS' });
        }
      }),
    );
  });
});
