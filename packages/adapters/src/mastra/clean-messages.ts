import { copyWith } from '../shared/copy-with.js';
import type { TextCleaner } from '../shared/text-cleaner.js';

/** Where texts stand in a message, be it Mastra's own or one for a model, and in what a step ends with. */
const texts: ReadonlySet<string> = new Set(['text', 'content', 'reasoning', 'reasoningText', 'errorText', 'filename']);
/** What a tool was given and gave, what of it the model is told, and what it asks of a user: all of it. */
const wholes: ReadonlySet<string> = new Set(['args', 'rawInput', 'input', 'result', 'output', 'value', 'modelOutput', 'suspendPayload']);
/** What holds parts that may hold texts. */
const holders: ReadonlySet<string> = new Set([
  'content', 'parts', 'toolInvocation', 'toolInvocations', 'details', 'object', 'providerMetadata', 'providerOptions', 'mastra', 'source', 'sources',
  'steps', 'messages', 'all', 'user', 'nonUser', 'response', 'uiMessages', 'dbMessages', 'toolResults', 'payload',
]);
/** What a quoted source says of itself. */
const sourceTexts: ReadonlySet<string> = new Set(['url', 'title']);

/** Cleaned copies of messages. Ids, names and the content of files stay: with them changed, an answer would not be found by its question. */
export async function cleanMessages<T>(messages: readonly T[], cleaner: TextCleaner): Promise<T[]> {
  if (cleaner.isIdle) return [...messages];
  return Promise.all(messages.map((message) => cleanHolder(message, cleaner)));
}

async function cleanHolder<T>(holder: T, cleaner: TextCleaner): Promise<T> {
  if (typeof holder === 'string') return cleaner.clean(holder);
  if (Array.isArray(holder)) return (await Promise.all(holder.map((part: unknown) => cleanHolder(part, cleaner)))) as T; // of the same parts
  if (typeof holder !== 'object' || holder === null) return holder;
  const own = kindOf(holder);
  const entries = Object.entries(holder).map(async ([key, value]: [string, unknown]) => [key, own.has(key) ? await cleaner.clean(value) : await cleanField(key, value, cleaner)] as const);
  return copyWith(holder, Object.fromEntries(await Promise.all(entries)) as Partial<T & object>); // the same keys; a step's result is an instance of a class
}

async function cleanField(key: string, value: unknown, cleaner: TextCleaner): Promise<unknown> {
  // What a step or a run ends with is called the same as what a tool gave.
  if (key === 'output' && typeof value === 'object' && value !== null && 'steps' in value) return cleanHolder(value, cleaner);
  if (wholes.has(key) || (texts.has(key) && typeof value === 'string')) return cleaner.clean(value);
  if (holders.has(key) && typeof value === 'object') return cleanHolder(value, cleaner);
  return value;
}

const data: ReadonlySet<string> = new Set(['data']);
const none: ReadonlySet<string> = new Set();

/** What is a text in parts of this kind, and in others is not. */
function kindOf(holder: object): ReadonlySet<string> {
  const { type } = holder as { readonly type?: unknown }; // asked for
  if (typeof type === 'string' && type.startsWith('data-')) return data;
  return 'sourceType' in holder || (typeof type === 'string' && type.startsWith('source')) ? sourceTexts : none;
}
