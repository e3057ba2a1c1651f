import { statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileError, systemCode, TrailError } from '../errors.js';
import { LineSplitter } from '../trail/line-splitter.js';
import { endsWithNewline, findTrailFiles, readPieces, type TrailFile } from '../trail/trail-files.js';
import { recordsOfLine, type LineRecord } from './line-records.js';

const CHUNK_BYTES = 256 * 1024;
const SETTLE_TRIES = 25;
const SETTLE_MS = 2;
const FIND_TRIES = 10;

/** Where in the files of a trail a leaf begins. */
export interface JsonlMark {
  readonly ordinal: number;
  /** In the unpacked bytes. */
  readonly offset: number;
  readonly index: number;
}

/** One leaf, and where the one after it begins. */
export interface MarkedRecord {
  readonly record: LineRecord;
  readonly next: JsonlMark;
}

/** The file that was found is not the one that was opened: it was rotated, packed or deleted in between. */
class MovedError extends Error {}

async function* plainPieces(file: TrailFile, inode: number | null, from: number): AsyncGenerator<Buffer> {
  const handle = await open(file.path, 'r');
  try {
    if (inode !== null && (await handle.stat()).ino !== inode) throw new MovedError();
    for (let at = from; at < file.bytes; ) {
      const piece = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, file.bytes - at));
      const { bytesRead } = await handle.read(piece, 0, piece.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* unpackedPieces(file: TrailFile, from: number): AsyncGenerator<Buffer> {
  let skip = from;
  for await (const piece of readPieces(file)) {
    const rest = piece.subarray(Math.min(skip, piece.length));
    skip -= piece.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}

function byteLength({ line, bytes }: LineRecord): number {
  return line === null ? (bytes?.length ?? 0) : Buffer.byteLength(line);
}

/** Reads the leaves of one file from a mark on, a piece at a time. */
class FileReading {
  readonly #file: TrailFile;
  readonly #splitter: LineSplitter;
  #ready: MarkedRecord[] = [];
  #index: number;
  isClosed = false;

  constructor(file: TrailFile, { offset, index }: Pick<JsonlMark, 'offset' | 'index'>) {
    this.#file = file;
    this.#index = index;
    this.#splitter = new LineSplitter((line) => {
      const records = this.isClosed ? [] : recordsOfLine(line);
      for (const [at, record] of records.entries()) {
        // The first of two on one line: the second begins where it ends.
        const isFirst = at < records.length - 1;
        this.#take(record, line.offset + (isFirst ? byteLength(record) : line.length + 1));
      }
    }, offset);
  }

  get index(): number {
    return this.#index;
  }

  push(piece: Buffer): readonly MarkedRecord[] {
    this.#splitter.push(piece);
    return this.#taken();
  }

  /** What follows the last newline, if it is to count as a line. */
  end(): readonly MarkedRecord[] {
    this.#splitter.end();
    return this.#taken();
  }

  #taken(): readonly MarkedRecord[] {
    const taken = this.#ready;
    this.#ready = [];
    return taken;
  }

  #take(record: LineRecord, offset: number): void {
    this.#index += 1;
    this.isClosed ||= record.isLast;
    this.#ready.push({ record, next: { ordinal: this.#file.ordinal, offset, index: this.#index } });
  }
}

async function settle(path: string): Promise<boolean> {
  for (let tries = 0; tries < SETTLE_TRIES; tries += 1) {
    if (endsWithNewline(path).ends) return true;
    await sleep(SETTLE_MS);
  }
  return false;
}

async function* fileRecords(file: TrailFile, inode: number | null, from: JsonlMark): AsyncGenerator<MarkedRecord> {
  const reading = new FileReading(file, from);
  try {
    const pieces = file.compressed ? unpackedPieces(file, from.offset) : plainPieces(file, inode, from.offset);
    for await (const piece of pieces) {
      yield* reading.push(piece);
      if (reading.isClosed) return;
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw new MovedError();
    throw error;
  }
  yield* reading.end();
}

interface Found {
  readonly files: readonly TrailFile[];
  /** Of the file that is written to, before it was looked at. */
  readonly inode: number;
}

async function find(path: string, waitForLine: boolean): Promise<Found> {
  const { ino } = statSync(path);
  if (waitForLine && !path.endsWith('.gz')) await settle(path);
  const { files } = await findTrailFiles(path);
  return { files, inode: ino };
}

/** How to read. */
export interface JsonlReadOptions {
  /** Where to begin; at the beginning without one. */
  readonly from?: JsonlMark | undefined;
  /** Leave out a last line without a newline, which a writer may be in the middle of. Otherwise it gets a moment to be ended. */
  readonly onlyWhole?: boolean | undefined;
}

/** Gives the leaves of a trail in order, over all its files, also while they are rotated, packed or deleted. */
export async function* readMarked(path: string, { from, onlyWhole = false }: JsonlReadOptions = {}): AsyncGenerator<MarkedRecord> {
  let next = from ?? null;
  for (let tries = 0; ; tries += 1) {
    try {
      const found = await find(path, !onlyWhole);
      for await (const marked of foundRecords(found, next, onlyWhole)) {
        next = marked.next;
        tries = 0;
        yield marked;
      }
      return;
    } catch (error) {
      // What was found has moved on: look again, and go on behind the last leaf that was given.
      if (error instanceof MovedError && tries < FIND_TRIES) continue;
      throw fileError(error, path, 'cannot read trail');
    }
  }
}

async function* foundRecords({ files, inode }: Found, from: JsonlMark | null, onlyWhole: boolean): AsyncGenerator<MarkedRecord> {
  const first = files[0];
  let index = from?.index ?? first?.opening?.size ?? 0;
  if (from !== null && first !== undefined && first.ordinal > from.ordinal) {
    // The file that was being read was deleted, as its keepers may: go on where what is left begins.
    index = first.opening?.size ?? index;
  }
  for (const [at, file] of files.entries()) {
    if (from !== null && file.ordinal < from.ordinal) continue;
    const isActive = at === files.length - 1;
    const start = { ordinal: file.ordinal, offset: from?.ordinal === file.ordinal ? from.offset : 0, index };
    for await (const marked of fileRecords(file, isActive ? inode : null, start)) {
      if (isActive && onlyWhole && marked.next.offset > file.bytes && !file.compressed) return;
      ({ index } = marked.next);
      yield marked;
    }
  }
}

/** Refuses a leaf that is nowhere kept in memory, as no store could take it. */
export function refuseLong(path: string, { record, next }: MarkedRecord): void {
  if (record.line !== null || record.bytes !== null) return;
  throw new TrailError('ENTRY_TOO_LARGE', path, `cannot read leaf ${String(next.index - 1)} of ${path}: its line is longer than any entry: cut the trail before it`);
}
