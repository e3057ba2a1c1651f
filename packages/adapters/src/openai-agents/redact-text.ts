import type { GateOptions } from '../shared/gate.js';
import { TextCleaner } from '../shared/text-cleaner.js';

/**
 * A run's text with what the policy hides hidden, where the model itself is not wrapped: `redactText(result.toTextStream())`.
 * A value that is split over chunks is found. Leaving it closes the stream behind it.
 */
export async function* redactText(text: AsyncIterable<string>, options: Pick<GateOptions, 'policy' | 'container'> = {}): AsyncGenerator<string> {
  const pipe = new TextCleaner(options).pipe();
  for await (const chunk of text) {
    const out = pipe === undefined ? chunk : await pipe.push(chunk);
    if (out !== '') yield out;
  }
  const rest = (await pipe?.flush()) ?? '';
  if (rest !== '') yield rest;
}
