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

/** Cuts a pipe's bytes into messages again. Never holds more than one message, and none that announces more than `maxBytes`. */
export class FrameReader {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #held = 0;
  #expected: number | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whole messages, in order; `'too large'` as soon as one announces itself, after which the reader is of no use. */
  push(chunk: Buffer): readonly string[] | 'too large' {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const messages: string[] = [];
    for (;;) {
      this.#expected ??= this.#take(headerBytes)?.readUInt32BE(0);
      if (this.#expected === undefined) return messages;
      if (this.#expected > this.#maxBytes) return 'too large';
      const body = this.#take(this.#expected);
      if (body === undefined) return messages;
      this.#expected = undefined;
      messages.push(body.toString('utf8'));
    }
  }

  #take(bytes: number): Buffer | undefined {
    if (this.#held < bytes) return undefined;
    const [first] = this.#chunks;
    // Joined only when a message is whole, so that a large one is copied once.
    const all = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#held -= bytes;
    this.#chunks = this.#held === 0 ? [] : [all.subarray(bytes)];
    return all.subarray(0, bytes);
  }
}
