import type { Redactor } from '../redactor.js';

/**
 * Redacts text as it arrives; the pieces joined are what redacting the whole would have answered. When the consumer
 * leaves early, the source is closed, and what was held back is dropped.
 */
export async function* redactStream(source: AsyncIterable<string> | Iterable<string>, redactor: Redactor): AsyncGenerator<string, void, undefined> {
  const stream = redactor.streamAsync();
  // Leaving the loop early calls the source's own `return`.
  for await (const chunk of source) {
    const out = await stream.push(chunk);
    if (out !== '') yield out;
  }
  const rest = await stream.flush();
  if (rest !== '') yield rest;
}
