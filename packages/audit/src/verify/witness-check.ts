import { readFileSync } from 'node:fs';
import { isHash } from '../entry/digest.js';
import type { AuditEntry } from '../entry/entry.js';
import { fileError } from '../errors.js';
import type { Verdict } from './verdict.js';

interface Witnessed {
  readonly writer_id?: unknown;
  readonly sequence?: unknown;
  readonly entry_hash?: unknown;
}

function parse(line: string): Witnessed {
  try {
    const value: unknown = JSON.parse(line);
    // An object may be read by any key; every value read is checked.
    return typeof value === 'object' && value !== null ? (value) : {};
  } catch {
    // Reported by the caller, with its line number.
    return {};
  }
}

/** Holds the trail against what a witness was told. */
export class WitnessCheck {
  readonly #path: string;
  readonly #verdict: Verdict;
  readonly #wanted = new Map<string, Map<number, string>>();
  readonly #first = new Map<string, number>();

  constructor(path: string, verdict: Verdict) {
    this.#path = path;
    this.#verdict = verdict;
    let lines: string[];
    try {
      lines = readFileSync(path, 'utf8').split('\n');
    } catch (error) {
      throw fileError(error, path, 'cannot read witness');
    }
    // What follows the last newline is empty or a record cut short.
    lines.pop();
    lines.forEach((line, index) => {
      this.#want(parse(line), index + 1);
    });
  }

  /** `hash` is the recomputed one: a stored hash proves nothing. */
  visit(entry: AuditEntry, hash: string, file: string, line: number): void {
    if (!this.#first.has(entry.writer_id)) this.#first.set(entry.writer_id, entry.sequence);
    const wanted = this.#wanted.get(entry.writer_id);
    const expected = wanted?.get(entry.sequence);
    if (wanted === undefined || expected === undefined) return;
    wanted.delete(entry.sequence);
    if (expected !== hash) this.#verdict.fail('witness', file, line, 'the witness was told another hash for this entry');
  }

  /** Reports what was witnessed and not met; where old segments were deleted, what they held cannot be known. */
  end(isShortened: boolean): void {
    for (const [writer, wanted] of this.#wanted) {
      const first = this.#first.get(writer) ?? Infinity;
      for (const sequence of wanted.keys()) {
        if (isShortened && sequence < first) continue;
        this.#verdict.fail('witness', this.#path, 0, `entry ${String(sequence)} of writer ${writer} was witnessed and is not in the trail`);
      }
    }
  }

  #want({ writer_id, sequence, entry_hash }: Witnessed, line: number): void {
    if (typeof writer_id !== 'string' || typeof sequence !== 'number' || !isHash(entry_hash)) {
      this.#verdict.fail('witness', this.#path, line, 'the line is not a witness record');
      return;
    }
    const wanted = this.#wanted.get(writer_id) ?? new Map<number, string>();
    this.#wanted.set(writer_id, wanted);
    const before = wanted.get(sequence);
    if (before !== undefined && before !== entry_hash) {
      this.#verdict.fail('witness', this.#path, line, 'the witness was told two hashes for one entry');
    }
    wanted.set(sequence, entry_hash);
  }
}
