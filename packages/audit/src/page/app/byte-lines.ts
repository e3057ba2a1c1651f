import { leafHash } from '../../tree/tree-state.js';
import { ByteLine, LongLine, TextLine, type StoredLine } from '../../verify/stored-line.js';

/** As the verifier on disk has it. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text, or null for bytes that are not UTF-8. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    // What is not UTF-8 is judged by its bytes.
    return null;
  }
}

/** Cuts the pieces of a file into lines, as `LineSplitter` does with Node. */
export class ByteLines {
  readonly #visit: (line: StoredLine) => void;
  #parts: Uint8Array[] = [];
  #held = 0;
  #offset = 0;

  constructor(visit: (line: StoredLine) => void) {
    this.#visit = visit;
  }

  /** How many bytes of a line are held whose end has not come. */
  get held(): number {
    return this.#held;
  }

  push(piece: Uint8Array): void {
    const last = piece.lastIndexOf(NEWLINE);
    if (last === -1) {
      this.#hold(piece);
      return;
    }
    let start = 0;
    if (this.#held > 0) {
      start = piece.indexOf(NEWLINE) + 1;
      this.#hold(piece.subarray(0, start - 1));
      this.#release();
      this.#offset += 1;
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

  #hold(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#held += part.length;
  }

  #release(): void {
    const whole = new Uint8Array(this.#held);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#held = 0;
    const offset = this.#offset;
    this.#offset += whole.length;
    this.#visit(whole.length > MAX_LINE_BYTES ? new LongLine(offset, whole.length, leafHash(whole)) : new ByteLine(whole, offset));
  }

  /** Complete lines, the usual case: one decoding serves them all. */
  #block(block: Uint8Array): void {
    const text = decoded(block);
    for (let start = 0, from = 0; start < block.length; ) {
      const end = block.indexOf(NEWLINE, start);
      const offset = this.#offset + start;
      if (text === null) {
        this.#visit(new ByteLine(block.subarray(start, end), offset));
      } else {
        const to = text.indexOf('\n', from);
        this.#visit(new TextLine(text.slice(from, to), offset));
        from = to + 1;
      }
      start = end + 1;
    }
    this.#offset += block.length;
  }
}
