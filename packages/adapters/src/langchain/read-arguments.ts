import { toolInput, type ToolInput } from '@enforcecore/core/tools';
import type * as types from '@langchain/core/utils/types';
import { requirePackage } from '../shared/require-package.js';
import { door } from './enforced-marks.js';

/** Reads a call's arguments as a tool's schema does, for one call; `body` takes from the cleaned ones what the tool takes. */
export interface ArgumentsReader {
  readonly input: ToolInput;
  body(cleaned: unknown): unknown;
}

/**
 * LangChain's own reading of a zod schema, which transforms: done before any rule looks, so that what is checked is what the
 * tool gets. `undefined` for a JSON Schema, which transforms nothing and is checked by LangChain on its way.
 */
export function readerOf(schema: unknown): (() => ArgumentsReader) | undefined {
  if (!isZod(schema)) return undefined;
  // What is wrong is said in our words, and by the author's names; which keys there may be is for the schema alone to say.
  const told = { type: 'object', $defs: { arguments: undescribed(toldBy(schema)) } };
  const input = toolInput({ '~standard': { version: 1, vendor: 'zod', validate: (given) => parsed(schema, given), jsonSchema: { input: () => told } } });
  return () => {
    let isOne = false;
    const named = (value: unknown): unknown => {
      isOne = typeof value !== 'object' || value === null || Array.isArray(value);
      return isOne ? { input: value } : value; // a text alone is called `input`, as LangChain does
    };
    return {
      input: { schema: input.schema, read: async (given) => named(await input.read(given)) },
      body: (cleaned) => (isOne ? (cleaned as { readonly input?: unknown }).input : cleaned), // as it was put in
    };
  };
}

type Result = { readonly value: unknown } | { readonly issues: readonly { readonly message: string }[] };

async function parsed(schema: object, given: unknown): Promise<Result> {
  const { interopParseAsync } = (await requirePackage('@langchain/core/utils/types', door)) as typeof types; // that is what it is
  try {
    return { value: await interopParseAsync(schema as never, thawed(given)) };
  } catch (error) {
    const { issues } = (error ?? {}) as { readonly issues?: unknown }; // zod's errors have them
    if (!Array.isArray(issues)) throw error;
    return { issues: issues as readonly { readonly message: string }[] }; // as zod makes them
  }
}

/** The author's words, where they are told. */
function toldBy(schema: object): Record<string, unknown> {
  const { toJSONSchema, shape } = schema as { readonly toJSONSchema?: unknown; readonly shape?: unknown }; // one has the first, one the second
  try {
    if (typeof toJSONSchema === 'function') return Reflect.apply(toJSONSchema, schema, [{ io: 'input', unrepresentable: 'any' }]) as Record<string, unknown>; // a JSON Schema
  } catch {
    // Not every schema has one; its keys do.
  }
  return typeof shape === 'object' && shape !== null ? { properties: Object.fromEntries(Object.keys(shape).map((key) => [key, {}])) } : {};
}

/** The model reads descriptions in the tool's own schema. */
function undescribed(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema, (key, value: unknown) => ((key === 'description' || key === 'title') && typeof value === 'string' ? undefined : value)));
}

/** zod 4, or 3. */
function isZod(schema: unknown): schema is object {
  return typeof schema === 'object' && schema !== null && ('_zod' in schema || '_def' in schema);
}

/** A copy that may be changed: tools and schemas of others may change what they are given, and what was checked is frozen. */
export function thawed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(thawed);
  if (value instanceof Date) return new Date(value);
  if (value instanceof RegExp) return value;
  const copy = Object.create(Object.getPrototypeOf(value) as object | null) as object; // of the same class
  for (const key of Reflect.ownKeys(value)) {
    Object.defineProperty(copy, key, { value: thawed(Reflect.get(value, key)), enumerable: true, writable: true, configurable: true });
  }
  return copy;
}
