import type { TextCleaner } from './text-cleaner.js';

/** Cleans a tool's arguments, which are JSON in a text: value by value, so that what comes out is JSON again. */
export async function cleanJson(text: string, cleaner: Pick<TextCleaner, 'clean'>): Promise<string> {
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    return cleaner.clean(text); // no JSON: whoever reads it refuses it, and it may hold anything
  }
  const cleaned = await cleaner.clean(value);
  return cleaned === value ? text : JSON.stringify(cleaned);
}
