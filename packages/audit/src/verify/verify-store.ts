import type { AuditStore } from '../store/audit-store.js';
import { EMPTY_TREE, type TreeState } from '../tree/tree-state.js';
import { checkRecord, checkSource, each, nameOf, sizeOf, startOf } from './given-source.js';
import type { LineCheck } from './line-check.js';
import { NodeTree } from './node-tree.js';
import { readWitness } from './read-beside.js';
import { Verification, type TrustedStart, type VerificationResult } from './verification.js';
import type { VerifyOptions } from './verify-options.js';

const TELL_EVERY = 1000;
const NOTHING = new Uint8Array(0);

/** Whatever holds a log: the parts of an `AuditStore` that reading it takes. */
export type LogSource = Pick<AuditStore, 'start' | 'records' | 'checkpoints'> & Partial<Pick<AuditStore, 'location' | 'size'>>;

/** One pass over the records of a store. */
class StoreReading {
  readonly #source: LogSource;
  readonly #options: VerifyOptions;
  readonly #verification: Verification;
  readonly #name: string;

  constructor(source: LogSource, options: VerifyOptions) {
    this.#source = source;
    this.#options = options;
    this.#name = nameOf(source);
    this.#verification = new Verification(this.#name, options);
  }

  async run(): Promise<VerificationResult> {
    const { witnessFile } = this.#options;
    if (witnessFile !== undefined) this.#verification.witnessed(witnessFile, readWitness(witnessFile));
    let count = 0;
    // Before the records: a checkpoint made meanwhile would cover some that are not read.
    for await (const record of each(this.#name, this.#source.checkpoints(), 'checkpoints')) {
      await this.#verification.kept(record, this.#verification.place((count += 1), `checkpoints of ${this.#name}`));
    }
    const start = this.#wellFormed(await this.#source.start());
    const trusted = usable(this.#verification.startFrom(), start);
    const state = trusted?.state ?? start;
    const lines = await this.#verification.begin({ state, trusted, tree: new NodeTree(state), endsFiles: false });
    lines.startFile(this.#name);
    await this.#judge(lines, state);
    if (trusted === null && start.size > 0) this.#deleted(start.size, lines);
    if (lines.seen.hasFar) await this.#search(lines, state);
    return this.#verification.conclude(0);
  }

  #wellFormed(start: TreeState): TreeState {
    const state = startOf(this.#name, start);
    if (state !== null) return state;
    this.#verification.verdict.fail('tree', this.#verification.place(0), `the log is said to begin at ${String(start.size)}, with hashes that make no tree of that size`);
    return EMPTY_TREE;
  }

  /** In a log that was moved from files, an entry may say so in their terms. */
  #deleted(count: number, { gaps }: LineCheck): void {
    const { verdict } = this.#verification;
    const said = Math.max(gaps.prunedSize, gaps.removedSize);
    const lines = `the first ${String(count)} lines`;
    if (said >= count) verdict.note('gaps', `${lines} were deleted, as an entry says`);
    else verdict.fail('gaps', this.#verification.place(0), `${lines} are missing and no entry ${gaps.hasDoubtful ? 'that a checkpoint covers ' : ''}says they were deleted`);
  }

  async #judge(lines: LineCheck, { size: from }: TreeState): Promise<void> {
    const { signal, onProgress } = this.#options;
    const total = this.#source.size === undefined ? from : sizeOf(this.#name, await this.#source.size());
    let done = 0;
    for await (const record of each(this.#name, this.#source.records(from), 'records')) {
      checkRecord(this.#name, record, done);
      lines.visit(record.line ?? record.bytes ?? NOTHING, { index: record.index, hash: record.hash, isBytes: record.line === null });
      done += 1;
      if (done % TELL_EVERY !== 0) continue;
      signal?.throwIfAborted();
      onProgress?.(done, Math.max(done, total - from), lines.entries);
      if (lines.isHopeless) {
        this.#verification.verdict.fail('framing', this.#verification.place(0), 'too many records are no entries: the rest was not read');
        break;
      }
    }
    signal?.throwIfAborted();
    onProgress?.(done, done, lines.entries);
    if (lines.size < total) this.#verification.verdict.fail('tree', this.#verification.place(0), `the log is said to have ${String(total)} lines, and ${String(lines.size)} are there`);
  }

  async #search(lines: LineCheck, { size }: TreeState): Promise<void> {
    let read = 0;
    for await (const record of each(this.#name, this.#source.records(size), 'records')) {
      checkRecord(this.#name, record, read);
      const { hash, line } = record;
      if (line?.includes(`"entry_hash":"${hash}"`) !== true) continue;
      lines.seen.search(hash, read);
      read += 1;
    }
  }
}

/** What was deleted cannot be read, whatever checkpoint there is before it. */
function usable(trusted: TrustedStart | null, start: TreeState): TrustedStart | null {
  return trusted !== null && trusted.state.size >= start.size ? trusted : null;
}

/**
 * Reads a whole log from a database, or from anything like it, and says everything that is wrong with it. Throws
 * `TrailError` STORE where a source gives what has not the types of a log.
 */
export async function verifyStore(source: LogSource, options: VerifyOptions = {}): Promise<VerificationResult> {
  options.signal?.throwIfAborted();
  checkSource(source);
  return new StoreReading(source, options).run();
}
