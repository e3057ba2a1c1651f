import type { Readable } from 'node:stream';

/** What a child wrote, up to a number of bytes for both streams together; the rest is read and dropped, so that writing never stops it. */
export class CapturedOutput {
  #left: number;
  #isCut = false;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #lastErrors = '';

  constructor(maxBytes: number, stdout: Readable, stderr: Readable) {
    this.#left = maxBytes;
    stdout.on('data', (chunk: Buffer) => this.#keep(this.#stdout, chunk));
    stderr.on('data', (chunk: Buffer) => {
      this.#keep(this.#stderr, chunk);
      this.#lastErrors = (this.#lastErrors + chunk.toString('latin1', Math.max(0, chunk.length - tailBytes))).slice(-tailBytes);
    });
    // A pipe that breaks ends with the child, which is told of elsewhere.
    for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString();
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString();
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** The end of standard error, whatever was cut: there Node says what it died of. */
  get lastErrors(): string {
    return this.#lastErrors;
  }

  #keep(kept: Buffer[], chunk: Buffer): void {
    if (chunk.length > this.#left) this.#isCut = true;
    if (this.#left === 0) return;
    const part = chunk.subarray(0, this.#left);
    this.#left -= part.length;
    // Copied: a part of a pooled buffer would keep all of it.
    kept.push(Buffer.from(part));
  }
}

const tailBytes = 4_096;

/** Bytes of output where no policy says otherwise. */
export const defaultMaxOutputBytes = 64 * 1024;
