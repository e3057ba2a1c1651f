/** What a tool gave, as a value of its own each: a text after a text is another result, and not the rest of the first. */
interface Box {
  readonly output: unknown;
}

export async function* boxed(outputs: unknown): AsyncGenerator<Box> {
  if (!isAsyncIterable(outputs)) {
    yield { output: await outputs };
    return;
  }
  for await (const output of outputs) yield { output };
}

export async function* unboxed(boxes: unknown): AsyncGenerator {
  // An enforced stream of boxes is one still, with cleaned values in them.
  for await (const { output } of boxes as AsyncIterable<Box>) yield output;
}

/** A stream of text, as the text so far; of anything else, as it comes. */
export async function* grown(chunks: AsyncIterable<unknown>): AsyncGenerator {
  let text = '';
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') text += chunk;
    yield typeof chunk === 'string' ? text : chunk;
  }
}

export async function lastOf(outputs: AsyncIterable<unknown>): Promise<unknown> {
  let last: unknown;
  for await (const output of outputs) last = output;
  return last;
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}
