import type { Files } from './files.js';

/** No entry is longer; a longer run of bytes is passed over without being held in memory. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;

/** Gets each line without its newline; `bytes` is null for a line over the limit and is only lent for the call. */
export type VisitLine = (bytes: Buffer | null, offset: number, length: number) => void;

/** Holds the beginning of a line until its end arrives, up to the limit. */
class Carry {
  #parts: Buffer[] = [];
  length = 0;

  add(part: Buffer): void {
    this.length += part.length;
    if (this.length > MAX_LINE_BYTES) this.#parts = [];
    else if (part.length > 0) this.#parts.push(Buffer.from(part));
  }

  take(last: Buffer): { readonly bytes: Buffer | null; readonly length: number } {
    const length = this.length + last.length;
    const whole = this.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.length = 0;
    return { bytes: length > MAX_LINE_BYTES ? null : whole, length };
  }
}

/** Visits the complete lines between two offsets and returns where the rest, a line without its newline, begins. */
export function scanLines(files: Files, fd: number, from: number, to: number, visit: VisitLine): number {
  const chunk = Buffer.allocUnsafe(Math.max(0, Math.min(CHUNK_BYTES, to - from)));
  const carry = new Carry();
  let lineStart = from;
  for (let position = from; position < to; ) {
    const got = files.readSync(fd, chunk, 0, Math.min(chunk.length, to - position), position);
    if (got === 0) return lineStart;
    const bytes = chunk.subarray(0, got);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const line = carry.take(bytes.subarray(start, end));
      visit(line.bytes, lineStart, line.length);
      lineStart += line.length + 1;
      start = end + 1;
    }
    carry.add(bytes.subarray(start));
    position += got;
  }
  return lineStart;
}

/** What can be read at an offset. */
export interface Readable {
  read(into: Buffer, length: number, offset: number): number;
}

/** Where the line that holds `offset` begins: the byte after the newline before it. */
export function lineStartBefore(tape: Readable, offset: number): number {
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, offset)));
  for (let end = offset; end > 0; ) {
    const start = Math.max(0, end - chunk.length);
    const got = tape.read(chunk, end - start, start);
    const found = chunk.subarray(0, got).lastIndexOf(NEWLINE);
    if (found !== -1) return start + found + 1;
    end = start;
  }
  return 0;
}
