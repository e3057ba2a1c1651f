import { parseSegment, parseTorn, spanKey, type TornSpan } from '../entry/detail.js';
import { leafHash } from '../tree/tree-state.js';
import { detailOf, glance, looksTorn, rawMember, type Glance } from '../entry/glance.js';
import type { Tape } from './tape.js';

/** A line this writer finds to be its own. */
export interface OwnLine {
  readonly hash: string;
  readonly sequence: number;
}

/** What stands in a part of the file that a writer had not read. */
export interface Delta {
  /** Hash of the last entry by another writer. */
  readonly seen: string | null;
  readonly own: readonly OwnLine[];
  /** Torn lines no later line vouches for. */
  readonly torn: readonly TornSpan[];
  /** The end of the line that closed the file; what stands behind it was not read. */
  readonly closedAt: number | null;
  /** A valid entry was met before any torn line: nothing before it can be open. */
  readonly anchored: boolean;
  /** Where the last line without a newline begins; the end, if there is none. */
  readonly tail: number;
}

class DeltaReader {
  readonly #tape: Tape;
  readonly #writerId: string;
  readonly own: OwnLine[] = [];
  readonly torn = new Map<string, TornSpan>();
  seen: string | null = null;
  closedAt: number | null = null;
  anchored: boolean | null = null;

  constructor(tape: Tape, writerId: string) {
    this.#tape = tape;
    this.#writerId = writerId;
  }

  visit(bytes: Buffer | null, offset: number, length: number): void {
    if (this.closedAt !== null) return;
    const line = bytes === null ? null : bytes.toString('latin1');
    const found = line === null ? null : glance(line);
    this.anchored ??= found !== null && found.torn === 0;
    if (found === null) {
      // A line that never was the beginning of an entry is no torn write: nobody vouches for it, the verifier refuses it.
      if (line === null || looksTorn(line)) this.#tear(offset, length, bytes);
      return;
    }
    if (found.torn > 0) this.#tear(offset, found.torn, bytes);
    if (this.#follow(found)) this.closedAt = offset + length + 1;
  }

  #tear(offset: number, length: number, bytes: Buffer | null): void {
    const hash = bytes === null ? this.#tape.leafHash(offset, length) : leafHash(bytes.subarray(0, length));
    const span = { length, offset, segment: this.#tape.ordinal, hash };
    this.torn.set(spanKey(span), span);
  }

  /** True for the line that closes the file. */
  #follow(found: Glance): boolean {
    if (found.writerId === this.#writerId) {
      this.own.push({ hash: found.hash, sequence: Number(rawMember(found.text, 'sequence')) });
    } else {
      this.seen = found.hash;
    }
    const kind = rawMember(found.text, 'kind');
    if (kind === '"recovery"') {
      const span = parseTorn(detailOf(found.text));
      if (span !== null) this.torn.delete(spanKey(span));
    }
    return kind === '"segment"' && parseSegment(detailOf(found.text))?.role === 'close';
  }
}

/** Reads the lines between two offsets the way a following writer must. */
export function readDelta(tape: Tape, from: number, to: number, writerId: string): Delta {
  const reader = new DeltaReader(tape, writerId);
  const tail = tape.scan(from, to, (bytes, offset, length) => {
    reader.visit(bytes, offset, length);
  });
  return {
    seen: reader.seen,
    own: reader.own,
    torn: [...reader.torn.values()],
    closedAt: reader.closedAt,
    anchored: reader.anchored ?? from === 0,
    // A torn line behind the closing is nobody's concern.
    tail: reader.closedAt === null ? tail : to,
  };
}
