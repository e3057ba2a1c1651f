import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PolicyError } from '../errors.js';
import type { SensitivityWord } from './labels.js';
import { checkToolSchemaSensitivity } from './tool-schema.js';

const fieldsOf = (schema: unknown, clearance: SensitivityWord = 'internal'): readonly string[] =>
  checkToolSchemaSensitivity(schema as object, clearance).map(({ field }) => field);

const high = { type: 'string', sensitivity: 'high' };

describe('checkToolSchemaSensitivity', () => {
  it('finds parameters above the clearance', () => {
    const schema = { name: 'send_email', clearance: 'internal', parameters: { to: { type: 'string', sensitivity: 'low' }, body: high } };

    expect(checkToolSchemaSensitivity(schema, 'internal')).toEqual([
      { field: 'body', fieldSensitivity: 'confidential', toolClearance: 'internal', reason: '"body" is confidential, and the tool is cleared for internal' },
    ]);
  });

  it.each([
    ['restricted', 'internal', ['body']],
    ['internal', 'restricted', ['body']],
    ['critical', 'high', []],
    [undefined, 'restricted', ['body']],
  ] as const)('takes the lower of the clearance %s of the schema and %s of the policy', (own, policy, expected) => {
    expect(fieldsOf({ clearance: own, parameters: { body: high } }, policy)).toEqual(expected);
  });

  it.each([
    ['parameters', { parameters: { type: 'object', properties: { body: high } } }],
    ['MCP', { inputSchema: { properties: { body: high } } }],
    ['a model', { input_schema: { type: 'object', properties: { body: { 'x-sensitivity': 'high' } } } }],
    ['a function', { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: { body: high } } } }],
  ])('reads JSON Schema in the form of %s', (_form, schema) => {
    expect(fieldsOf(schema)).toEqual(['body']);
  });

  it('takes the clearance of a wrapped function', () => {
    const parameters = { type: 'object', properties: { body: high } };

    expect(fieldsOf({ function: { clearance: 'high', parameters } }, 'restricted')).toEqual([]);
    expect(fieldsOf({ clearance: 'low', function: { clearance: 'high', parameters } }, 'restricted')).toEqual(['body']);
  });

  it('finds levels anywhere in a JSON Schema', () => {
    const inputSchema = {
      type: 'object',
      properties: {
        customer: { type: 'object', properties: { ssn: high, sensitivity: { type: 'string' } } },
        rows: { type: 'array', items: { properties: { salary: high } } },
        pair: { prefixItems: [{ type: 'string' }, high] },
        either: { anyOf: [{ type: 'null' }, { properties: { secret: high } }] },
        tags: { additionalProperties: high },
        dated: { patternProperties: { '^d': { properties: { on: high } } } },
        held: { dependentSchemas: { a: { properties: { b: high } } } },
        harmless: { default: { sensitivity: 'high' }, examples: [{ sensitivity: 'high' }] },
      },
      $defs: { Card: { properties: { number: high } } },
    };

    expect(fieldsOf({ inputSchema })).toEqual([
      'customer.ssn', 'rows[*].salary', 'pair[*]', 'either.secret', 'tags[*]', 'dated[*].on', 'held.b', '$defs.Card.number',
    ]);
  });

  it('takes a level of all parameters for one of each', () => {
    expect(fieldsOf({ parameters: { sensitivity: 'high', to: {} } })).toEqual(['*']);
    expect(fieldsOf({ parameters: { type: 'object', 'x-sensitivity': 'high' } })).toEqual(['*']);
  });

  it.each(['properties', 'type', 'items', 'default', 'enum', 'not', 'const', 'constructor', 'sensitivity'])('reads a plain parameter named %s', (name) => {
    expect(fieldsOf({ parameters: { [name]: high } })).toEqual([name]);
  });

  it('says nothing where no level is', () => {
    expect(fieldsOf({ name: 'f' })).toEqual([]);
    expect(fieldsOf({ parameters: { a: { type: 'string', sensitivity: undefined }, b: true, c: 'text' } })).toEqual([]);
  });

  const cyclic: Record<string, unknown> = { type: 'object' };
  cyclic['properties'] = { a: cyclic };
  let deep: object = {};
  for (let i = 0; i < 100_000; i += 1) deep = { properties: { a: deep } };
  let wide: object = high;
  for (let i = 0; i < 30; i += 1) wide = { properties: { a: wide, b: wide } };

  it.each([
    ['null', null],
    ['a list', []],
    ['an instance', new Date()],
    ['an unknown clearance', { clearance: 'top' }],
    ['a clearance that is no word', { clearance: 3 }],
    ['an unknown level', { parameters: { a: { sensitivity: 'secret' } } }],
    ['a level that is no word', { parameters: { a: { sensitivity: ['high'] } } }],
    ['parameters that are no object', { parameters: 'none' }],
    ['properties that are no object', { parameters: { type: 'object', properties: 3 } }],
    ['a function that is no object', { function: 'f' }],
    ['a cycle', { inputSchema: cyclic }],
    ['depth', { inputSchema: deep }],
    ['countless ways to one part', { inputSchema: wide }],
    ['a proxy', new Proxy({}, {})],
    ['a proxy inside', { parameters: { a: new Proxy({}, {}) } }],
    ['a proxy of a list', { parameters: { type: 'object', allOf: new Proxy([], {}) } }],
    ['an endless list', { parameters: { type: 'object', allOf: new Array(2 ** 32 - 1) } }],
    ['a revoked proxy', { parameters: revoked() }],
    ['a prototype that is a proxy', Object.create(new Proxy({}, {})) as object],
    ['a getter', { get parameters() { throw new Error('ran'); } }],
    ['a getter in a list', { parameters: { type: 'object', allOf: Object.defineProperty([], 0, { get: () => high }) } }],
    ['a symbol', { [Symbol('x')]: 1 }],
    ['__proto__', JSON.parse('{"parameters":{"__proto__":{"sensitivity":"high"}}}')],
  ])('refuses %s with a typed error', (_what, schema) => {
    expect(() => fieldsOf(schema)).toThrow(PolicyError);
  });

  it('repeats no long or odd name of a parameter', () => {
    const [violation] = checkToolSchemaSensitivity({ parameters: { ['x'.repeat(100_000)]: high } }, 'low');

    expect(violation?.reason.length).toBeLessThan(200);
  });

  it('answers or refuses whatever it is given', () => {
    const words = ['sensitivity', 'x-sensitivity', 'properties', 'items', 'parameters', 'inputSchema', 'function', 'allOf', 'type', 'clearance', 'a'];
    const { schema } = fc.letrec((tie) => ({
      schema: fc.oneof({ depthSize: 'medium' }, fc.constantFrom('high', 'low', 'object'), fc.anything({ withBigInt: true }), fc.dictionary(fc.constantFrom(...words), tie('schema')), fc.array(tie('schema'), { maxLength: 3 })),
    }));
    fc.assert(
      fc.property(schema, (given) => {
        try {
          checkToolSchemaSensitivity(given as object, 'public');
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
