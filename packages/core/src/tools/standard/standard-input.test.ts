import { it } from '@jest/globals';
import { z } from 'zod';
import { toolInput, ToolInputError, jsonSchema, type ToolInput } from '../index.js';
const read = (input: ToolInput, value: unknown): unknown => {
  try { return input.read(value); } catch (e) { return e instanceof ToolInputError ? e.message : e; }
};
it('x', () => {
  const schema = toolInput(z.object({ to: z.array(z.object({ a: z.email() })), n: z.number().int().min(1).max(5).default(3), meta: z.record(z.string(), z.string()).optional() }));
  console.log(JSON.stringify(schema.schema));
  console.log(read(schema, { to: [{ a: 'sekret', b: 1 }], n: 9, 'x y': 3, meta: { k: 'v' } }));
  console.log(read(schema, { to: [{ a: 'a@b.cc' }] }));
  const j = jsonSchema({ type: 'object', properties: { a: { type: 'string', pattern: '^a+$', minLength: 2 }, e: { enum: ['x', 'y'] }, u: { type: 'array', uniqueItems: true, items: { $ref: '#/$defs/q' } } }, required: ['a'], additionalProperties: false, $defs: { q: { type: 'object', properties: { q: { $ref: '#/$defs/q' } } } } });
  console.log(read(j, { a: 'b', e: 'sekret', u: [{ q: {} }, { q: {} }], 'weird key': 1, z: 1 }));
  console.log(read(j, { a: 'aa' }));
});
