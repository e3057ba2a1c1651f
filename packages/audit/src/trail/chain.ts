import { randomUUID } from 'node:crypto';
import { encodeEntry, hashEntry, joinEntry } from '../entry/encode-entry.js';
import type { EntryFields } from '../entry/entry.js';

/** An entry in its place, ready to be written. */
export interface SealedEntry {
  readonly entryId: string;
  readonly entryHash: string;
  readonly previousHash: string;
  readonly sequence: number;
  readonly timestamp: string;
  readonly writerId: string;
  readonly line: string;
}

/** One writer's chain: knows what the next entry must link to. */
export class Chain {
  readonly writerId: string = randomUUID();
  readonly #now: () => number;
  /** One object, so that a stop from outside never leaves a hash beside another entry's sequence. */
  #head = { hash: '', sequence: 0 };
  #latest = -Infinity;
  #millisecond = Number.NaN;
  #timestamp = '';

  constructor(now: () => number) {
    this.#now = now;
  }

  get hash(): string {
    return this.#head.hash;
  }

  get sequence(): number {
    return this.#head.sequence;
  }

  /** Places fields after `after`, or after the head; moves nothing. */
  seal(fields: EntryFields, seen: string | null, after?: SealedEntry): SealedEntry {
    const place = {
      entry_id: randomUUID(),
      previous_hash: after?.entryHash ?? this.#head.hash,
      seen,
      sequence: (after?.sequence ?? this.#head.sequence) + 1,
      timestamp: this.#time(),
      writer_id: this.writerId,
    };
    const encoded = encodeEntry(fields, place);
    const entryHash = hashEntry(encoded);
    return {
      entryId: place.entry_id,
      entryHash,
      previousHash: place.previous_hash,
      sequence: place.sequence,
      timestamp: place.timestamp,
      writerId: this.writerId,
      line: `${joinEntry(encoded, entryHash)}\n`,
    };
  }

  /** INVARIANT: called only with what is known to be on disk. */
  advance(hash: string, sequence: number): void {
    this.#head = { hash, sequence };
  }

  #time(): string {
    // A clock that goes back must not make a writer's entries look out of order.
    const now = Math.max(this.#now(), this.#latest);
    if (now !== this.#millisecond) {
      this.#latest = now;
      this.#timestamp = new Date(now).toISOString();
      this.#millisecond = now;
    }
    return this.#timestamp;
  }
}
