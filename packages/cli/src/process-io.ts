import { isatty } from 'node:tty';
import { CliError, systemCode, systemReason } from './errors.js';
import type { Input, Io, Output } from './io.js';

/** The streams, environment and clocks of this process. */
export function processIo(): Io {
  return {
    stdin: processInput(process.stdin),
    stdout: processOutput(process.stdout),
    stderr: processOutput(process.stderr),
    env: process.env,
    monotonicMs: () => performance.now(),
    now: () => new Date(),
    onInterrupt,
  };
}

const interruptions = ['SIGINT', 'SIGTERM'] as const;

function onInterrupt(listener: () => void): () => void {
  // Once: who asks twice wants an end at once.
  for (const signal of interruptions) process.once(signal, listener);
  return () => {
    for (const signal of interruptions) process.off(signal, listener);
  };
}

function processInput(stream: NodeJS.ReadStream & { readonly fd: number }): Input {
  return {
    isTerminal: isatty(stream.fd),
    read: (stop) => bytesOf(stream, stop),
  };
}

async function* bytesOf(stream: NodeJS.ReadStream, stop: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const arrived: Uint8Array[] = [];
  const end = (): void => {
    // What has arrived already is still answered.
    for (let chunk: unknown = stream.read(); chunk instanceof Uint8Array; chunk = stream.read()) arrived.push(chunk);
    stream.destroy();
  };
  stop?.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of stream) yield chunk as Uint8Array; // no encoding is set, so chunks are buffers
  } catch (error) {
    // The end that was asked for arrives as a stream that closed too early.
    if (stop?.aborted !== true) throw error;
  } finally {
    stop?.removeEventListener('abort', end);
  }
  yield* arrived;
}

function processOutput(stream: NodeJS.WriteStream & { readonly fd: number }): Output {
  let failure: unknown;
  // Each write reports its own failure; without a listener the event would end the process with a stack trace.
  stream.on('error', (error) => {
    failure ??= error;
  });
  return {
    isTerminal: isatty(stream.fd),
    get columns(): number | undefined {
      return stream.isTTY ? stream.columns : undefined;
    },
    write(text) {
      if (failure !== undefined) return Promise.reject(closed(failure));
      return new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error instanceof Error) reject(closed(error));
          else resolve();
        });
      });
    },
  };
}

function closed(cause: unknown): CliError {
  if (['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED', 'ECONNRESET'].includes(systemCode(cause))) {
    return new CliError('OUTPUT_CLOSED', 'nobody reads the output any more', { cause });
  }
  return new CliError('INPUT', `the output cannot be written: ${systemReason(cause)}`, { cause });
}
