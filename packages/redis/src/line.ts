import type { RedisClient } from './connection.js';

/** Told when the server is lost, and when it is back. */
export interface LineListener {
  onDown(error: Error): void;
  onUp(): void;
}

const shortestPauseMs = 50;
const longestPauseMs = 1_000;
/** Probes without an answer after which the connection itself is given up: a dead peer may never say so. */
const mostSilentProbes = 3;

/**
 * Whether the server can be asked. A failure closes the line for all calls at once, so that they do not wait one by one; it
 * opens when the server has answered `probe`.
 */
export class Line {
  readonly #client: RedisClient;
  readonly #probe: () => Promise<void>;
  readonly #listener: LineListener;
  readonly #started: Promise<void>;
  #start: () => void = () => undefined;
  #state: 'starting' | 'up' | 'down' | 'closed' = 'starting';
  #error: Error = new Error('not connected yet');
  #timer: NodeJS.Timeout | undefined;
  #isProbing = false;
  #silent = 0;

  constructor(client: RedisClient, probe: () => Promise<void>, listener: LineListener) {
    this.#client = client;
    this.#probe = probe;
    this.#listener = listener;
    this.#started = new Promise((resolve) => {
      this.#start = resolve;
    });
    client.on('ready', () => void this.#attempt());
    client.on('error', (error: Error) => {
      this.#error = error;
      if (this.#state === 'starting') this.failed(error);
    });
    client.on('close', () => {
      this.failed(this.#state === 'up' ? new Error('the connection was closed') : this.#error);
    });
    client.connect().catch((error: unknown) => {
      this.failed(error);
    });
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  get isStarting(): boolean {
    return this.#state === 'starting';
  }

  /** Why it is not up. */
  get error(): Error {
    return this.#error;
  }

  /** Settles when the first try to connect has ended, well or not. */
  get whenStarted(): Promise<void> {
    return this.#started;
  }

  failed(error: unknown): void {
    if (this.#state === 'closed') return;
    this.#error = error instanceof Error ? error : new Error(String(error));
    if (this.#state === 'down') return;
    this.#state = 'down';
    this.#start();
    this.#listener.onDown(this.#error);
    this.#later(shortestPauseMs);
  }

  close(): void {
    this.#state = 'closed';
    this.#error = new Error('the store was closed');
    clearTimeout(this.#timer);
    this.#start();
  }

  async #attempt(pauseMs = shortestPauseMs): Promise<void> {
    if (this.#isProbing || this.#state === 'closed' || this.#state === 'up') return;
    this.#isProbing = true;
    try {
      await this.#probe();
      this.#opened();
    } catch (error) {
      // Safe to go on: the line stays down, and is tried again.
      this.#error = error instanceof Error ? error : new Error(String(error));
      this.failed(error);
      this.#countSilence(error);
      this.#later(Math.min(2 * pauseMs, longestPauseMs));
    } finally {
      this.#isProbing = false;
    }
  }

  #opened(): void {
    // Closed meanwhile, or lost while the probe was under way: the state has the last word.
    if (this.#state === 'closed' || this.#client.status !== 'ready') return;
    this.#state = 'up';
    this.#silent = 0;
    clearTimeout(this.#timer);
    this.#start();
    this.#listener.onUp();
  }

  #countSilence(error: unknown): void {
    this.#silent = error instanceof Error && error.name === 'NoAnswer' ? this.#silent + 1 : 0;
    if (this.#silent < mostSilentProbes || this.#client.status !== 'ready') return;
    this.#silent = 0;
    this.#client.disconnect(true);
  }

  #later(pauseMs: number): void {
    clearTimeout(this.#timer);
    // Not the container's clock: its timers hold the process, and a server that is away must not.
    this.#timer = setTimeout(() => {
      if (this.#client.status === 'ready') void this.#attempt(pauseMs);
      else this.#later(pauseMs);
    }, pauseMs).unref();
  }
}
