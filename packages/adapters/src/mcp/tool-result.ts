import type { CallToolResult } from '@modelcontextprotocol/server';
import { refusalOf, type Refusal, refusalText } from '@enforcecore/core/tools';
import { asModelText } from '../shared/model-text.js';
import type { TextCleaner } from '../shared/text-cleaner.js';

/** Where a refusal's `_meta` has `{ code, mayHaveRun, retryAfterMs? }`, for clients that read more than the text; the gateway's key too. */
export const refusalKey = 'enforcecore.dev/refusal';

/** What a tool gave back, as MCP says it: text that a model reads, and an object as structured content as well. */
export function toolResult(value: unknown): CallToolResult {
  const words = asModelText(value);
  const structured = objectIn(words, value);
  return structured === undefined ? text(words) : { ...text(words), structuredContent: structured };
}

/** A refusal as a result that a model can act on: MCP keeps protocol errors for what the model cannot help. */
export function refusalResult(refusal: Refusal): CallToolResult {
  const { code, retryAfterMs, mayHaveRun } = refusal;
  const more = retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(retryAfterMs) };
  return { ...text(refusalText(refusal)), isError: true, _meta: { [refusalKey]: { code, mayHaveRun, ...more } } };
}

/** An error as a result: a refusal as one, anything else by its cleaned message. */
export async function errorResult(error: unknown, cleaner: TextCleaner): Promise<CallToolResult> {
  const refusal = refusalOf(error);
  if (refusal !== undefined) return refusalResult(refusal);
  return { ...text(`the tool failed: ${await cleanMessage(error, cleaner)}`), isError: true };
}

/** What a thrown thing says, cleaned and cut to 4096 characters. */
export async function cleanMessage(error: unknown, cleaner: TextCleaner): Promise<string> {
  try {
    const message = error instanceof Error ? error.message : String(error);
    return (await cleaner.clean(message)).slice(0, 4096);
  } catch {
    // It cannot be read or cleaned, so nobody knows what it would tell.
    return 'what it says is withheld, since it could not be redacted';
  }
}

/** An error as the dispatcher reads one (`code`, `message`, `data`), cleaned: it was thrown before a tool could be, and may repeat its arguments. */
export async function cleanedError(error: unknown, cleaner: TextCleaner): Promise<Error> {
  const message = await cleanMessage(error, cleaner);
  const { code, data } = (error ?? {}) as { readonly code?: unknown; readonly data?: unknown }; // either is asked for
  const shown = data === undefined ? {} : { data: await cleaner.clean(data).catch(() => undefined) };
  return Object.assign(new Error(message), typeof code === 'number' ? { code } : {}, shown);
}

function text(words: string): CallToolResult {
  return { content: [{ type: 'text', text: words }] };
}

/** An object is read back from its text: what is sent twice is the same both times, whatever a `toJSON` says the second time. */
function objectIn(words: string, value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || !words.startsWith('{')) return undefined;
  return JSON.parse(words) as Record<string, unknown>; // JSON that begins with a brace is an object
}
