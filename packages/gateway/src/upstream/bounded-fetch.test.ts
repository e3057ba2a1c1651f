import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { FakeClock } from '@enforcecore/core/testing';
import { boundedFetch } from './bounded-fetch.js';
import { RateGate } from './rate-gate.js';

const bounds = () => ({ maxMessageBytes: 1_000, streams: new RateGate(new FakeClock(), 2) });
const answering = (body: string | null, status = 200) => () => Promise.resolve(new Response(body, { status }));

describe('boundedFetch', () => {
  it.each<[string, () => Promise<Response>]>([
    ['was read', answering('text')],
    ['has no body', answering(null)],
    ['is a redirect', answering(null, 307)],
    ['never came', () => Promise.reject(new Error('refused'))],
  ])('leaves nothing behind on the signal of the connection once an answer %s', async (_what, fetcher) => {
    const { signal } = new AbortController();
    const fetch = boundedFetch('far', bounds(), fetcher);

    for (let i = 0; i < 20; i += 1) await fetch('http://far', { signal }).then((answer) => answer.text(), () => undefined);

    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends a request with its connection', async () => {
    const connection = new AbortController();
    let given: AbortSignal | null | undefined;
    const fetch = boundedFetch('far', bounds(), (_url, init) => {
      given = init?.signal;
      return Promise.resolve(new Response(new ReadableStream()));
    });
    await fetch('http://far', { signal: connection.signal });

    connection.abort();

    expect(given?.aborted).toBe(true);
  });

  it('opens no more streams in a second than it may, and sends messages all the same', async () => {
    const fetch = boundedFetch('far', bounds(), answering('x'));
    const open = (method: string) => fetch('http://far', { method }).then(() => 'open', () => 'refused');

    const opened = [await open('GET'), await open('GET'), await open('GET'), await open('POST')];

    expect(opened).toEqual(['open', 'open', 'refused', 'open']);
  });
});
