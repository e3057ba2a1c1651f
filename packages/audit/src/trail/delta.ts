import { parseSegment, parseTorn, spanKey, type TornSpan } from '../entry/detail.js';
import { leafHash } from '../tree/tree-state.js';
import { detailOf, glance, looksTorn, rawMember, type Glance } from '../entry/glance.js';
import { lineStartBefore } from './scan-lines.js';
import type { Tape } from './tape.js';
import { truncated } from './writer-faults.js';

const WINDOW_BYTES = 64 * 1024;
const SETTLE_TRIES = 20;
const SETTLE_MS = 2;

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
  /** The leaves of all complete lines, in order, up to the closing line. */
  readonly leaves: readonly string[];
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
  readonly leaves: string[] = [];
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
      const hash = bytes === null ? this.#tape.leafHash(offset, length) : leafHash(bytes);
      this.leaves.push(hash);
      if (line === null || looksTorn(line)) this.#tear(offset, length, hash);
      return;
    }
    if (found.torn > 0) {
      const hash = this.#tape.leafHash(offset, found.torn);
      this.leaves.push(hash);
      this.#tear(offset, found.torn, hash);
    }
    this.leaves.push(found.hash);
    if (this.#follow(found)) this.closedAt = offset + length + 1;
  }

  #tear(offset: number, length: number, hash: string): void {
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
function readDelta(tape: Tape, from: number, to: number, writerId: string): Delta {
  const reader = new DeltaReader(tape, writerId);
  const tail = tape.scan(from, to, (bytes, offset, length) => {
    reader.visit(bytes, offset, length);
  });
  return {
    seen: reader.seen,
    own: reader.own,
    leaves: reader.leaves,
    torn: [...reader.torn.values()],
    closedAt: reader.closedAt,
    anchored: reader.anchored ?? from === 0,
    // A torn line behind the closing is nobody's concern.
    tail: reader.closedAt === null ? tail : to,
  };
}

/** Reads to the end; a line without its newline gets a moment, since its writer may be writing it now. */
export function readSettled(tape: Tape, from: number, writerId: string): Delta {
  if (tape.size < from) throw truncated(tape.path);
  let delta = readDelta(tape, from, tape.size, writerId);
  for (let tries = 0; delta.tail < tape.size && tries < SETTLE_TRIES; tries += 1) {
    tape.wait(SETTLE_MS);
    const before = tape.size;
    const size = tape.lastSize();
    if (size < from) throw truncated(tape.path);
    if (size !== before) delta = readDelta(tape, from, size, writerId);
  }
  return delta;
}

/** Reads the end of a file, from a line before which nothing can be open. */
export function readFromAnchor(tape: Tape, writerId: string): { readonly from: number; readonly delta: Delta } {
  let from = tape.lastSize();
  let delta: Delta;
  do {
    from = lineStartBefore(tape, Math.max(0, from - WINDOW_BYTES));
    delta = readSettled(tape, from, writerId);
  } while (!delta.anchored && from > 0);
  return { from, delta };
}

/** What is torn, and the rest behind the last newline, which is too. */
export function tornSpans(tape: Tape, delta: Delta, end: number): readonly TornSpan[] {
  const { tail, torn } = delta;
  if (tail === end) return torn;
  return [...torn, { length: end - tail, offset: tail, segment: tape.ordinal, hash: tape.leafHash(tail, end - tail) }];
}
