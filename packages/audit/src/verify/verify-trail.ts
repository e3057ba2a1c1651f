import { lstatSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { fileError, systemCode, TrailError } from '../errors.js';
import { checkpointPath } from '../trail/checkpoint-file.js';
import { journalFolder } from '../trail/journal.js';
import { LineSplitter } from '../trail/line-splitter.js';
import { listSegments } from '../trail/segment-files.js';
import { findTrailFiles, type TrailFile, type TrailFiles } from '../trail/trail-files.js';
import { SegmentCheck, treeBefore } from './checks/segment-check.js';
import { HeldFiles } from './held-files.js';
import type { LineCheck } from './line-check.js';
import { NodeTree } from './node-tree.js';
import { readCheckpoints, readJournals, readWitness } from './read-beside.js';
import { readLineEnd, readPacked, readPlain } from './read-blocks.js';
import { Verification, type TrustedStart, type VerificationResult } from './verification.js';
import type { VerifyOptions } from './verify-options.js';

export type { VerificationResult } from './verification.js';
export type { VerifyOptions } from './verify-options.js';

// No writer writes a line of more than 16 MiB, nor anything behind the one that closes a file but what came too late.
const MAX_STRANGE_BYTES = 64 * 1024 * 1024;
const NO_FILES: TrailFiles = { files: [], lone: false };
/** A log whose files are exchanged all the time is not waited for. */
const MOST_ATTEMPTS = 6;
const HASH_MARK = '"entry_hash":"';

/** Where a reading of the files begins. */
interface Seek {
  readonly files: readonly TrailFile[];
  readonly offset: number;
  readonly trusted: TrustedStart | null;
}

/** One pass over all files of a trail. */
class TrailReading {
  readonly #verification: Verification;
  readonly #options: VerifyOptions;
  readonly #found: TrailFiles;
  readonly #seek: Seek;
  readonly #total: number;
  readonly #held: HeldFiles;
  #done = 0;

  constructor(held: HeldFiles, verification: Verification, found: TrailFiles, options: VerifyOptions) {
    this.#held = held;
    this.#verification = verification;
    this.#options = options;
    this.#found = found;
    this.#seek = seekIn(found.files, verification.startFrom());
    this.#total = this.#seek.files.reduce((sum, file) => sum + file.bytes, 0) - this.#seek.offset;
  }

  /** What will be read. */
  get paths(): string[] {
    return this.#seek.files.map(({ path }) => path);
  }

  async run(): Promise<VerificationResult> {
    const { files, trusted } = this.#seek;
    const state = trusted?.state ?? treeBefore(files[0]);
    const lines = await this.#verification.begin({ state, trusted, tree: new NodeTree(state), endsFiles: true });
    const segments = new SegmentCheck(this.#verification.verdict, lines);
    for (const [index, file] of files.entries()) {
      const isFirst = index === 0;
      if (!isFirst || trusted === null) segments.start(file, files[index - 1]);
      await this.#judge(file, lines, isFirst ? this.#seek.offset : 0);
      segments.end(file, files[index + 1]);
    }
    if (trusted === null) segments.conclude(files[0], this.#found.lone);
    if (lines.seen.hasFar) await this.#search(lines);
    return this.#verification.conclude(files.length);
  }

  async #judge(file: TrailFile, lines: LineCheck, from: number): Promise<void> {
    const { verdict } = this.#verification;
    if (file !== this.#found.files.at(-1) && lstatSync(file.path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      verdict.fail('gaps', this.#verification.place(0, file.path), 'the closed segment is a symbolic link: a rotation makes none');
    }
    lines.startFile(file.path, from > 0 ? 1 : 0);
    const splitter = new LineSplitter((line) => { lines.visitLine(line); }, from);
    const before = this.#done;
    const end = await this.#read(file, from, splitter, (read) => {
      this.#tell(before + read - from, lines);
      return lines.isHopeless;
    }, () => lines.isClosed);
    if (end === 'given up') verdict.fail('framing', this.#verification.place(0, file.path), 'too much of the file is no entry: the rest of it was not read');
    if (splitter.end() && end === 'read' && !lines.isClosed) {
      verdict.fail('framing', this.#verification.place(0, file.path), 'the last line has no newline: it was cut short, or is still being written');
    }
    this.#done = before + file.bytes - from;
    this.#tell(this.#done, lines);
  }

  /** `progress` may say that it is not worth going on. */
  async #read(file: TrailFile, from: number, splitter: LineSplitter, progress: (read: number) => boolean, isClosed: () => boolean): Promise<'read' | 'given up'> {
    try {
      return await this.#held.use(file.path, (handle) => this.#readFrom(handle, file, from, splitter, progress, isClosed));
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (!systemCode(error).startsWith('Z_')) throw fileError(error, file.path, 'cannot read trail');
      this.#verification.verdict.fail('framing', this.#verification.place(0, file.path), 'the compressed segment is damaged');
    }
    return 'read';
  }

  async #readFrom(handle: FileHandle, file: TrailFile, from: number, splitter: LineSplitter, progress: (read: number) => boolean, isClosed: () => boolean): Promise<'read' | 'given up'> {
    let behind = 0;
    let skip = file.compressed ? from : 0;
    for await (const { bytes, read } of file.compressed ? readPacked(handle) : readPlain(handle, from, file.bytes)) {
      this.#options.signal?.throwIfAborted();
      const wasClosed = isClosed();
      splitter.push(bytes.subarray(skip));
      skip = Math.max(0, skip - bytes.length);
      if (wasClosed) behind += bytes.length;
      if (progress(read) || splitter.held > MAX_STRANGE_BYTES || behind > MAX_STRANGE_BYTES) return 'given up';
    }
    const rest = splitter.held > 0 && !file.compressed ? await readLineEnd(handle, file.bytes) : null;
    if (rest !== null) splitter.push(rest);
    return 'read';
  }

  #tell(done: number, { entries }: LineCheck): void {
    this.#options.onProgress?.(Math.min(done, this.#total), this.#total, entries);
  }

  /** Looks for entries that others saw long before: the first pass remembers only the last ones. */
  async #search(lines: LineCheck): Promise<void> {
    let read = 0;
    for (const [index, file] of this.#seek.files.entries()) {
      const splitter = new LineSplitter(({ raw }) => {
        const at = raw?.indexOf(HASH_MARK) ?? -1;
        if (raw === null || at === -1) return;
        lines.seen.search(raw.slice(at + HASH_MARK.length, at + HASH_MARK.length + 64), read);
        read += 1;
      });
      await this.#read(file, index === 0 ? this.#seek.offset : 0, splitter, () => false, () => false);
      splitter.end();
    }
  }
}

