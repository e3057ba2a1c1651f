import { EnforceCoreError } from '@enforcecore/core';
import { runOutsideCalls } from './outside-calls.js';

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

const newline = 0x0a;

/** Fetches for one upstream server: redirects are refused, since headers with tokens would follow them, and no message is longer than it may be. */
export function boundedFetch(name: string, maxMessageBytes: number, fetcher: Fetch = fetch): Fetch {
  return async (url, init) => {
    const response = await runOutsideCalls(() => fetcher(url, { ...init, redirect: 'manual' }));
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new EnforceCoreError('GATEWAY', `upstream "${name}" answered with a redirect (${response.status}), which is not followed; write the address that it leads to into the config`);
    }
    if (response.body === null) return response;
    const isStream = response.headers.get('content-type')?.includes('text/event-stream') === true;
    return new Response(response.body.pipeThrough(limit(name, maxMessageBytes, isStream)), response);
  };
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
