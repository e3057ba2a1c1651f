import { setTimeout as sleep } from 'node:timers/promises';
import { EMPTY_TREE, rootOf, type TreeState } from '../tree/tree-state.js';
import { fileError, systemCode } from '../errors.js';
import { LineCheck } from './line-check.js';
import { LineSplitter } from '../trail/line-splitter.js';
import { endsWithNewline, findTrailFiles, readPieces, type TrailFile, type TrailFiles } from '../trail/trail-files.js';
import { Verdict, type VerificationCheck, type VerificationError } from './verdict.js';
import { WitnessCheck } from './witness-check.js';

const SETTLE_TRIES = 25;
const SETTLE_MS = 2;

/** What to hold a trail against. */
export interface VerifyOptions {
  /** The trail must have at least this many lines. */
  readonly expectSize?: number | undefined;
  /** The root of the tree over the first `expectSize` lines; without that, over all of them. */
  readonly expectRoot?: string | undefined;
  readonly witnessFile?: string | undefined;
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  /** How many errors to describe; all are counted. */
  readonly maxErrors?: number | undefined;
}

/** What a verification found. */
export interface VerificationResult {
  readonly valid: boolean;
  readonly entries: number;
  /** Lines, torn ones included, since the trail began. */
  readonly size: number;
  /** The root of the tree over all lines, in hex. */
  readonly root: string;
  readonly writers: number;
  /** Torn lines that a recovery entry vouches for. */
  readonly recovered: number;
  readonly segments: number;
  readonly errors: readonly VerificationError[];
  readonly checks: readonly VerificationCheck[];
}

/** One pass over all files of a trail. */
class Verification {
  readonly #found: TrailFiles;
  readonly #options: VerifyOptions;
  readonly #verdict: Verdict;
  readonly #witness: WitnessCheck | null;
  readonly #lines: LineCheck;
  readonly #start: TreeState;
  #expectationMet = false;

