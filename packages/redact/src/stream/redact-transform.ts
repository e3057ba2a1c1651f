import type { Redactor } from '../redactor.js';

/** A Web stream that redacts the text written to it. Put a `TextDecoderStream` before it for bytes. */
export function redactTransform(redactor: Redactor): TransformStream<string, string> {
  const stream = redactor.streamAsync();
  return new TransformStream<string, string>({
    async transform(chunk, controller) {
      const out = await stream.push(chunk);
      if (out !== '') controller.enqueue(out);
    },
    async flush(controller) {
      const rest = await stream.flush();
      if (rest !== '') controller.enqueue(rest);
    },
  });
}
