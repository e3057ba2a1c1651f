import { SegmentCheck, treeBefore } from '../../verify/checks/segment-check.js';
import type { LineCheck } from '../../verify/line-check.js';
import type { Place } from '../../verify/verdict.js';
import { Verification, type VerificationResult } from '../../verify/verification.js';
import { ByteLines } from './byte-lines.js';
import type { Chosen } from './chosen.js';
import { findParts, type PlacedPart } from './find-parts.js';
import { firstPlace } from './first-place.js';
import { lineOf } from './line-of.js';
import { Pause } from './pause.js';
import type { Questions } from './questions.js';
import { DamagedFile, readFile, type Readable } from './read-file.js';
import { vouchedLines } from './vouched.js';

// As the verifier on disk: no writer writes a line of more than 16 MiB, nor much behind the one that closes a file.
const MAX_STRANGE_BYTES = 64 * 1024 * 1024;
const HASH_MARK = '"entry_hash":"';
const HASH_LENGTH = 64;

export interface Progress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly entries: number;
  readonly seconds: number;
}

/** What a verification found, with what the page adds to it. */
export interface PageResult {
  readonly found: VerificationResult;
  readonly bytes: number;
  readonly seconds: number;
  /** Where in the log something is wrong first; null if nothing is. */
  readonly first: Place | null;
  /** The line there, as much of it as is shown. */
  readonly firstLine: string | null;
  /** See `vouchedLines`. */
  readonly vouched: number | null;
}

/** One check of the chosen files, in slices that leave the page awake. */
class TrailReading {
  readonly #verification: Verification;
  readonly #files: readonly PlacedPart[];
  readonly #pause: Pause;
  readonly #onProgress: (progress: Progress) => void;
  readonly #totalBytes: number;
  readonly #begin = performance.now();
  #doneBytes = 0;

  constructor(verification: Verification, files: readonly PlacedPart[], pause: Pause, onProgress: (progress: Progress) => void) {
    this.#verification = verification;
    this.#files = files;
    this.#pause = pause;
    this.#onProgress = onProgress;
    this.#totalBytes = files.reduce((sum, { file }) => sum + file.size, 0);
  }

  async run(lone: boolean, questions: Questions): Promise<PageResult> {
    const state = treeBefore(this.#files[0]);
    const lines = await this.#verification.begin({ state, trusted: null, endsFiles: true });
    const segments = new SegmentCheck(this.#verification.verdict, lines);
    for (const [index, file] of this.#files.entries()) {
      segments.start(file, this.#files[index - 1]);
      await this.#judge(file, lines);
      segments.end(file, this.#files[index + 1]);
    }
    segments.conclude(this.#files[0], lone);
    if (lines.seen.hasFar) await this.#search(lines);
    const found = this.#verification.conclude(this.#files.length);
    const seconds = this.#seconds();
    const first = firstPlace(found);
    const file = this.#files.find(({ path }) => path === first?.file);
    const firstLine = first === null || first.line === 0 || file === undefined ? null : await lineOf(file, first.line);
    return { found, first, firstLine, vouched: vouchedLines(found, questions), bytes: this.#totalBytes, seconds };
  }

  async #judge(part: PlacedPart, lines: LineCheck): Promise<void> {
    const { verdict } = this.#verification;
    const place = this.#verification.place(0, part.path);
    lines.startFile(part.path);
    const splitter = new ByteLines((line) => {
      lines.visitLine(line);
    });
    let behind = 0;
    const isGivenUp = (length: number, wasClosed: boolean): boolean => {
      if (wasClosed) behind += length;
      return lines.isHopeless || splitter.held > MAX_STRANGE_BYTES || behind > MAX_STRANGE_BYTES;
    };
    const end = await this.#read(part, splitter, lines, isGivenUp);
    if (end === 'given up') verdict.fail('framing', place, 'too much of the file is no entry: the rest of it was not read');
    if (splitter.end() && end === 'read' && !lines.isClosed) {
      verdict.fail('framing', place, 'the last line has no newline: it was cut short, or is still being written');
    }
  }

  async #read(part: PlacedPart, splitter: ByteLines, lines: LineCheck, isGivenUp: (length: number, wasClosed: boolean) => boolean): Promise<'read' | 'given up'> {
    const before = this.#doneBytes;
    let end: 'read' | 'given up' = 'read';
    try {
      for await (const piece of readFile(part, (read) => { this.#doneBytes = before + read; })) {
        const wasClosed = lines.isClosed;
        splitter.push(piece);
        if (await this.#pause.due()) this.#tell(lines);
        if (!isGivenUp(piece.length, wasClosed)) continue;
        end = 'given up';
        break;
      }
    } catch (error) {
      if (!(error instanceof DamagedFile)) throw error;
      this.#verification.verdict.fail('framing', this.#verification.place(0, part.path), 'the compressed segment is damaged');
    }
    this.#doneBytes = before + part.file.size;
    return end;
  }

  /** Looks for entries that others saw long before: the first pass remembers only the last ones. */
  async #search(lines: LineCheck): Promise<void> {
    let read = 0;
    this.#doneBytes = 0;
    for (const part of this.#files) {
      const splitter = new ByteLines(({ raw }) => {
        const at = raw?.indexOf(HASH_MARK) ?? -1;
        if (raw === null || at === -1) return;
        lines.seen.search(raw.slice(at + HASH_MARK.length, at + HASH_MARK.length + HASH_LENGTH), read);
        read += 1;
      });
      await this.#read(part, splitter, lines, () => false);
      splitter.end();
    }
  }

  #seconds(): number {
    return (performance.now() - this.#begin) / 1000;
  }

  #tell({ entries }: LineCheck): void {
    this.#onProgress({ doneBytes: this.#doneBytes, totalBytes: this.#totalBytes, entries, seconds: this.#seconds() });
  }
}

/** Takes the checkpoints, one record a line; a last line without its newline was cut short and is none. */
async function takeCheckpoints(file: File, verification: Verification): Promise<void> {
  let lines: string[] = [];
  let count = 0;
  const splitter = new ByteLines(({ text }) => {
    lines.push(text ?? 'null');
  });
  const part: Readable = { file, packed: false };
  for await (const piece of readFile(part)) {
    splitter.push(piece);
    for (const line of lines) await verification.kept(line, verification.place((count += 1), file.name));
    lines = [];
  }
}

/** Checks the chosen files as `verifyTrail` does; throws an error with words for the reader where they cannot be read, and when it is stopped. */
export async function checkTrail(chosen: Chosen, questions: Questions, onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<PageResult> {
  const { files, lone } = await findParts(chosen);
  const { keys, policy: witnessPolicy, expectSize, expectRoot } = questions;
  const verification = new Verification(files.at(-1)?.path ?? '', { keys, witnessPolicy, expectSize, expectRoot });
  const pause = new Pause(signal);
  try {
    if (chosen.checkpoints !== null) await takeCheckpoints(chosen.checkpoints, verification);
    return await new TrailReading(verification, files, pause, onProgress).run(lone, questions);
  } finally {
    pause.end();
  }
}
