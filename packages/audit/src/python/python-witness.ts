import { readFileSync } from 'node:fs';
import { isHash } from '../entry/digest.js';
import { fileError } from '../errors.js';
import type { PythonEntry } from './python-entry.js';
import { filePlace, type PythonVerdict } from './python-verdict.js';
import type { Place } from '../verify/verdict.js';

function parse(line: string): { readonly entry_id?: unknown; readonly entry_hash?: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    // An object may be read by any key; every value read is checked.
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Reported by the caller, with its line number.
    return {};
  }
}

/** Holds a trail against a file of the reference's `FileWitness`, in any order: honest threads publish out of order. */
export class PythonWitness {
  readonly #path: string;
  readonly #verdict: PythonVerdict;
  readonly #wanted = new Map<string, string>();

  constructor(path: string, verdict: PythonVerdict) {
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
      this.#want(line, index + 1);
    });
  }

  /** Compares the recomputed hash: the reference compares the stored one, which proves nothing. */
  visit(entry: PythonEntry, place: Place): void {
    const expected = this.#wanted.get(entry.entryId);
    if (expected === undefined) return;
    this.#wanted.delete(entry.entryId);
    if (expected !== entry.hash) this.#verdict.fail('witnesses', place, 'the witness was told another hash for this entry');
  }

  end(): void {
    const missing = this.#wanted.size;
    if (missing > 0) this.#verdict.fail('witnesses', filePlace(this.#path), `${String(missing)} entries were witnessed and are not in the trail`);
  }

  #want(line: string, number: number): void {
    const { entry_id: id, entry_hash: hash } = parse(line);
    if (typeof id !== 'string' || !isHash(hash)) this.#verdict.fail('witnesses', filePlace(this.#path, number), 'the line is not a witness record');
    else if ((this.#wanted.get(id) ?? hash) === hash) this.#wanted.set(id, hash);
    else this.#verdict.fail('witnesses', filePlace(this.#path, number), 'the witness was told two hashes for one entry');
  }
}