  constructor(found: TrailFiles, options: VerifyOptions) {
    this.#found = found;
    this.#options = options;
    this.#verdict = new Verdict(options.maxErrors);
    this.#witness = options.witnessFile === undefined ? null : new WitnessCheck(options.witnessFile, this.#verdict);
    this.#start = startOf(found.files);
    this.#lines = new LineCheck(
      this.#verdict,
      this.#start,
      () => {
        this.#compare();
      },
      (entry, hash, file, line) => {
        this.#witness?.visit(entry, hash, file, line);
      },
    );
  }

  async run(): Promise<VerificationResult> {
    const { files } = this.#found;
    const total = files.reduce((sum, file) => sum + file.bytes, 0);
    let done = 0;
    for (const [index, file] of files.entries()) {
      this.#startFile(file, files[index - 1]);
      await this.#readFile(file, (bytes) => this.#options.onProgress?.(Math.min(done + bytes, total), total));
      done += file.bytes;
      this.#options.onProgress?.(done, total);
      this.#endFile(file, files[index + 1]);
    }
    return this.#conclude();
  }

  #startFile(file: TrailFile, previous: TrailFile | undefined): void {
    if (previous !== undefined && file.ordinal !== previous.ordinal + 1) {
      this.#verdict.fail('segments', file.path, 0, `segment ${String(previous.ordinal + 1)} is missing`);
    }
    if ((file.opening?.previous ?? 0) !== file.ordinal - 1) {
      this.#verdict.fail('segments', file.path, 1, `the first line does not continue segment ${String(file.ordinal - 1)}`);
    }
    this.#lines.startFile(file.path, file.ordinal);
    this.#compare();
  }

  #endFile(file: TrailFile, next: TrailFile | undefined): void {
    if (next === undefined) return;
    const { isClosed } = this.#lines;
    if (!isClosed) this.#verdict.fail('segments', file.path, 0, 'the segment has no closing line');
    if (next.opening !== null && (next.opening.size !== this.#lines.size || rootOf(next.opening) !== this.#lines.root())) {
      this.#verdict.fail('segments', file.path, 0, 'lines of this segment are missing or changed: the next one counts others');
    }
  }

  async #readFile(file: TrailFile, progress: (bytes: number) => void): Promise<void> {
    const splitter = new LineSplitter((line) => {
      this.#lines.visit(line);
    });
    let read = 0;
    try {
      for await (const piece of readPieces(file)) {
        splitter.push(piece);
        read += piece.length;
        if (!file.compressed) progress(read);
      }
    } catch (error) {
      if (!systemCode(error).startsWith('Z_')) throw fileError(error, file.path, 'cannot read trail');
      this.#verdict.fail('framing', file.path, 0, 'the compressed segment is damaged');
    }
    splitter.end();
  }

  #compare(): void {
    const { expectSize, expectRoot } = this.#options;
    if (this.#lines.size !== expectSize) return;
    if (expectRoot === undefined || this.#lines.root() === expectRoot) this.#expectationMet = true;
  }

  #conclude(): VerificationResult {
    this.#lines.end();
    this.#witness?.end(this.#start.size > 0);
    this.#judgeSegments();
    this.#judgeExpectation();
    if (this.#witness === null) this.#verdict.skip('witness', 'no witness was given');
    const { entries, size, writers, recovered } = this.#lines;
    const root = this.#lines.root();
    const path = this.#found.files.at(-1)?.path ?? '';
    if (size === 0 && this.#options.expectSize !== 0) this.#verdict.fail('framing', path, 0, 'the trail is empty');
    return {
      valid: !this.#verdict.failed,
      entries,
      size,
      root,
      writers,
      recovered,
      segments: this.#found.files.length,
      errors: this.#verdict.errors,
      checks: this.#verdict.checks(),
    };
  }

  #judgeSegments(): void {
    const first = this.#found.files[0];
    if (this.#found.lone) {
      this.#verdict.skip('segments', 'one closed segment was verified alone');
    } else if (first !== undefined && first.ordinal > this.#lines.removedThrough + 1) {
      const range = `${String(this.#lines.removedThrough + 1)} to ${String(first.ordinal - 1)}`;
      this.#verdict.fail('segments', first.path, 0, `segments ${range} are missing and no entry says they were deleted`);
    }
  }

  #judgeExpectation(): void {
    const { expectSize, expectRoot } = this.#options;
    if (expectSize === undefined && this.#lines.root() === expectRoot) this.#expectationMet = true;
    if (expectSize === undefined && expectRoot === undefined) {
      this.#verdict.skip('expectation', 'none was given: lines cut off at the end, or a trail rebuilt, cannot be noticed');
      return;
    }
    if (this.#expectationMet) return;
    const path = this.#found.files.at(-1)?.path ?? '';
    const { size } = this.#lines;
    if (expectSize !== undefined && size < expectSize) {
      this.#verdict.fail('expectation', path, 0, `truncated: expected at least ${String(expectSize)} lines, got ${String(size)}`);
    } else if (expectSize !== undefined && expectSize < this.#start.size) {
      this.#verdict.fail('expectation', path, 0, 'the first lines were deleted with their segments: give a later expectation');
    } else {
      this.#verdict.fail('expectation', path, 0, 'the lines are not those that had the expected root');
    }
  }
}

/** The state before the first line that is left. */
function startOf(files: readonly TrailFile[]): TreeState {
  return files[0]?.opening ?? EMPTY_TREE;
}

/** Gives a writer that is in the middle of a line a moment to end it. */
async function settle(path: string): Promise<void> {
  for (let tries = 0; tries < SETTLE_TRIES; tries += 1) {
    try {
      if (endsWithNewline(path).ends) return;
    } catch (error) {
      throw fileError(error, path, 'cannot read trail');
    }
    await sleep(SETTLE_MS);
  }
}

/** Reads a whole trail, all its segments included, in constant memory, and says everything that is wrong with it. */
export async function verifyTrail(path: string, options: VerifyOptions = {}): Promise<VerificationResult> {
  if (!path.endsWith('.gz')) await settle(path);
  return new Verification(await findTrailFiles(path), options).run();
}
