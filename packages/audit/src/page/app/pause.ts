const SLICE_MS = 25;

/** Gives the browser its turn now and then, so that the page scrolls and answers while it computes. */
export class Pause {
  readonly #channel = new MessageChannel();
  readonly #signal: AbortSignal;
  #since = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Returns true after a pause, false where none was due; throws once the reader has stopped it. */
  async due(): Promise<boolean> {
    this.#signal.throwIfAborted();
    if (performance.now() - this.#since < SLICE_MS) return false;
    // A message, not a timer: timers in a page that is not in front run once a second.
    await new Promise((resolve) => {
      this.#channel.port1.onmessage = resolve;
      this.#channel.port2.postMessage(null);
    });
    this.#signal.throwIfAborted();
    this.#since = performance.now();
    return true;
  }

  end(): void {
    this.#channel.port1.close();
  }
}
