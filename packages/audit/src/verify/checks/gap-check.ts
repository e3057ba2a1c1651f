import { parseErasure, type SegmentDetail } from '../../entry/detail.js';
import { copied } from '../copied.js';
import type { EntryFacts } from '../entry-facts.js';
import type { Place, Verdict } from '../verdict.js';

const MAX_UNANNOUNCED = 100_000;

/** Nothing is missing that the log does not say is missing. */
export class GapCheck {
  readonly #verdict: Verdict;
  /** Erased lines that no entry has announced so far. */
  readonly #tombstones = new Map<string, Place>();
  #isTooMany = false;
  #gaps = 0;
  erased = 0;
  /** The highest segment that an entry says was deleted. */
  removedThrough = 0;

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  entry(facts: EntryFacts, place: () => Place): void {
    if (facts.kind === 'gap') this.#gaps += 1;
    else if (facts.kind === 'tombstone') this.#erased(facts, place());
    else if (facts.kind === 'erasure') this.#announce(facts, place());
  }

  segment(detail: SegmentDetail): void {
    if (detail.role === 'removed') this.removedThrough = Math.max(this.removedThrough, detail.through);
  }

  end(): void {
    for (const place of this.#tombstones.values()) {
      this.#verdict.fail('gaps', place, 'the entry was erased and no erasure entry behind it says so');
    }
    if (this.#isTooMany) this.#verdict.doubt('gaps', 'more entries were erased than could be held against what announces them');
    if (this.#gaps > 0) this.#verdict.doubt('gaps', `${String(this.#gaps)} gap entries tell of records that were never written`);
    if (this.erased > 0) this.#verdict.note('gaps', `${String(this.erased)} entries were erased`);
  }

  #erased(facts: EntryFacts, place: Place): void {
    this.erased += 1;
    if (this.#tombstones.size < MAX_UNANNOUNCED) this.#tombstones.set(copied(facts.hash), place);
    else this.#isTooMany = true;
  }

  #announce(facts: EntryFacts, place: Place): void {
    const detail = parseErasure(facts.detail);
    if (detail === null) {
      this.#verdict.fail('schema', place, 'detail of the erasure entry is not what schema version 1 says');
      return;
    }
    for (const hash of detail.hashes) this.#tombstones.delete(hash);
  }
}
