import { StreamableHTTPClientTransport, type JSONRPCMessage, type Transport, type TransportSendOptions } from '@modelcontextprotocol/client';
import type { TransportEvents } from './open-transport.js';
import { readValue, unusableAnswer } from './wire-message.js';

/** A transport whose messages are looked at before the protocol sees them, as those of a child process are. */
export class CheckedTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport['onmessage'];
  readonly #inner: Transport;
  readonly #events: TransportEvents;

  constructor(inner: Transport, events: TransportEvents) {
    this.#inner = inner;
    this.#events = events;
    inner.onclose = () => this.onclose?.();
    inner.onerror = (error) => this.onerror?.(error);
    inner.onmessage = (message, extra) => {
      const read = readValue(message);
      if (read.message === undefined) this.#unusable(read.fault, read.id);
      else if (!('method' in read.message) || this.#events.admits(read.message.method)) this.onmessage?.(read.message, extra);
    };
  }

  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }

  start(): Promise<void> {
    return this.#inner.start();
  }

  send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    return this.#inner.send(message, options);
  }

  async close(): Promise<void> {
    // A session that nobody ends stays open on the server's side until it is tired of it.
    const inner = this.#inner;
    if (inner instanceof StreamableHTTPClientTransport) await endSession(() => inner.terminateSession());
    await inner.close();
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion?.(version);
  }

  setSupportedProtocolVersions(versions: string[]): void {
    this.#inner.setSupportedProtocolVersions?.(versions);
  }

  #unusable(fault: string, id: number | undefined): void {
    this.#events.onGarbage(fault);
    if (id !== undefined) this.onmessage?.({ jsonrpc: '2.0', id, error: { code: unusableAnswer, message: fault } });
  }
}

const patienceMs = 1_000;

async function endSession(end: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  try {
    // A server that refuses, or does not answer, has no say in whether the connection ends.
    await Promise.race([end().catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
