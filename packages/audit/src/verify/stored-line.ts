import { leafHash } from '../tree/tree-state.js';

/** One stored line, without its newline. */
export interface StoredLine {
  /** Null where the bytes are not UTF-8, or too many. */
  readonly text: string | null;
  /** The text, or a character for each byte: enough to match what is ASCII in an entry. Null where the bytes are too many. */
  readonly raw: string | null;
  readonly isWellFormed: boolean;
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
  /** The leaf hash of the bytes. */
  leaf(): string;
  /** The leaf hash of what is left when `length` characters of `raw` are cut out at `at`. */
  leafWithout(at: number, length: number): string;
  /** Two lines, cut in `raw`; null where the bytes are too many. */
  split(at: number): readonly [StoredLine, StoredLine] | null;
}

const utf8 = new TextEncoder();

/** A line that is known as text, as a database gives it. */
export class TextLine implements StoredLine {
  readonly raw: string;
  readonly isWellFormed: boolean;
  readonly offset: number;

  constructor(text: string, offset = 0) {
    this.raw = text;
    // A lone surrogate has no UTF-8, so no writer can have hashed it.
    this.isWellFormed = text.isWellFormed();
    this.offset = offset;
  }

  get text(): string | null {
    return this.isWellFormed ? this.raw : null;
  }

  get length(): number {
    return utf8.encode(this.raw).length;
  }

  leaf(): string {
    return leafHash(this.raw);
  }

  leafWithout(at: number, length: number): string {
    return leafHash(this.raw.slice(0, at) + this.raw.slice(at + length));
  }

  split(at: number): readonly [StoredLine, StoredLine] {
    return [new TextLine(this.raw.slice(0, at), this.offset), new TextLine(this.raw.slice(at), this.offset + at)];
  }
}

// One character for a byte; which one does not matter beyond ASCII.
const singleBytes = new TextDecoder('latin1');
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    // Not UTF-8, which is what was asked.
    return null;
  }
}

/** A line that is known as bytes. */
export class ByteLine implements StoredLine {
  readonly text: string | null;
  readonly raw: string;
  readonly offset: number;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, offset = 0) {
    this.#bytes = bytes;
    this.offset = offset;
    // Bytes that are not UTF-8 would decode to U+FFFD, and so hash like a line that holds one.
    this.text = decoded(bytes);
    this.raw = singleBytes.decode(bytes);
  }

  get isWellFormed(): boolean {
    return this.text !== null;
  }

  get length(): number {
    return this.#bytes.length;
  }

  leaf(): string {
    return leafHash(this.#bytes);
  }

  leafWithout(at: number, length: number): string {
    const rest = new Uint8Array(this.#bytes.length - length);
    rest.set(this.#bytes.subarray(0, at));
    rest.set(this.#bytes.subarray(at + length), at);
    return leafHash(rest);
  }

  split(at: number): readonly [StoredLine, StoredLine] {
    return [new ByteLine(this.#bytes.subarray(0, at), this.offset), new ByteLine(this.#bytes.subarray(at), this.offset + at)];
  }
}

/** A line over the limit, of which only its digest is left. */
export class LongLine implements StoredLine {
  readonly text = null;
  readonly raw = null;
  readonly isWellFormed = false;
  readonly offset: number;
  readonly length: number;
  readonly #hash: string;

  constructor(offset: number, length: number, hash: string) {
    this.offset = offset;
    this.length = length;
    this.#hash = hash;
  }

  leaf(): string {
    return this.#hash;
  }

  leafWithout(): string {
    return this.#hash;
  }

  split(): null {
    return null;
  }
}
