import { InvalidOutputError } from '@enforcecore/core';
import type { BaseMessage } from '@langchain/core/messages';

/**
 * LangChain's objects as plain data and back. Enforcement cleans data; a message, a `Command` or a `Send` is taken apart before
 * and put together again after, so that the framework still knows it for what it is.
 */
export interface Packed {
  readonly value: unknown;
  /** @throws InvalidOutputError when the cleaned data has another shape than what was taken apart. */
  readonly restore: (cleaned: unknown) => unknown;
}

/** More levels than any message has; below them values are left as they are, for enforcement to judge. */
const maxDepth = 32;

export function pack(value: unknown, depth = 0): Packed {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return asItIs(value);
  if (Array.isArray(value)) return packList(value, depth);
  const fields = textFieldsOf(value);
  if (fields !== undefined) return packInstance(value, fields, depth);
  return isPlain(value) ? packRecord(value, depth) : asItIs(value);
}

/** A copy of a LangChain object, or of anything that holds some, with every text cleaned. */
export async function cleanedWith<T>(value: T, clean: (data: unknown) => Promise<unknown>): Promise<T> {
  const packed = pack(value);
  const cleaned = await clean(packed.value);
  return cleaned === packed.value ? value : (packed.restore(cleaned) as T); // put together as it was taken apart
}

function asItIs(value: unknown): Packed {
  return { value, restore: (cleaned) => cleaned };
}

function packList(list: readonly unknown[], depth: number): Packed {
  const items = list.map((item) => pack(item, depth + 1));
  if (items.every(({ value }, i) => value === list[i])) return asItIs(list);
  return { value: items.map(({ value }) => value), restore: (cleaned) => restored(items, cleaned) };
}

function packRecord(record: object, depth: number): Packed {
  const entries = Object.entries(record);
  const items = entries.map(([, item]: readonly [string, unknown]) => pack(item, depth + 1));
  if (items.every(({ value }, i) => value === entries[i]?.[1])) return asItIs(record);
  const value = Object.fromEntries(entries.map(([key], i) => [key, items[i]?.value]));
  return {
    value,
    restore: (cleaned) => {
      const keys = Object.keys(cleaned as object); // what is no object has no keys, and does not fit
      const values = restored(items, Object.values(cleaned as object));
      return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
    },
  };
}

function packInstance(instance: object, fields: readonly string[], depth: number): Packed {
  const own = instance as Readonly<Record<string, unknown>>; // an object's own fields are asked for
  const present = fields.filter((field) => own[field] !== undefined);
  const packed = pack(present.map((field) => textsOf(field, own[field])), depth + 1);
  return {
    value: packed.value,
    restore: (cleaned) => {
      const values = packed.restore(cleaned);
      if (!Array.isArray(values) || values.length !== present.length) throw doesNotFit();
      const changed = present.map((field, i): [string, unknown] => [field, withTexts(field, own[field], values[i])]);
      return copyOf(instance, Object.fromEntries(changed));
    },
  };
}

/** What in a message or a command is content. Ids, roles and the like are how the framework ties things together. */
function textFieldsOf(value: object): readonly string[] | undefined {
  if (isMessage(value)) return ['content', 'additional_kwargs', 'response_metadata', 'artifact', 'tool_calls', 'invalid_tool_calls', 'tool_call_chunks', ...oddFields(value)];
  const { lg_name: name } = value as { readonly lg_name?: unknown }; // a plain object may say so as well
  if (isPlain(value)) return undefined;
  if (name === 'Command') return ['update', 'resume', 'goto'];
  return name === 'Send' ? ['args'] : undefined;
}

/** Whole messages of a model, wherever they stand. */
export function modelMessagesIn(value: unknown, depth = 0): readonly BaseMessage[] {
  if (typeof value !== 'object' || value === null || depth > maxDepth) return [];
  if (isMessage(value)) return (value as BaseMessage).type === 'ai' ? [value as BaseMessage] : []; // as its mark says
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  return items.flatMap((item) => modelMessagesIn(item, depth + 1));
}

export function isMessage(value: object): boolean {
  return (value as { readonly [messageMark]?: unknown })[messageMark] === true;
}

const messageMark = Symbol.for('langchain.message');

/** Fields of a name or id that are no plain names: a tool makes its messages as it likes. */
function oddFields(message: object): readonly string[] {
  const own = message as Readonly<Record<string, unknown>>; // its fields are asked for
  return ['id', 'name', 'tool_call_id'].filter((field) => typeof own[field] === 'string' && !/^[\w.:-]{0,128}$/.test(own[field]));
}

/** Of tool calls only their arguments: names and ids are how the framework finds the tool and the answer. */
function textsOf(field: string, value: unknown): unknown {
  return isCallList(field, value) ? value.map(({ args }) => args) : value;
}

function withTexts(field: string, before: unknown, cleaned: unknown): unknown {
  if (!isCallList(field, before)) return cleaned;
  if (!Array.isArray(cleaned) || cleaned.length !== before.length) throw doesNotFit();
  return before.map((call, i) => ({ ...call, args: cleaned[i] as unknown }));
}

function isCallList(field: string, value: unknown): value is readonly { readonly args?: unknown }[] {
  return (field === 'tool_calls' || field === 'tool_call_chunks') && Array.isArray(value) && value.every((call) => typeof call === 'object' && call !== null);
}

/** The same class with other fields; what LangChain keeps of how the object was made is replaced as well. */
export function copyOf<T extends object>(instance: T, changed: Readonly<Record<string, unknown>>): T {
  const copy = Object.create(Object.getPrototypeOf(instance) as object) as T & { readonly lc_kwargs?: unknown }; // of the same class
  for (const key of Reflect.ownKeys(instance)) {
    const value = typeof key === 'string' && Object.hasOwn(changed, key) ? changed[key] : (Reflect.get(instance, key) as unknown);
    // Also where it was worked out when asked for: that would be worked out from what the original holds.
    Object.defineProperty(copy, key, { value, enumerable: Object.prototype.propertyIsEnumerable.call(instance, key), writable: true, configurable: true });
  }
  const made = copy.lc_kwargs;
  if (typeof made !== 'object' || made === null) return copy;
  const now = copy as Readonly<Record<string, unknown>>; // its fields are asked for
  // A message made of another one keeps that one's as well.
  const kwargs = Object.fromEntries(Object.keys(made).filter((key) => key !== 'lc_kwargs' && key in now).map((key) => [key, now[key]]));
  return Object.assign(copy, { lc_kwargs: kwargs });
}

function restored(items: readonly Packed[], cleaned: unknown): readonly unknown[] {
  if (!Array.isArray(cleaned) || cleaned.length !== items.length) throw doesNotFit();
  return items.map(({ restore }, i) => restore(cleaned[i]));
}

function doesNotFit(): InvalidOutputError {
  return new InvalidOutputError('a cleaned result has another shape than before, so it is withheld');
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
