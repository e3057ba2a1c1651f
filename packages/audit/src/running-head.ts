import { EMPTY_HEAD, nextHead, sha256Hex } from './digest.js';
import type { TrailHead } from './detail.js';
import { glance } from './glance.js';
import type { Tape } from './tape.js';

/** The number of lines and the digest over all of them, brought up to date only when asked for. */
export class RunningHead {
  readonly #tape: Tape;
  #size: number;
  #head: string;
  #offset = 0;

  constructor(tape: Tape) {
    this.#tape = tape;
    this.#size = tape.opening?.size ?? 0;
    this.#head = tape.opening?.head ?? EMPTY_HEAD;
  }

  /** The state after the complete lines before `to`. Believes the stored hashes: the verifier is the one who does not. */
  upTo(to: number): TrailHead {
    if (to > this.#offset) {
      this.#offset = this.#tape.scan(this.#offset, to, (bytes, offset, length) => {
        this.#line(bytes, offset, length);
      });
    }
    return { size: this.#size, head: this.#head };
  }

  #line(bytes: Buffer | null, offset: number, length: number): void {
    if (bytes === null) {
      this.#add(this.#tape.digest(offset, length));
      return;
    }
    const found = glance(bytes.toString('latin1'));
    if (found === null) {
      this.#add(sha256Hex(bytes));
      return;
    }
    if (found.torn > 0) this.#add(sha256Hex(bytes.subarray(0, found.torn)));
    this.#add(found.hash);
  }

  #add(hash: string): void {
    this.#size += 1;
    this.#head = nextHead(this.#head, hash);
  }
}
