/** What came in place of a line: the line, or how a line began and ended that was too long to keep. */
export type Line = { readonly text: string } | { readonly head: string; readonly tail: string; readonly bytes: number };

/** Of a line that is too long, this much is kept from each end: enough to see which request it would have answered. */
const keptBytes = 256;
const newline = 0x0a;

/** Cuts a stream of bytes into lines, and never holds more of one than it may: the rest of a line that is too long is dropped as it comes. */
export class LineReader {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  /** Set while a line that is too long passes. */
  #overlong: { readonly head: Buffer; tail: Buffer } | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in this chunk. Bytes that are no UTF-8 become U+FFFD. */
  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#add(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
    return lines;
  }

  #add(part: Buffer): void {
    if (part.length === 0) return;
    this.#bytes += part.length;
    if (this.#overlong !== undefined) {
      this.#overlong.tail = lastOf([this.#overlong.tail, part]);
      return;
    }
    this.#parts.push(part);
    if (this.#bytes <= this.#maxBytes) return;
    const all = Buffer.concat(this.#parts);
    this.#overlong = { head: Buffer.from(all.subarray(0, keptBytes)), tail: lastOf([all]) };
    this.#parts = [];
  }

  #take(): Line {
    const bytes = this.#bytes;
    const overlong = this.#overlong;
    const text = overlong === undefined ? Buffer.concat(this.#parts).toString('utf8') : '';
    this.#parts = [];
    this.#bytes = 0;
    this.#overlong = undefined;
    return overlong === undefined ? { text } : { head: overlong.head.toString('utf8'), tail: overlong.tail.toString('utf8'), bytes };
  }
}

/** A copy, so that the chunk it came from can go. */
function lastOf(parts: readonly Buffer[]): Buffer {
  const kept = parts.map((part) => part.subarray(-keptBytes));
  return Buffer.from(Buffer.concat(kept).subarray(-keptBytes));
}
