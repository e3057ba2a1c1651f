/** Bytes in front of each message: its length, most significant byte first. */
const headerBytes = 4;

/** The first thing that a child sends: nothing, to say that it runs. */
export const hello = '';

/** One message as it goes over a pipe. */
export function frame(text: string): Buffer {
  const bytes = Buffer.byteLength(text);
  const whole = Buffer.allocUnsafe(headerBytes + bytes);
  whole.writeUInt32BE(bytes, 0);
  whole.write(text, headerBytes);
  return whole;
}

/** Cuts a pipe's bytes into messages again. Holds one message at most, in memory of its own size, and none that announces more than `maxBytes`. */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #header = Buffer.alloc(headerBytes);
  #inHeader = 0;
  /** Of the size that was announced; bytes that come one by one take no more. */
  #body: Buffer | undefined;
  #inBody = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whole messages, in order; `'too large'` as soon as one announces itself, after which the reader is of no use. */
  push(chunk: Buffer): readonly string[] | 'too large' {
    const messages: string[] = [];
    for (let at = 0; at < chunk.length || this.#isWhole(); ) {
      if (this.#body === undefined) {
        at += this.#fillHeader(chunk, at);
        if (this.#inHeader < headerBytes) break;
        const bytes = this.#header.readUInt32BE(0);
        if (bytes > this.#maxBytes) return 'too large';
        this.#body = Buffer.allocUnsafe(bytes);
      }
      const copied = chunk.copy(this.#body, this.#inBody, at);
      at += copied;
      this.#inBody += copied;
      if (this.#isWhole()) messages.push(this.#take(this.#body));
    }
    return messages;
  }

  #isWhole(): boolean {
    return this.#body !== undefined && this.#inBody === this.#body.length;
  }

  #fillHeader(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.#header, this.#inHeader, at);
    this.#inHeader += copied;
    return copied;
  }

  #take(body: Buffer): string {
    this.#body = undefined;
    this.#inBody = 0;
    this.#inHeader = 0;
    return body.toString('utf8');
  }
}
