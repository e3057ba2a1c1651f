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
  };
}

function processInput(stream: NodeJS.ReadStream & { readonly fd: number }): Input {
  return {
    isTerminal: isatty(stream.fd),
    read: () => stream as AsyncIterable<Uint8Array>, // no encoding is set, so chunks are buffers
  };
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
