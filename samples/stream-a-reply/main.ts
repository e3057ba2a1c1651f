import { createContainer, enforceStream, EnforceCoreError, type EnforceContainer } from '@enforcecore/core';
import { call, leak, letter, model } from './model.js';
import { deltasOf, toEvents } from './sse.js';

// Compiled to samples/dist/stream-a-reply; the policies lie beside the source.
const policy = new URL('../../stream-a-reply/policy.yaml', import.meta.url);
const strict = new URL('../../stream-a-reply/strict.yaml', import.meta.url);

async function reply(container: EnforceContainer): Promise<void> {
  // #region reply
  const stream = enforceStream(model(letter), { container, tool: 'reply', agent: 'helpdesk' });
  for await (const piece of stream) show(piece);
  const result = await stream.result; // one call, one entry: what was hidden, and how it ended
  // #endregion reply
  console.log(`\n\nHidden: ${JSON.stringify(result?.redactions)}, recorded as ${String(result?.outcome)}`);
}

/** When the reader gets the first character, and how much it waits for, piece by piece. */
async function timing(container: EnforceContainer): Promise<void> {
  let given = 0;
  const counted = async function* (): AsyncGenerator<string> {
    for await (const piece of model(letter)) {
      given += 1;
      yield piece;
    }
  };
  const begin = performance.now();
  let first: { readonly piece: number; readonly ms: number } | undefined;
  for await (const piece of enforceStream(counted(), { container, tool: 'reply' })) if (piece !== '') first ??= { piece: given, ms: performance.now() - begin };
  const whole = performance.now() - begin;
  console.log(`First character after piece ${String(first?.piece)} of ${String(given)}: ${Math.round(first?.ms ?? 0)} ms; buffering the whole reply would take ${Math.round(whole)} ms`);
}

async function refused(container: EnforceContainer): Promise<void> {
  // #region refused
  try {
    for await (const piece of enforceStream(model(leak), { container, policy: strict, tool: 'reply' })) show(piece); // content rules hold back some thousand characters: nothing is shown yet
  } catch (error) {
    if (!EnforceCoreError.is(error)) throw error;
    console.log(`\n${error.code}: the stream ends here, and the model's is closed`);
  }
  // #endregion refused
}

/** An answer to a browser: the same stream as server-sent events. */
function answer(container: EnforceContainer, events: AsyncIterable<string>): Response {
  // #region response
  const stream = enforceStream(deltasOf(events), { container, tool: 'reply' });
  const body = stream.toWebStream().pipeThrough(toEvents()).pipeThrough(new TextEncoderStream());
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  // #endregion response
}

async function events(container: EnforceContainer): Promise<void> {
  const upstream = new ReadableStream<string>({
    async start(controller) {
      for await (const piece of model('Write to mira@northfjord.example, please.')) controller.enqueue(piece);
      controller.close();
    },
  }).pipeThrough(toEvents());
  console.log((await answer(container, upstream).text()).trim());
}

async function toolCall(container: EnforceContainer): Promise<void> {
  // #region arguments
  let json = '';
  for await (const piece of enforceStream(model(call), { container, tool: 'plan_call' })) json += piece;
  const args: unknown = JSON.parse(json); // what is hidden leaves the JSON whole
  // #endregion arguments
  console.log(args);
}

function show(piece: string): void {
  process.stdout.write(piece === '' ? '' : `${piece}|`);
}

async function main(): Promise<void> {
  const container = createContainer({ policy, settings: { auditPath: '.demo/stream-a-reply' } });
  console.log('What the reader gets, with a bar after each piece:\n');
  await reply(container);
  await timing(container);
  console.log('\nA reply that the policy refuses:\n');
  await refused(container);
  console.log('\nAs server-sent events:\n');
  await events(container);
  console.log('\nThe arguments of a call, streamed:\n');
  await toolCall(container);
  await container.close();
}

void main();
