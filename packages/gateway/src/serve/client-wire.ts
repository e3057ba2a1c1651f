import { JSONRPCMessageSchema } from '@modelcontextprotocol/core';
import { ProtocolErrorCode, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/server';
import type { Readable, Writable } from 'node:stream';
import { LineReader, type Line } from '../upstream/line-reader.js';
import { idOfOverlong } from '../upstream/wire-message.js';

export interface ClientWireOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly maxMessageBytes: number;
  /** Milliseconds that requests may still be answered in when the input has ended. */
  readonly drainMs: number;
  /** Told of lines that were not used, in words of our own. */
  readonly onFault: (fault: string) => void;
}

type Id = string | number;

const endings = ['end', 'close', 'error'] as const;
/** Answered by its own end only, so nobody waits for it. */
const endless = 'subscriptions/listen';

/** A client on two streams. A line that is too long or no request costs that line, and is answered where it has an id; when the input ends, what is under way is answered first. */
export class ClientWire implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport['onmessage'];
  /** Resolves when no more is read or written. */
  readonly closed: Promise<void>;
  readonly #options: ClientWireOptions;
  readonly #lines: LineReader;
  readonly #underWay = new Set<Id>();
  #drain: ReturnType<typeof setTimeout> | undefined;
  #resolveClosed: (() => void) | undefined;
  #isClosed = false;

  constructor(options: ClientWireOptions) {
    this.#options = options;
    this.#lines = new LineReader(options.maxMessageBytes);
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  start(): Promise<void> {
    const { input, output } = this.#options;
    input.on('data', this.#read);
    for (const name of endings) input.once(name, this.#inputEnded);
    // A client that is gone is noticed by writing to it too. What fails after the end concerns nobody, so this one stays.
    for (const name of ['close', 'error']) output.on(name, () => void this.close());
    if (input.readableEnded || input.destroyed) setImmediate(this.#inputEnded);
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('the client is gone'));
    const { output } = this.#options;
    const isTaken = output.write(`${JSON.stringify(message)}\n`);
    if (!('method' in message) && message.id !== undefined) this.#settled(message.id);
    if (isTaken) return Promise.resolve();
    return Promise.race([this.closed, new Promise<void>((resolve) => { output.once('drain', resolve); })]);
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    clearTimeout(this.#drain);
    const { input } = this.#options;
    input.off('data', this.#read);
    for (const name of endings) input.off(name, this.#inputEnded);
    input.pause();
    this.onclose?.();
    this.#resolveClosed?.();
    return Promise.resolve();
  }

  readonly #read = (chunk: Buffer): void => {
    for (const line of this.#lines.push(chunk)) this.#line(line);
  };

  readonly #inputEnded = (): void => {
    if (this.#underWay.size === 0) void this.close();
    else this.#drain ??= setTimeout(() => void this.close(), this.#options.drainMs);
  };

  #line(line: Line): void {
    if (!('text' in line)) {
      this.#refuse(`a message of ${String(line.bytes)} bytes, expected at most ${String(this.#options.maxMessageBytes)}`, idOfOverlong(line));
      return;
    }
    if (line.text.trim() === '') return;
    const value = parsed(line.text);
    const message = JSONRPCMessageSchema.safeParse(value);
    if (message.success) this.#deliver(message.data);
    else this.#refuse(value === undefined ? 'no JSON' : 'no message of JSON-RPC 2.0 as the protocol has it', idOfRequest(value));
  }

  #refuse(fault: string, id: Id | undefined): void {
    this.#options.onFault(fault);
    if (id !== undefined) this.send({ jsonrpc: '2.0', id, error: { code: ProtocolErrorCode.InvalidRequest, message: `the request was not used: ${fault}` } }).catch(() => undefined);
  }

  #deliver(message: JSONRPCMessage): void {
    if ('method' in message && 'id' in message && message.method !== endless) this.#underWay.add(message.id);
    // Nobody will answer it any more.
    if ('method' in message && message.method === 'notifications/cancelled') this.#settled(message.params?.['requestId']);
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error('a message could not be handled'));
    }
  }

  #settled(id: unknown): void {
    if (typeof id !== 'string' && typeof id !== 'number') return;
    this.#underWay.delete(id);
    if (this.#drain !== undefined && this.#underWay.size === 0) void this.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Of a message that is none, but has what a request is answered by. */
function idOfRequest(value: unknown): Id | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'method') || !('id' in value)) return undefined;
  const { id } = value;
  return typeof id === 'string' || Number.isSafeInteger(id) ? (id as Id) : undefined; // a safe integer is a number
}
