// #region sse
/** Server-sent events, one for each piece. The text is cleaned before it is cut into events: across two of them nothing could be found. */
export function toEvents(): TransformStream<string, string> {
  return new TransformStream({
    transform(piece, controller) {
      controller.enqueue(`data: ${JSON.stringify({ delta: piece })}\n\n`);
    },
    flush(controller) {
      controller.enqueue('data: [DONE]\n\n');
    },
  });
}

/** The pieces of text in somebody else's events, for instance those of a model's interface. */
export async function* deltasOf(events: AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of events) {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: {')) continue;
      const { delta } = JSON.parse(line.slice('data: '.length)) as { readonly delta?: unknown }; // an object, by its bracket
      if (typeof delta === 'string') yield delta;
    }
  }
}
// #endregion sse
