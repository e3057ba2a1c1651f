import { fileError, systemCode } from '../errors.js';
import { LineSplitter } from '../trail/line-splitter.js';
import { readPieces } from '../trail/trail-files.js';
import type { VerificationResult } from '../verify/verification.js';
import { PythonChain } from './python-chain.js';
import { findPythonFiles, type PythonFile, type PythonFiles } from './python-files.js';
import { filePlace, PythonVerdict } from './python-verdict.js';
import { PythonWitness } from './python-witness.js';

/** What to hold a trail of the Python EnforceCore against. */
export interface VerifyPythonOptions {
  /** The trail must have at least this many lines. */
  readonly expectSize?: number | undefined;
  /** The root, in hex, of the RFC 9162 tree whose leaves are the first `expectSize` lines; without that, all of them. */
  readonly expectRoot?: string | undefined;
  /** What the reference's `FileWitness` wrote. */
  readonly witnessFile?: string | undefined;
  readonly onProgress?: ((doneBytes: number, totalBytes: number) => void) | undefined;
  /** How many errors to describe; all are counted. */
  readonly maxErrors?: number | undefined;
}

/** One pass over all files of a trail. */
class PythonVerification {
  readonly #found: PythonFiles;
  readonly #options: VerifyPythonOptions;
  readonly #verdict: PythonVerdict;
  readonly #witness: PythonWitness | null;
  readonly #chain: PythonChain;
  #expectationMet = false;

  constructor(found: PythonFiles, options: VerifyPythonOptions) {
    this.#found = found;
    this.#options = options;
    this.#verdict = new PythonVerdict(options.maxErrors);
    this.#witness = options.witnessFile === undefined ? null : new PythonWitness(options.witnessFile, this.#verdict);
    this.#chain = new PythonChain(
      this.#verdict,
      () => {
        this.#compare();
      },
      (entry, place) => {
        this.#witness?.visit(entry, place);
      },
    );
  }

  async run(): Promise<VerificationResult> {
    const { files } = this.#found;
    const total = files.reduce((sum, file) => sum + file.bytes, 0);
    let done = 0;
    this.#compare();
    for (const file of files) {
      this.#chain.startFile(file.path);
      await this.#readFile(file);
      done += file.bytes;
      this.#options.onProgress?.(done, total);
    }
    return this.#conclude();
  }

  async #readFile(file: PythonFile): Promise<void> {
    const splitter = new LineSplitter((line) => {
      this.#chain.visit(line);
    });
    try {
      for await (const piece of readPieces({ ...file, ordinal: 1, opening: null })) splitter.push(piece);
    } catch (error) {
      if (!systemCode(error).startsWith('Z_')) throw fileError(error, file.path, 'cannot read trail');
      this.#verdict.fail('framing', filePlace(file.path), 'the packed file is damaged');
    }
    if (splitter.end()) this.#verdict.fail('framing', filePlace(file.path), 'the last line has no newline: it is cut off, or is still being written');
  }

  #compare(): void {
    const { expectSize, expectRoot } = this.#options;
    if (this.#chain.size !== expectSize) return;
    if (expectRoot === undefined || this.#chain.root() === expectRoot) this.#expectationMet = true;
  }

  #conclude(): VerificationResult {
    this.#witness?.end();
    const last = this.#found.files.at(-1)?.path ?? '';
    const { size, entries } = this.#chain;
    if (size === 0 && this.#options.expectSize !== 0) this.#verdict.fail('framing', filePlace(last), 'the trail is empty');
    this.#judgeGaps();
    this.#judgeClock();
    this.#judgeExpectation(last);
    this.#skipWhatIsNotThere();
    return {
      valid: !this.#verdict.failed,
      entries,
      size,
      root: this.#chain.root(),
      writers: this.#chain.chains + (this.#chain.isHeadless ? 1 : 0),
      recovered: 0,
      erased: 0,
      segments: this.#found.files.length,
      checkpoints: { count: 0, lastSize: null, lastTime: null },
      errors: this.#verdict.errors,
      checks: this.#verdict.checks(),
    };
  }

  #judgeGaps(): void {
    const { isHeadless, chains } = this.#chain;
    const first = this.#found.files[0]?.path ?? '';
    if (isHeadless && !this.#found.lone) {
      this.#verdict.fail('gaps', filePlace(first, 1), 'the first entry continues one that is missing: older files were deleted, by retention or by somebody');
      return;
    }
    const alone = this.#found.lone ? 'one file was verified alone; ' : '';
    const head = isHeadless ? 'its first entry continues one in a file that was not given; ' : '';
    const restarts = chains > 1 ? `${String(chains)} files begin a chain of their own; ` : '';
    this.#verdict.skip('gaps', `${alone}${head}${restarts}this format does not show whether whole files, or entries at the end, are missing`);
  }

  #judgeClock(): void {
    const { clockBack } = this.#chain;
    if (clockBack === null) return;
    this.#verdict.skip('clock', `an entry is older than the one before it: ${clockBack.file}, line ${String(clockBack.line)}; a clock was set back, or two programs wrote`);
  }

  #judgeExpectation(last: string): void {
    const { expectSize, expectRoot } = this.#options;
    if (expectSize === undefined && expectRoot === undefined) {
      this.#verdict.skip('expectation', 'none was given: entries cut off at the end, or a trail rebuilt, cannot be noticed');
      return;
    }
    if (this.#expectationMet || (expectSize === undefined && this.#chain.root() === expectRoot)) return;
    const { size } = this.#chain;
    if (expectSize !== undefined && size < expectSize) {
      this.#verdict.fail('expectation', filePlace(last), `truncated: expected at least ${String(expectSize)} lines, got ${String(size)}`);
    } else {
      this.#verdict.fail('expectation', filePlace(last), 'the lines are not those that had the expected root');
    }
  }

  #skipWhatIsNotThere(): void {
    const { expectRoot } = this.#options;
    if (this.#verdict.hasFailed('chain')) this.#verdict.skip('order', 'the chain is broken, and this format does not number its entries');
    if (expectRoot === undefined || this.#verdict.hasFailed('expectation')) {
      this.#verdict.skip('tree', 'this format has no tree; size and root are of one over its lines, to be expected another time');
    }
    this.#verdict.skip('checkpoints', 'this format has none');
    this.#verdict.skip('signatures', 'this format has none: whoever can write the file can rebuild all of it');
    if (this.#witness === null) this.#verdict.skip('witnesses', 'no witness was given');
  }
}

/** Verifies a trail of the Python EnforceCore 1.6 to 1.14 with all its rotated files, in constant memory; throws `TrailError` only where it cannot be read. */
export async function verifyPythonTrail(path: string, options: VerifyPythonOptions = {}): Promise<VerificationResult> {
  return new PythonVerification(findPythonFiles(path), options).run();
}
