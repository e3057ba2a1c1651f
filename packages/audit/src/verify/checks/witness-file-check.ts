import { isHash } from '../../entry/digest.js';
import type { EntryFacts } from '../entry-facts.js';
import type { Place, Verdict } from '../verdict.js';

interface Witnessed {
  readonly writer_id?: unknown;
  readonly sequence?: unknown;
  readonly entry_hash?: unknown;
}

function parse(line: string): Witnessed {
  try {
    const value: unknown = JSON.parse(line);
    // An object may be read by any key; every value read is checked.
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Reported by the caller, with its line number.
    return {};
  }
}

/** Holds the log against the hashes that a witness was told, entry by entry; keeps all of them in memory. */
export class WitnessFileCheck {
  readonly #path: string;
  readonly #verdict: Verdict;
  readonly #wanted = new Map<string, Map<number, string>>();
  readonly #first = new Map<string, number>();
  #count = 0;

  /** `content`: one JSON record a line; what follows the last newline is empty or a record cut short. */
  constructor(path: string, content: string, verdict: Verdict) {
    this.#path = path;
    this.#verdict = verdict;
    const lines = content.split('\n');
    lines.pop();
    lines.forEach((line, index) => {
      this.#want(parse(line), index + 1);
    });
  }

  /** Compares the recomputed hash: a stored one proves nothing. */
  visit(facts: EntryFacts, place: () => Place): void {
    if (!this.#first.has(facts.writerId)) this.#first.set(facts.writerId, facts.sequence);
    const wanted = this.#wanted.get(facts.writerId);
    const expected = wanted?.get(facts.sequence);
    if (wanted === undefined || expected === undefined) return;
    wanted.delete(facts.sequence);
    if (expected !== facts.hash) this.#verdict.fail('witnesses', place(), 'the witness was told another hash for this entry');
  }

  /** Reports what was witnessed and not met; what stands before the first entry that was read cannot be known. */
  end(isShortened: boolean): void {
    let before = 0;
    for (const [writer, wanted] of this.#wanted) {
      const first = this.#first.get(writer) ?? Infinity;
      for (const sequence of wanted.keys()) {
        if (isShortened && sequence < first) before += 1;
        else this.#verdict.fail('witnesses', this.#at(0), `entry ${String(sequence)} of writer ${writer} was witnessed and is not in the log`);
      }
    }
    if (before > 0) this.#verdict.doubt('witnesses', `${String(before)} witnessed entries may stand before the first that was read`);
    if (this.#count === 0) this.#verdict.doubt('witnesses', 'the witness was told of no entry');
    else this.#verdict.note('witnesses', `${String(this.#count)} hashes were witnessed`);
  }

  #want({ writer_id, sequence, entry_hash }: Witnessed, line: number): void {
    if (typeof writer_id !== 'string' || typeof sequence !== 'number' || !isHash(entry_hash)) {
      this.#verdict.fail('witnesses', this.#at(line), 'the line is not a witness record');
      return;
    }
    this.#count += 1;
    const wanted = this.#wanted.get(writer_id) ?? new Map<number, string>();
    this.#wanted.set(writer_id, wanted);
    const before = wanted.get(sequence);
    if (before !== undefined && before !== entry_hash) {
      this.#verdict.fail('witnesses', this.#at(line), 'the witness was told two hashes for one entry');
    }
    wanted.set(sequence, entry_hash);
  }

  #at(line: number): Place {
    return { file: this.#path, line, index: null, entry_id: null };
  }
}
