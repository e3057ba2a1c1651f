import type { Caller, Logger } from '@enforcecore/core';
import { serveStdio as serveWire, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import type { Readable, Writable } from 'node:stream';
import type { SessionSource } from './session-source.js';

export interface StdioOptions {
  /** Standard input of the process by default. */
  readonly input?: Readable | undefined;
  /** Standard output of the process by default; nothing but protocol may be written to it. */
  readonly output?: Writable | undefined;
  /** Who the client is, for policy and trail. */
  readonly caller?: Caller | undefined;
  readonly logger?: Logger | undefined;
  /** Bytes of one message; a larger one ends the connection. 10 MB by default. */
  readonly maxMessageBytes?: number | undefined;
}

export interface Serving {
  /** Resolves when the client is gone, or `close` was called. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

/** Serves one client over standard input and output, until its end closes them. */
export function serveStdio(source: SessionSource, options: StdioOptions = {}): Serving {
  const { input = process.stdin, output = process.stdout, caller = {}, logger, maxMessageBytes = 10_485_760 } = options;
  const transport = new StdioServerTransport(input, output, { maxBufferSize: maxMessageBytes });
  const handle = serveWire(() => source.sessionFor(caller), {
    transport,
    onerror: (error) => {
      // Messages of the protocol layer can quote what the client sent.
      logger?.log('warn', 'a message of the client was not understood', { error: error.name });
    },
  });
  const stop = (): Promise<void> => handle.close();
  const closed = new Promise<void>((resolve) => {
    const end = (): void => {
      for (const name of endings) input.off(name, end);
      output.off('error', end);
      output.off('close', end);
      void stop().then(resolve, resolve);
    };
    for (const name of endings) input.once(name, end);
    // A client that is gone is noticed by writing to it too.
    output.once('error', end);
    output.once('close', end);
    chain(transport, end);
  });
  return { closed, close: stop };
}

const endings = ['end', 'close', 'error'] as const;

/** The transport ends by itself when a message is too large, and when it is closed. */
function chain(transport: StdioServerTransport, end: () => void): void {
  const before = transport.onclose;
  transport.onclose = () => {
    before?.();
    end();
  };
}
