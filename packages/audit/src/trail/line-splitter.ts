import { isAscii, isUtf8 } from 'node:buffer';
import { createHash, hash, type Hash } from 'node:crypto';
import { ByteLine, LongLine, type StoredLine } from '../verify/stored-line.js';
import { MAX_LINE_BYTES } from './scan-lines.js';

export type { StoredLine } from '../verify/stored-line.js';

const NEWLINE = 0x0a;

/** A line in a block that was decoded as a whole. INVARIANT: valid while it is visited; hashing moves the block's bytes. */
class BlockLine implements StoredLine {
  readonly raw: string;
  readonly offset: number;
  readonly length: number;
  readonly #block: Buffer;
  readonly #start: number;
  readonly #isAscii: boolean;
  #isMoved = false;

  constructor(block: Buffer, start: number, raw: string, offset: number, isAsciiBlock: boolean) {
    this.#block = block;
    this.#start = start;
    this.raw = raw;
    this.offset = offset;
    this.length = raw.length;
    this.#isAscii = isAsciiBlock || isAscii(block.subarray(start, start + raw.length));
  }

  get text(): string | null {
    if (this.#isAscii) return this.raw;
    const bytes = this.#bytes();
    return isUtf8(bytes) ? bytes.toString('utf8') : null;
  }

  get isWellFormed(): boolean {
    return this.#isAscii || isUtf8(this.#bytes());
  }

  leaf(): string {
    return this.leafWithout(0, 0);
  }

  /** Moves what stands before the cut next to what stands behind it: hashing then needs neither a copy nor a text. */
  leafWithout(at: number, length: number): string {
    if (this.#isMoved || length === 0) return new ByteLine(this.#bytes()).leafWithout(at, length);
    this.#isMoved = true;
    const from = this.#start + length;
    this.#block.copyWithin(from, this.#start, this.#start + at);
    this.#block[from - 1] = 0x00;
    return hash('sha256', this.#block.subarray(from - 1, this.#start + this.length), 'hex');
  }

  split(at: number): readonly [StoredLine, StoredLine] {
    return new ByteLine(this.#bytes(), this.offset).split(at);
  }

  #bytes(): Buffer {
    return this.#isMoved ? Buffer.from(this.raw, 'latin1') : this.#block.subarray(this.#start, this.#start + this.length);
  }
}

/** Cuts pieces of a file into lines; holds one line at most, and of one over the limit only its digest. */
export class LineSplitter {
  readonly #visit: (line: StoredLine) => void;
  #parts: Buffer[] = [];
  #held = 0;
  #long: Hash | null = null;
  #offset: number;

  /** `offset`: where in the file the first piece begins. */
  constructor(visit: (line: StoredLine) => void, offset = 0) {
    this.#visit = visit;
    this.#offset = offset;
  }

  /** How many bytes of a line are held whose end has not come. */
  get held(): number {
    return this.#held;
  }

  /** Takes the next bytes; they are changed, and may be used for others when this returns. */
  push(piece: Buffer): void {
    const first = piece.indexOf(NEWLINE);
    if (first === -1) {
      this.#hold(piece);
      return;
    }
    const last = piece.lastIndexOf(NEWLINE);
    const rest = Buffer.from(piece.subarray(last + 1));
    let start = 0;
    if (this.#held > 0) {
      this.#hold(piece.subarray(0, first));
      this.#release();
      this.#offset += 1;
      start = first + 1;
    }
    if (start <= last) this.#block(piece.subarray(start, last + 1));
    if (rest.length > 0) this.#keep(rest);
  }

  /** Visits what follows the last newline; false if nothing does. */
  end(): boolean {
    if (this.#held === 0) return false;
    this.#release();
    return true;
  }

  #hold(part: Buffer): void {
    if (part.length > 0) this.#keep(Buffer.from(part));
  }

  #keep(part: Buffer): void {
    this.#held += part.length;
    this.#parts.push(part);
    if (this.#held <= MAX_LINE_BYTES) return;
    this.#long ??= createHash('sha256').update('\0');
    for (const held of this.#parts) this.#long.update(held);
    this.#parts = [];
  }

  #release(): void {
    const { length, offset, long } = { length: this.#held, offset: this.#offset, long: this.#long };
    const parts = this.#parts;
    this.#offset += length;
    this.#held = 0;
    this.#parts = [];
    this.#long = null;
    if (long === null) {
      const bytes = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
      this.#visit(new BlockLine(bytes, 0, bytes.toString('latin1'), offset, false));
    } else {
      this.#visit(new LongLine(offset, length, long.digest('hex')));
    }
  }

  /** Complete lines, the usual case: one decoding serves them all. */
  #block(block: Buffer): void {
    const text = block.toString('latin1');
    const isAsciiBlock = isAscii(block);
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start);
      this.#visit(new BlockLine(block, start, text.slice(start, end), this.#offset + start, isAsciiBlock));
      start = end + 1;
    }
    this.#offset += block.length;
  }
}
