import { EnforceCoreError } from '@enforcecore/core';
import { runOutsideCalls } from './outside-calls.js';
import type { RateGate } from './rate-gate.js';

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface FetchBounds {
  readonly maxMessageBytes: number;
  /** Asked for each stream that is opened by itself (`GET`). */
  readonly streams: RateGate;
}

const newline = 0x0a;

/** Fetches for one upstream server: redirects are refused, since headers with tokens would follow them, and no message is longer than it may be. */
export function boundedFetch(name: string, { maxMessageBytes, streams }: FetchBounds, fetcher: Fetch = fetch): Fetch {
  return async (url, init) => {
    if (init?.method === 'GET' && !streams.passes()) throw new EnforceCoreError('GATEWAY', `upstream "${name}" ends its streams faster than they may be opened`);
    const tie = tiedTo(init?.signal ?? undefined);
    try {
      const response = await runOutsideCalls(() => fetcher(url, { ...init, redirect: 'manual', signal: tie.signal }));
      if (response.status >= 300 && response.status < 400) {
        await response.body?.cancel();
        throw new EnforceCoreError('GATEWAY', `upstream "${name}" answered with a redirect (${response.status}), which is not followed; write the address that it leads to into the config`);
      }
      if (response.body === null) {
        tie.loosen();
        return response;
      }
      const isStream = response.headers.get('content-type')?.includes('text/event-stream') === true;
      return new Response(toldOfEnd(response.body.pipeThrough(limit(name, maxMessageBytes, isStream)), tie.loosen), response);
    } catch (error) {
      tie.loosen();
      throw error;
    }
  };
}

interface Tie {
  readonly signal: AbortSignal;
  readonly loosen: () => void;
}

/** A signal of the one request: what listens to it goes with it, where listeners on the connection's own would stay until that ends. */
function tiedTo(outer: AbortSignal | undefined): Tie {
  const own = new AbortController();
  const onAbort = (): void => {
    own.abort(outer?.reason);
  };
  if (outer?.aborted === true) onAbort();
  outer?.addEventListener('abort', onAbort, { once: true });
  return { signal: own.signal, loosen: () => outer?.removeEventListener('abort', onAbort) };
}

/** The body as it is; tells when it was read to its end, failed, or nobody wants it any more. */
function toldOfEnd(body: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await reader.read();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        onEnd();
        controller.close();
      } catch (error) {
        onEnd();
        throw error;
      }
    },
    async cancel(reason) {
      onEnd();
      await reader.cancel(reason);
    },
  });
}

/** Counts the bytes of one event of a stream, or of a whole answer. */
function limit(name: string, maxBytes: number, isStream: boolean): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  let atLineStart = false;
  return new TransformStream({
    transform(chunk, controller) {
      for (const byte of isStream ? chunk : []) {
        // An empty line ends an event (HTML standard, 9.2.6).
        if (byte === newline && atLineStart) bytes = 0;
        if (byte !== 0x0d) atLineStart = byte === newline;
        bytes += 1;
        if (bytes > maxBytes) break;
      }
      if (!isStream) bytes += chunk.length;
      if (bytes > maxBytes) throw new EnforceCoreError('GATEWAY', `upstream "${name}" sent a message of more than ${maxBytes} bytes`);
      controller.enqueue(chunk);
    },
  });
}
