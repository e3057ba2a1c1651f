import { isAscii, isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { leafHash } from '../tree/tree-state.js';
import { MAX_LINE_BYTES } from './scan-lines.js';

/** One stored line; `text` is null where the bytes are not UTF-8 or too many. */
export interface StoredLine {
  readonly text: string | null;
  readonly offset: number;
  readonly length: number;
  /** The bytes, or null where they are too many; only wanted when something is wrong. */
  bytes(): Buffer | null;
  /** The leaf hash of the bytes. */
  leaf(): string;
}

class AsciiLine implements StoredLine {
  constructor(
    readonly text: string,
    readonly offset: number,
  ) {}

  get length(): number {
    return this.text.length;
  }

  bytes(): Buffer {
    return Buffer.from(this.text, 'latin1');
  }

  leaf(): string {
    return leafHash(this.text);
  }
}

class ByteLine implements StoredLine {
  readonly text: string | null;
  readonly #bytes: Buffer;

  constructor(
    bytes: Buffer,
    readonly offset: number,
  ) {
    this.#bytes = bytes;
    // Bytes that are not UTF-8 would decode to U+FFFD, and so hash like a line that holds one.
    this.text = isUtf8(bytes) ? bytes.toString('utf8') : null;
  }

  get length(): number {
    return this.#bytes.length;
  }

  bytes(): Buffer {
    return this.#bytes;
  }

  leaf(): string {
    return leafHash(this.#bytes);
  }
}

class LongLine implements StoredLine {
  readonly text = null;

  constructor(
    readonly offset: number,
    readonly length: number,
    readonly hash: string,
  ) {}

  bytes(): null {
    return null;
  }

  leaf(): string {
    return this.hash;
  }
}

/** Cuts pieces of a file into lines; holds one line at most, and of one over the limit only its digest. */
export class LineSplitter {
  readonly #visit: (line: StoredLine) => void;
  #parts: Buffer[] = [];
  #held = 0;
  #long: Hash | null = null;
  #offset = 0;

  constructor(visit: (line: StoredLine) => void) {
    this.#visit = visit;
  }

  push(piece: Buffer): void {
    const first = piece.indexOf(0x0a);
    if (first === -1) {
      this.#hold(piece);
      return;
    }
    const last = piece.lastIndexOf(0x0a);
    let start = 0;
    if (this.#held > 0) {
      this.#hold(piece.subarray(0, first));
      this.#release();
      this.#offset += 1;
      start = first + 1;
    }
    if (start <= last) this.#block(piece.subarray(start, last + 1));
    this.#hold(piece.subarray(last + 1));
  }

  /** Visits what follows the last newline; false if nothing does. */
  end(): boolean {
    if (this.#held === 0) return false;
    this.#release();
    return true;
  }

  #hold(part: Buffer): void {
    if (part.length === 0) return;
    this.#held += part.length;
    this.#parts.push(part);
    if (this.#held <= MAX_LINE_BYTES) return;
    this.#long ??= createHash('sha256').update('\0');
    for (const held of this.#parts) this.#long.update(held);
    this.#parts = [];
  }

  #release(): void {
    const line =
      this.#long === null
        ? new ByteLine(Buffer.concat(this.#parts), this.#offset)
        : new LongLine(this.#offset, this.#held, this.#long.digest('hex'));
    this.#offset += this.#held;
    this.#held = 0;
    this.#parts = [];
    this.#long = null;
    this.#visit(line);
  }

  /** Complete lines, the usual case: in ASCII one decoding serves them all. */
  #block(block: Buffer): void {
    const text = isAscii(block) ? block.toString('latin1') : null;
    let start = 0;
    while (start < block.length) {
      const end = text === null ? block.indexOf(0x0a, start) : text.indexOf('\n', start);
      const offset = this.#offset + start;
      this.#visit(text === null ? new ByteLine(block.subarray(start, end), offset) : new AsciiLine(text.slice(start, end), offset));
      start = end + 1;
    }
    this.#offset += block.length;
  }
}
