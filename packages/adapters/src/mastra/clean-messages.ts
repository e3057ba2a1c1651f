import type { TextCleaner } from '../shared/text-cleaner.js';

/** Where texts stand in a message, be it Mastra's own or one for a model. */
const texts: ReadonlySet<string> = new Set(['text', 'content', 'reasoning', 'errorText']);
/** What a tool was given and gave: all of it. */
const wholes: ReadonlySet<string> = new Set(['args', 'rawInput', 'input', 'result', 'output', 'value']);
/** What holds parts that may hold texts. */
const holders: ReadonlySet<string> = new Set(['content', 'parts', 'toolInvocation', 'toolInvocations', 'details', 'object']);

/** Cleaned copies of messages. Ids, names and files stay: with them changed, an answer would not be found by its question. */
export async function cleanMessages<T>(messages: readonly T[], cleaner: TextCleaner): Promise<T[]> {
  if (cleaner.isIdle) return [...messages];
  return Promise.all(messages.map((message) => cleanHolder(message, cleaner)));
}

async function cleanHolder<T>(holder: T, cleaner: TextCleaner): Promise<T> {
  if (typeof holder === 'string') return cleaner.clean(holder);
  if (Array.isArray(holder)) return (await Promise.all(holder.map((part: unknown) => cleanHolder(part, cleaner)))) as T; // of the same parts
  if (typeof holder !== 'object' || holder === null) return holder;
  const entries = Object.entries(holder).map(async ([key, value]: [string, unknown]) => [key, await cleanField(key, value, cleaner)] as const);
  return { ...holder, ...Object.fromEntries(await Promise.all(entries)) };
}

async function cleanField(key: string, value: unknown, cleaner: TextCleaner): Promise<unknown> {
  if (wholes.has(key) || (texts.has(key) && typeof value === 'string')) return cleaner.clean(value);
  if (holders.has(key) && typeof value === 'object') return cleanHolder(value, cleaner);
  return value;
}
