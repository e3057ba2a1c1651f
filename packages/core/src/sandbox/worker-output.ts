import type { MessagePort } from 'node:worker_threads';
import type { Child } from './launcher.js';

/** What a thread prints, up to a number of bytes for both streams together. It comes from the thread, so it may be anything. */
export class WorkerOutput {
  readonly #kept = { stdout: '', stderr: '' };
  #left: number;
  #isCut = false;

  constructor(port: MessagePort, maxBytes: number) {
    this.#left = maxBytes;
    port.on('message', (message: unknown) => {
      this.#take(message);
    });
    // Nobody stays for what a thread may still print.
    port.unref();
  }

  get seen(): Child['output'] {
    return { ...this.#kept, isCut: this.#isCut };
  }

  #take(message: unknown): void {
    if (!Array.isArray(message)) return;
    const [name, part] = message as readonly unknown[];
    if (name !== 'stdout' && name !== 'stderr') return;
    if (!(part instanceof Uint8Array) || part.length > this.#left) this.#isCut = true;
    if (!(part instanceof Uint8Array) || this.#left === 0) return;
    const kept = part.subarray(0, this.#left);
    this.#left -= kept.length;
    this.#kept[name] += Buffer.from(kept).toString();
  }
}
