import type { Logger, LogLevel } from '@enforcecore/core';

interface Audience {
  readonly logger?: Logger | undefined;
  readonly onUnavailable?: ((error: Error) => void) | undefined;
  readonly onAvailable?: (() => void) | undefined;
}

const pauseMs = 10_000;

/** Tells people of the server: once when it is lost, once when it is back. INVARIANT: never throws; a listener decides nothing. */
export class StoreLog {
  readonly #place: string;
  readonly #audience: Audience;
  readonly #said = new Set<string>();
  #isLost = false;
  #quietUntil = 0;

  constructor(place: string, audience: Audience) {
    this.#place = place;
    this.#audience = audience;
  }

  lost(error: Error): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#log('error', `the limit store at ${this.#place} is lost (${error.message}): calls that need it are blocked, or go on with a local share where their policy says so`);
    quietly(() => this.#audience.onUnavailable?.(error));
  }

  found(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.#log('info', `the limit store at ${this.#place} is back, and knows what was spent meanwhile`);
    quietly(() => this.#audience.onAvailable?.());
  }

  /** The server works and refused one message: told now and then, since there may be many. */
  refused(error: Error): void {
    const now = performance.now();
    if (now < this.#quietUntil) return;
    this.#quietUntil = now + pauseMs;
    this.#log('error', `the limit store at ${this.#place} refused a message: ${error.message}`);
  }

  /** Told once. */
  warn(fault: string): void {
    if (this.#said.has(fault)) return;
    this.#said.add(fault);
    this.#log('warn', `the limit store at ${this.#place}: ${fault}`);
  }

  #log(level: LogLevel, message: string): void {
    quietly(() => {
      this.#audience.logger?.log(level, message, { store: 'redis' });
    });
  }
}

function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // Safe to go on: whoever listens decides nothing.
  }
}
