import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { toolInput, ToolInputError, type StandardSchema } from '../index.js';

const secret = 'sk-geheim-4711';

function told(schema: StandardSchema, given: unknown): string[] {
  try {
    toolInput(schema).read(given);
    return [];
  } catch (error) {
    if (!(error instanceof ToolInputError)) throw error;
    return error.issues.map(({ path, expected }) => `${path}: ${expected}`);
  }
}

const mail = z.object({
  to: z.array(z.object({ address: z.email() })).max(3),
  body: z.string().min(1).describe('The text'),
  copies: z.number().int().min(1).max(5).default(1),
  priority: z.enum(['low', 'high']).optional(),
  extra: z.record(z.string(), z.unknown()).optional(),
});

describe('a Standard Schema as an input', () => {
  it('hands over what the schema made of the arguments', () => {
    expect(toolInput(mail).read({ to: [], body: 'x' })).toEqual({ to: [], body: 'x', copies: 1 });
  });

  it('describes what is sent, with every object closed that does not say what else it takes', () => {
    expect(toolInput(mail).schema).toMatchObject({
      type: 'object',
      properties: { to: { items: { additionalProperties: false } }, body: { description: 'The text' }, copies: { default: 1 }, extra: { additionalProperties: {} } },
      required: ['to', 'body'],
      additionalProperties: false,
    });
  });

  it('says what is expected where, and never what was given', () => {
    const given = { to: [{ address: secret }], body: '', copies: 9, priority: secret };

    expect(told(mail, given)).toEqual(['to[0].address: must have the format email', 'body: must have at least 1 characters', 'copies: must be at most 5', 'priority: must be one of: "low", "high"']);
  });

  it('passes on no message of the schema, which may hold the value', () => {
    const echo = z.object({ a: z.string().refine(() => false, { error: (issue) => `bad: ${String(issue.input)}` }) });

    expect(told(echo, { a: secret })).toEqual(['a: is not valid']);
  });

  it.each([
    ['of its own', { to: [], body: 'x', bcc: 1 }, ': must not have the unknown key bcc; known are to, body, copies, priority, extra'],
    ['inside a list', { to: [{ address: 'a@b.cc', bcc: 1 }], body: 'x' }, 'to[0]: must not have the unknown key bcc; known are address'],
    ['toString', { to: [], body: 'x', toString: 1 }, ': must not have the unknown key toString; known are to, body, copies, priority, extra'],
    ['that is data itself', { to: [], body: 'x', 'my password is 1': 1 }, ': must not have an unknown key; known are to, body, copies, priority, extra'],
    ['__proto__', JSON.parse('{"to":[],"body":"x","extra":{"__proto__":{}}}'), 'extra: must not have the unknown key __proto__'],
  ])('refuses a key %s, which zod drops in silence', (_what, given, expected) => {
    expect(told(mail, given)).toEqual([expected]);
  });

  it('takes the keys that any part of it names', () => {
    const parts = z.intersection(z.object({ a: z.string() }), z.union([z.object({ b: z.string() }), z.object({ c: z.object({ d: z.string() }) })]));

    expect(told(parts, { a: 'x', b: 'y' })).toEqual([]);
    expect(told(parts, { a: 'x', c: { d: 'y' } })).toEqual([]);
    expect(told(parts, { a: 'x', c: { d: 'y', e: 1 } })).toEqual(['c: must not have the unknown key e; known are d']);
    expect(told(parts, { a: 'x', b: 'y', e: 1 })).toEqual([': must not have the unknown key e; known are a, b, c']);
  });

  it('takes any key where the schema says so', () => {
    expect(told(z.looseObject({ a: z.string() }), { a: 'x', b: 1 })).toEqual([]);
    expect(told(z.object({ a: z.string() }).catchall(z.object({ n: z.number() })), { a: 'x', b: { n: 1, m: 2 } })).toEqual(['(key): must not have the unknown key m; known are n']);
  });

  it('follows a schema that holds itself', () => {
    const tree: z.ZodType = z.object({ name: z.string(), get children() { return z.array(tree).optional(); } });

    expect(told(tree, { name: 'a', children: [{ name: 'b', children: [] }] })).toEqual([]);
    expect(told(tree, { name: 'a', children: [{ name: 'b', children: [{ name: 'c', x: 1 }] }] })).toEqual(['children[0].children[0]: must not have the unknown key x; known are name, children']);
  });

  it('tells no constant that an issue brings and the schema does not have', () => {
    const echo = z.object({ a: z.string(), n: z.number() }).superRefine((value, context) => {
      context.addIssue({ code: 'invalid_value', values: [value.a], path: ['a'] });
      context.addIssue({ code: 'too_small', origin: 'number', minimum: value.n, path: ['n'] });
      context.addIssue({ code: 'invalid_format', format: value.a, path: ['a'] });
      context.addIssue({ code: 'not_multiple_of', divisor: value.n, path: ['n'] });
    });

    expect(told(echo, { a: secret, n: 4711 })).toEqual(['a: must be one of the values in the schema', 'n: must be more', 'a: is not valid', 'n: is not valid']);
  });

  it('names no key of the caller in a path, and none that is a secret', () => {
    expect(told(z.object({ m: z.record(z.string(), z.number()) }), { m: { alice: 'x' } })).toEqual(['m.(key): must be a number']);
    expect(told(z.object({ m: z.string() }), { m: 'x', AKIAIOSFODNN7EXAMPLE: 1 })).toEqual([': must not have an unknown key; known are m']);
  });

  it('is refused where its texts hold what a reader does not see', () => {
    expect(() => toolInput(z.object({ a: z.string().describe('x\u{E0041}') }))).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining('U+E0041') }));
  });

  it.each<[string, unknown, string]>([
    ['nothing', null, 'could not be checked: a rule failed by itself'],
    ['an object without a value', {}, 'could not be checked: a rule failed by itself'],
    ['issues that are a text', { issues: secret }, 'could not be checked: a rule failed by itself'],
    ['issues that are null', { value: 'x', issues: null }, 'could not be checked: a rule failed by itself'],
    ['issues, of which there are none', { issues: [] }, 'is not valid'],
    ['an issue whose path is a text', { issues: [{ message: 'm', path: secret }] }, 'is not valid'],
    ['an issue whose path has nothing in it', { issues: [{ message: 'm', path: [null, undefined] }] }, 'is not valid'],
    ['an issue that is nothing', { issues: [null] }, 'is not valid'],
  ])('refuses arguments where the library answers with %s', (_what, answer, expected) => {
    const broken = { '~standard': { version: 1, vendor: 'zod', validate: () => answer, jsonSchema: { input: () => ({ type: 'object', properties: { a: {} } }) } } } as unknown as StandardSchema;

    expect(told(broken, { a: secret }).map((text) => text.replace(/^.*?: /, ''))).toEqual([expected]);
  });

  it('waits for a check that answers with a promise', async () => {
    const source = z.object({ seat: z.string().refine((seat) => Promise.resolve(seat === 'free')) });

    await expect(toolInput(source).read({ seat: 'free' })).resolves.toEqual({ seat: 'free' });
    await expect(toolInput(source).read({ seat: 'taken' })).rejects.toMatchObject({ code: 'TOOL_INPUT', issues: [{ path: 'seat' }] });
  });

  it('refuses where a check throws or rejects', async () => {
    const throwing = z.object({ a: z.string().transform((): string => { throw new Error(secret); }) });
    const rejecting: StandardSchema = { '~standard': { ...mail['~standard'], validate: () => Promise.reject(new Error(secret)) } };

    const unchecked = { issues: [{ path: '', expected: 'could not be checked: a rule failed by itself' }] };
    await expect(toolInput(throwing).read({ a: 'x' })).rejects.toMatchObject(unchecked); // zod tries again, with patience
    await expect(toolInput(rejecting).read({})).rejects.toMatchObject(unchecked);
  });

  it('works with any library that can tell its JSON Schema', () => {
    const other: StandardSchema = {
      '~standard': { version: 1, vendor: 'other', validate: (value) => (typeof (value as { n?: unknown }).n === 'number' ? { value } : { issues: [{ message: `got ${secret}`, path: [{ key: 'n' }] }] }), jsonSchema: { input: () => ({ type: 'object', properties: { n: { type: 'number' } } }) } },
    };

    expect(told(other, { n: 'x', m: 1 })).toEqual([': must not have the unknown key m; known are n', 'n: is not valid']);
  });

  it.each([
    ['cannot tell its JSON Schema', { '~standard': { version: 1 as const, vendor: 'mute', validate: () => ({ value: 1 }) } }, 'cannot tell its JSON Schema'],
    ['holds what JSON has not', z.object({ at: z.date() }), 'holds what has no JSON Schema'],
    ['is none of an object', z.string(), 'not one of an object'],
  ])('is refused where it %s', (_what, schema, message) => {
    expect(() => toolInput(schema)).toThrow(expect.objectContaining({ code: 'SETTINGS', message: expect.stringContaining(message) }));
  });

  it('reads whatever JSON there is as a value or as an error of its own', () => {
    const input = toolInput(mail);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('to', 'body', 'extra', '__proto__', 'x'), fc.jsonValue()), (given) => {
        try {
          expect(input.read(given)).toMatchObject({ copies: 1 });
        } catch (error) {
          expect(error).toBeInstanceOf(ToolInputError);
        }
      }),
    );
  });
});
