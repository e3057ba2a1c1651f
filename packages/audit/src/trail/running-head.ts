import { EMPTY_HEAD, nextHead, sha256Hex } from '../entry/digest.js';
import type { TrailHead } from '../entry/detail.js';
import { glance } from '../entry/glance.js';
import type { Tape } from './tape.js';

/** The number of lines and the digest over all of them, brought up to date only when asked for. */
export class RunningHead {
  readonly tape: Tape;
  /** What was read so far. Replaced as a whole: a read that is stopped half-way counts nothing twice. */
  #read: TrailHead & { readonly offset: number };

  constructor(tape: Tape) {
    this.tape = tape;
    this.#read = { size: tape.opening?.size ?? 0, head: tape.opening?.head ?? EMPTY_HEAD, offset: 0 };
  }

  /** The state after the complete lines before `to`. Believes the stored hashes: the verifier is the one who does not. */
  upTo(to: number): TrailHead {
    if (to > this.#read.offset) {
      let { size, head } = this.#read;
      const offset = this.tape.scan(this.#read.offset, to, (bytes, at, length) => {
        for (const hash of this.#hashes(bytes, at, length)) {
          size += 1;
          head = nextHead(head, hash);
        }
      });
      this.#read = { size, head, offset };
    }
    return { size: this.#read.size, head: this.#read.head };
  }

  /** A line's hash, and before it that of a torn one it may be glued to. */
  #hashes(bytes: Buffer | null, offset: number, length: number): string[] {
    if (bytes === null) return [this.tape.digest(offset, length)];
    const found = glance(bytes.toString('latin1'));
    if (found === null) return [sha256Hex(bytes)];
    return found.torn > 0 ? [sha256Hex(bytes.subarray(0, found.torn)), found.hash] : [found.hash];
  }
}