/** Where the lines behind a checkpoint begin; at the first file where that is not known. */
function seekIn(files: readonly TrailFile[], trusted: TrustedStart | null): Seek {
  const position = trusted?.record.position;
  const index = position === null || position === undefined ? -1 : files.findIndex(({ ordinal }) => ordinal === position.segment);
  const file = files[index];
  const all = { files, offset: 0, trusted: null };
  if (trusted === null || position === null || position === undefined || file === undefined) return all;
  if (!file.compressed && position.offset > file.bytes) return all;
  return { files: files.slice(index), offset: position.offset, trusted };
}

async function find(path: string, expectSize: number | undefined): Promise<TrailFiles> {
  try {
    return await findTrailFiles(path);
  } catch (error) {
    if (expectSize === 0 && error instanceof TrailError && error.code === 'MISSING') return NO_FILES;
    throw error;
  }
}

/** Which files a trail has, so that it shows when one was closed, packed, rewritten or deleted. */
function filesNow(path: string): string {
  const inodeOf = (name: string): string => String(lstatSync(name, { throwIfNoEntry: false })?.ino);
  try {
    return [path, ...listSegments(path).map((segment) => segment.path)].map((name) => `${name} ${inodeOf(name)}`).join('\n');
  } catch (error) {
    // Whoever reads it next says what is wrong.
    return systemCode(error);
  }
}

/**
 * Reads a whole trail, all its segments included, and says everything that is wrong with it; a path of a closed segment
 * means that one alone. Writers may go on: what was read while files were exchanged is read again. Throws `TrailError` where it cannot be read, and the signal's reason where that is raised.
 */
export async function verifyTrail(path: string, options: VerifyOptions = {}): Promise<VerificationResult> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const before = filesNow(path);
    // Whether all that is read stood there at one moment, whatever becomes of it while it is read.
    const held = { isOneMoment: false };
    const onHeld = (): void => { held.isOneMoment = filesNow(path) === before; };
    try {
      const result = await verifyOnce(path, options, onHeld);
      if (result.valid || held.isOneMoment || filesNow(path) === before) return result;
    } catch (error) {
      if (options.signal?.aborted === true || filesNow(path) === before) throw error;
    }
  }
  // What was read belongs to no one moment, so what seems wrong with it need not be.
  throw new TrailError('ROTATION', path, `cannot verify ${path}: its files were exchanged each time while they were read: verify again when less is written, or a copy`);
}

/** `onHeld` is called when every file that will be read is open. */
async function verifyOnce(path: string, options: VerifyOptions, onHeld: () => void): Promise<VerificationResult> {
  const verification = new Verification(path, options);
  options.signal?.throwIfAborted();
  if (options.witnessFile !== undefined) verification.witnessed(options.witnessFile, readWitness(options.witnessFile));
  if (options.checks !== 'structure') readJournals(journalFolder(path), verification.openCalls);
  // Before the files are looked at: a checkpoint made meanwhile would cover lines that are not read.
  await readCheckpoints(checkpointPath(path), verification);
  const held = new HeldFiles();
  try {
    const reading = new TrailReading(held, verification, await find(path, options.expectSize), options);
    if (await held.open(reading.paths)) onHeld();
    return await reading.run();
  } finally {
    await held.close();
  }
}
