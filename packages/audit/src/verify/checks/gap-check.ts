import { parseErasure, type OpenDetail, type SegmentDetail } from '../../entry/detail.js';
import { copied } from '../copied.js';
import type { EntryFacts } from '../entry-facts.js';
import type { Place, Verdict } from '../verdict.js';
import type { Cover } from './cover.js';

// Some 200 bytes each. An erasure announces its entries in one go, behind them.
const MAX_UNANNOUNCED = 500_000;

const NOWHERE: Place = { file: '', line: 0, index: null, entry_id: null };

/** Nothing is missing that the log does not say is missing. */
export class GapCheck {
  readonly #verdict: Verdict;
  readonly #cover: Cover;
  /** Erased lines that no entry has announced so far. */
  readonly #tombstones = new Map<string, Place>();
  #isTooMany = false;
  #opening: OpenDetail | null = null;
  #gaps = 0;
  erased = 0;
  /** The highest segment that an entry says was deleted. */
  removedThrough = 0;
  /** How many lines of a database an entry says were deleted. */
  prunedSize = 0;
  /** Whether an entry that nothing vouches for says that something was deleted. */
  hasDoubtful = false;

  /** How many lines there were in the files that an entry says were deleted, as far as the first file that is left tells. */
  get removedSize(): number {
    return this.#opening !== null && this.#opening.previous <= this.removedThrough ? this.#opening.size : 0;
  }

  constructor(verdict: Verdict, cover: Cover) {
    this.#verdict = verdict;
    this.#cover = cover;
  }

  entry(facts: EntryFacts, place: () => Place): void {
    if (facts.kind === 'gap') this.#gaps += 1;
    else if (facts.kind === 'tombstone') this.#erased(facts, place());
    else if (facts.kind === 'erasure') this.#announce(facts, place());
  }

  /** `index`: of the entry that says so. What was deleted was vouched for, so this must be too. */
  segment(detail: SegmentDetail, index: number): void {
    if (detail.role === 'open') this.#opening ??= detail;
    if (detail.role !== 'removed' && detail.role !== 'pruned') return;
    if (!this.#cover.reaches(index + 1)) this.hasDoubtful = true;
    else if (detail.role === 'removed') this.removedThrough = Math.max(this.removedThrough, detail.through);
    else this.prunedSize = Math.max(this.prunedSize, detail.size);
  }

  end(): void {
    for (const place of this.#tombstones.values()) {
      this.#verdict.fail('gaps', place, 'the entry was erased and no erasure entry behind it says so');
    }
    if (this.#isTooMany) this.#verdict.fail('gaps', NOWHERE, `more than ${MAX_UNANNOUNCED.toLocaleString('en')} erased entries wait for the entry that says so`);
    if (this.#gaps > 0) this.#verdict.doubt('gaps', `${String(this.#gaps)} gap entries tell of records that were never written`);
    if (this.erased > 0) this.#verdict.note('gaps', `${String(this.erased)} entries were erased`);
  }

  #erased(facts: EntryFacts, place: Place): void {
    this.erased += 1;
    if (this.#tombstones.size < MAX_UNANNOUNCED) this.#tombstones.set(copied(facts.hash), place);
    else this.#isTooMany = true;
  }

  #reaches({ index }: Place): boolean {
    return this.#cover.reaches((index ?? 0) + 1);
  }

  #announce(facts: EntryFacts, place: Place): void {
    const detail = parseErasure(facts.detail);
    if (detail === null) {
      this.#verdict.fail('schema', place, 'detail of the erasure entry is not what schema version 1 says');
      return;
    }
    for (const hash of detail.hashes) {
      const erased = this.#tombstones.get(hash);
      if (erased === undefined) continue;
      this.#tombstones.delete(hash);
      if (this.#reaches(erased) && !this.#reaches(place)) {
        this.#verdict.fail('gaps', place, `the erasure of what a checkpoint covers (index ${String(erased.index)}) is announced behind every such checkpoint: have the log sign one behind it, or give a later one`);
      }
    }
  }
}
