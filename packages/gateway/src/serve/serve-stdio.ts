import type { Caller, Logger } from '@enforcecore/core';
import { serveStdio as serveWire } from '@modelcontextprotocol/server/stdio';
import type { Readable, Writable } from 'node:stream';
import { ClientWire } from './client-wire.js';
import type { SessionSource } from './session-source.js';

/** Streams, client and bounds of a connection. */
export interface StdioOptions {
  /** Standard input of the process by default. */
  readonly input?: Readable | undefined;
  /** Standard output of the process by default; nothing but protocol may be written to it. */
  readonly output?: Writable | undefined;
  /** Who the client is, for policy and trail. */
  readonly caller?: Caller | undefined;
  /** Told of messages that are not understood, without their content; silent by default. */
  readonly logger?: Logger | undefined;
  /** Bytes of one message; a larger one is dropped, and answered with an error where it has an id. 10 MB by default. */
  readonly maxMessageBytes?: number | undefined;
  /** Milliseconds that requests may still be answered in once the input has ended. 10,000 by default. */
  readonly drainMs?: number | undefined;
}

/** One client that is being served. */
export interface Serving {
  /** Resolves when the client is gone, or `close` was called. */
  readonly closed: Promise<void>;
  /** Ends the session, with the calls that are under way. */
  close(): Promise<void>;
}

/** Serves one client over standard input and output, until its end closes them. */
export function serveStdio(source: SessionSource, options: StdioOptions = {}): Serving {
  const { input = process.stdin, output = process.stdout, caller = {}, logger, maxMessageBytes = 10_485_760, drainMs = 10_000 } = options;
  const onFault = (fault: string): void => logger?.log('warn', `the client sent a message that was not used: ${fault}`);
  const wire = new ClientWire({ input, output, maxMessageBytes, drainMs, onFault });
  const handle = serveWire(() => source.sessionFor(caller), {
    transport: wire,
    onerror: (error) => {
      // Messages of the protocol layer can quote what the client sent.
      logger?.log('warn', 'a message of the client was not understood', { error: error.name });
    },
  });
  const stop = (): Promise<void> => handle.close();
  return { closed: wire.closed.then(stop).catch(() => undefined), close: stop };
}
