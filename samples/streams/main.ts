import { createContainer, Enforce, enforce, Policy, withResults } from '@enforcecore/core';

const policy = Policy.from({
  name: 'streams',
  rules: { allowed_tools: ['dictate', 'download'], pii_redaction: { categories: ['email', 'credit_card'] } },
});

/** Cut where it hurts: the address and the card number lie over three chunks each. */
const chunks = ['Dear Otto,\nplease write to ot', 'to@brandt', '-holz.test about card 4111 11', '11 1111', ' 1111.\nYours\n'];

// #region generator
class Dictation {
  @Enforce({ tool: 'dictate' })
  async *speak(): AsyncGenerator<string> {
    for (const chunk of chunks) {
      await Promise.resolve();
      yield chunk;
    }
  }
}
// #endregion generator

// #region readable
function download(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      const encoder = new TextEncoder();
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}
// #endregion readable

async function main(): Promise<void> {
  const container = createContainer({ policy, settings: { auditPath: '.demo/streams' } });
  container.bind(Dictation).toSelf();
  const dictation = container.get(Dictation);
  const enforcedDownload = enforce(download, { container });

  console.log('What the tools give:', chunks);

  const { value: spoken, results } = await withResults(() => collect(dictation.speak()));
  console.log('\nAsync generator: ', spoken);
  console.log('Hidden:          ', results[0]?.redactions, 'in one call that ended with its stream:', results[0]?.outcome);

  // A stream of bytes stays one: what can be part of no finding is let go at once.
  const text = enforcedDownload().pipeThrough(new TextDecoderStream());
  console.log('\nReadableStream:  ', await collect(text));

  // #region left
  for await (const line of dictation.speak()) {
    console.log('\nLeft after:      ', [line]);
    break; // the tool's generator is closed too, and the call is recorded as cancelled
  }
  // #endregion left
  console.log('Recorded as:     ', container.house.lastResult?.outcome);
  await container.close();
}

async function collect(stream: AsyncIterable<string>): Promise<readonly string[]> {
  const parts: string[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

void main();
