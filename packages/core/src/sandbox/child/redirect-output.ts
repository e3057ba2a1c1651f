import type { Writable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';

/**
 * Sends what the thread prints over a port. The standard streams of a thread go another way of Node's, which keeps the
 * parent running for as long as the thread is there, idle or not.
 */
export function redirectOutput(port: MessagePort, maxBytes: number): void {
  const post = port.postMessage.bind(port) as (message: readonly [string, Uint8Array | 'cut']) => void;
  let left = maxBytes;
  for (const name of ['stdout', 'stderr'] as const) {
    const stream: Writable = process[name];
    stream._write = (chunk: Buffer | string, encoding, done): void => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
      const kept = bytes.subarray(0, left);
      left -= kept.length;
      if (kept.length > 0) post([name, new Uint8Array(kept)]);
      if (kept.length < bytes.length) post([name, 'cut']);
      done();
    };
    stream._writev = (chunks, done): void => {
      for (const { chunk, encoding } of chunks) stream._write(chunk, encoding, () => undefined);
      done();
    };
  }
}
