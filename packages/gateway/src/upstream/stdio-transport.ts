import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { spawn, type ChildProcess } from 'node:child_process';
import { LineReader, type Line } from './line-reader.js';
import { runOutsideCalls } from './outside-calls.js';
import { idOfOverlong, readMessage, unusableAnswer } from './wire-message.js';

export interface StdioTransportOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** All that the child gets. */
  readonly env: Record<string, string>;
  readonly cwd?: string | undefined;
  readonly maxMessageBytes: number;
  /** Told of lines on stderr, bounded in length. */
  readonly onStderr: (line: string) => void;
  /** Told of lines on stdout that were not used, in words of our own. */
  readonly onGarbage: (fault: string) => void;
  /** Asked for each request and notification of the server's own; what may not pass is dropped before it costs more. */
  readonly admits: (method: string) => boolean;
}

/** Bytes that may wait for a child which does not read; more than one largest message is no backlog but a hang. */
const mostUnsent = 64 * 1024 * 1024;
const stderrLineBytes = 2_000;
/** A child has this long to end by itself once its stdin is closed, and again after SIGTERM. */
const graceMs = 1_500;
const drainMs = 250;

/** A server as a child process, read within bounds: a line that is too long, no JSON or no JSON-RPC costs that line and nothing else. */
export class StdioTransport implements Transport {
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: Transport['onmessage'];
  readonly #options: StdioTransportOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<void> | undefined;

  constructor(options: StdioTransportOptions) {
    this.#options = options;
  }

  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { command, args, env, cwd } = this.#options;
      // What the child says later belongs to no call, though a call may have set it off.
      const child = runOutsideCalls(() => spawn(command, [...args], { env, cwd, stdio: 'pipe', shell: false, windowsHide: true }));
      this.#child = child;
      this.#ended = new Promise((ended) => {
        const once = (): void => {
          ended();
          this.#closed();
        };
        child.once('close', once);
        // A grandchild that holds the pipes open would keep 'close' from coming; what was written before the end is read first.
        child.once('exit', () => setTimeout(once, drainMs).unref());
        child.once('error', (error) => {
          reject(error);
          once();
        });
      });
      child.once('spawn', resolve);
      // A child that is gone is told of by its end; what could not be written to it has no other reader.
      child.stdin.on('error', () => undefined);
      this.#read(child);
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (stdin?.writable !== true) return Promise.reject(new Error('the server has ended'));
    if (stdin.writableLength > mostUnsent) return Promise.reject(new Error('the server does not read what it is sent'));
    stdin.write(`${JSON.stringify(message)}\n`);
    return Promise.resolve();
  }

  /** Closes stdin, asks, and then insists. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child === undefined || this.#ended === undefined) return;
    child.stdin?.end();
    const timers = [setTimeout(() => child.kill('SIGTERM'), graceMs), setTimeout(() => child.kill('SIGKILL'), 2 * graceMs)];
    try {
      await Promise.race([this.#ended, new Promise<void>((resolve) => timers.push(setTimeout(resolve, 3 * graceMs)))]);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      child.stdout?.destroy();
      child.stderr?.destroy();
    }
    this.#closed();
  }

  #read(child: ChildProcess): void {
    const lines = new LineReader(this.#options.maxMessageBytes);
    child.stdout?.on('data', (chunk: Buffer) => {
      for (const line of lines.push(chunk)) this.#line(line);
    });
    const words = new LineReader(stderrLineBytes);
    child.stderr?.on('data', (chunk: Buffer) => {
      for (const line of words.push(chunk)) this.#options.onStderr('text' in line ? line.text : `${line.head} … (${line.bytes} bytes)`);
    });
    // A server that cannot answer any more has ended, whatever its process does.
    child.stdout?.once('end', () => void this.close());
    child.stdout?.on('error', () => undefined);
    child.stderr?.on('error', () => undefined);
  }

  #line(line: Line): void {
    if (!('text' in line)) {
      this.#unusable(`a message of ${line.bytes} bytes, expected at most ${this.#options.maxMessageBytes}`, idOfOverlong(line));
      return;
    }
    if (line.text.trim() === '') return;
    const read = readMessage(line.text);
    if (read.message === undefined) this.#unusable(read.fault, read.id);
    else if (!('method' in read.message) || this.#options.admits(read.message.method)) this.#deliver(read.message);
  }

  /** The request that it was meant to answer ends at once, in words of our own. */
  #unusable(fault: string, id: number | undefined): void {
    this.#options.onGarbage(fault);
    if (id !== undefined) this.#deliver({ jsonrpc: '2.0', id, error: { code: unusableAnswer, message: fault } });
  }

  #deliver(message: JSONRPCMessage): void {
    try {
      this.onmessage?.(message);
    } catch (error) {
      this.onerror?.(error instanceof Error ? error : new Error('a message could not be handled'));
    }
  }

  #closed(): void {
    if (this.#child === undefined) return;
    this.#child = undefined;
    this.onclose?.();
  }
}
