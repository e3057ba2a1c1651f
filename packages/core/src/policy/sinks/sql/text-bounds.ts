import type { SinkFault } from '../sink.js';

/** UTF-16 units of a text that a sink looks at when its options name no `max_length`. */
export const defaultMaxLength = 100_000;

/**
 * A `max_length` that can be worked with.
 *
 * @throws Error when it is not a whole number above zero.
 */
export function textLimit(sink: string, maxLength: number | undefined): number {
  const limit = maxLength ?? defaultMaxLength;
  if (!Number.isSafeInteger(limit) || limit < 1) throw new Error(`sink: ${sink}: max_length must be a whole number above 0`);
  return limit;
}

/**
 * Refuses what no parser may see: too much text, U+0000 and lone surrogates.
 *
 * HOSTILE: a parser written in C ends at U+0000, and an encoder turns lone surrogates into something else, so what is
 * checked would not be what is run.
 */
export function textFault(text: string, limit: number): SinkFault | undefined {
  if (text.length > limit) return { reason: `the text is longer than ${String(limit)} characters` };
  const nul = text.indexOf('\0');
  if (nul >= 0) return { reason: 'the text holds U+0000', offset: nul };
  const lone = text.search(/\p{Surrogate}/u);
  return lone < 0 ? undefined : { reason: 'the text holds half of a surrogate pair', offset: lone };
}
