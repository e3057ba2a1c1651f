import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { readRecord, recordLine } from '../checkpoint/read-record.js';
import { isClosing, parseSegment } from '../entry/detail.js';
import type { AuditEntry } from '../entry/entry.js';
import { parseLine } from '../entry/parse-line.js';
import { fileError, TrailError } from '../errors.js';
import { checkpointPath } from '../trail/checkpoint-file.js';
import { listSegments, segmentPath } from '../trail/segment-files.js';
import { EMPTY_TREE, type TreeState } from '../tree/tree-state.js';
import type { LogRecord, StoredRecord } from './audit-store.js';
import { checkRecords } from './check-records.js';
import { JsonlSource } from './jsonl-source.js';

const NEWLINE = Buffer.from('\n');

interface Position {
  readonly segment: number;
  readonly offset: number;
}

/** Writes all of it: a write may take less than it is given. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function syncFolder(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function entryOf(record: LogRecord): AuditEntry | null {
  // Only these two kinds of entry are looked for.
  const parsed = record.line?.includes('"kind":"segment"') === true ? parseLine(record.line) : null;
  return parsed?.ok === true ? parsed.entry : null;
}

/**
 * Writes a log as a trail of files. What a verifier must find decides how: an entry that closes a segment ends its file, which
 * gets the name of that segment, and the `open` entry behind it begins the next. So a trail that was moved to a database and back
 * has the files it had, but for lines that a rotation left behind a closing entry, which never were part of it; and a torn line to
 * which an entry had been added stands on a line of its own. Everything is written beside the path, in `<path>.migrating`, and put in place when it is whole; nothing that is there is overwritten.
 */
export class JsonlTarget {
  readonly location: string;
  readonly #folder: string;
  #start: TreeState = EMPTY_TREE;
  #size = 0;
  #segment = 0;
  #fd: number | null = null;
  #offset = 0;
  #mustOpen = false;
  #hasBegun = false;
  /** Where the leaves behind a checkpoint begin. */
  readonly #positions = new Map<number, Position | null>();
  #reading: JsonlSource | null = null;
  #checkpointFd: number | null = null;

  constructor(path: string) {
    this.location = resolve(path);
    this.#folder = `${this.location}.migrating`;
  }

  /** Says which sizes there will be checkpoints of. */
  expect(sizes: Iterable<number>): void {
    for (const size of sizes) this.#positions.set(size, null);
  }

  size(): number {
    return this.#size;
  }

  start(): TreeState {
    return this.#start;
  }

  beginAt(start: TreeState): void {
    this.#start = start;
    this.#size = start.size;
    // Its first line then must say what was before it.
    this.#mustOpen = true;
  }

  append(records: readonly LogRecord[]): number {
    checkRecords(this.location, records);
    const first = this.#size;
    try {
      this.#prepare();
      for (const record of records) this.#write(record);
    } catch (error) {
      throw fileError(error, this.location, 'cannot write trail');
    }
    return first;
  }

  async *records(from: number, to?: number): AsyncGenerator<StoredRecord> {
    if (this.#size === this.#start.size) return;
    this.#reading ??= new JsonlSource(join(this.#folder, basename(this.location)));
    yield* this.#reading.records(from, to);
  }

  // A fresh file has none; what is asked is what was there before.
  // eslint-disable-next-line @typescript-eslint/require-await
  async *checkpoints(): AsyncGenerator<CheckpointRecord> {
    yield* [];
  }

  addCheckpoint(record: CheckpointRecord): void {
    const { size } = readRecord(recordLine(record)).checkpoint;
    // Of leaves that were deleted: whoever goes on from it begins with the first file there is.
    const position = this.#positions.get(size) ?? { segment: 0, offset: 0 };
    try {
      this.#prepare();
      this.#checkpointFd ??= openSync(checkpointPath(join(this.#folder, basename(this.location))), 'wx', 0o600);
      writeAll(this.#checkpointFd, Buffer.from(recordLine({ ...record, position })));
    } catch (error) {
      throw fileError(error, this.location, 'cannot write checkpoints of');
    }
  }

  /** Puts all files in place, the one that is written to last; refused if anything is there. */
  publish(): Promise<void> {
    try {
      this.#prepare();
      if (this.#fd === null) this.#open();
      this.#close();
      if (this.#checkpointFd !== null) {
        fsyncSync(this.#checkpointFd);
        closeSync(this.#checkpointFd);
        this.#checkpointFd = null;
      }
      this.#refuseTaken();
      const active = basename(this.location);
      const names = readdirSync(this.#folder).filter((name) => name !== active);
      // link, unlike rename, never overwrites.
      for (const name of [...names, active]) linkSync(join(this.#folder, name), join(dirname(this.location), name));
      syncFolder(dirname(this.location));
      rmSync(this.#folder, { recursive: true });
    } catch (error) {
      throw fileError(error, this.location, 'cannot put in place trail');
    }
    return Promise.resolve();
  }

  #prepare(): void {
    if (this.#hasBegun) return;
    this.#refuseTaken();
    mkdirSync(dirname(this.location), { recursive: true, mode: 0o700 });
    // Of a migration that was interrupted: it is written anew.
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { mode: 0o700 });
    this.#hasBegun = true;
  }

  #refuseTaken(): void {
    const isTaken = existsSync(this.location) || existsSync(checkpointPath(this.location));
    if (!isTaken && (!existsSync(dirname(this.location)) || listSegments(this.location).length === 0)) return;
    throw new TrailError('STORE', this.location, `cannot move a log to ${this.location}: a trail or parts of one are there: choose another path`);
  }

  #write(record: LogRecord): void {
    const entry = entryOf(record);
    const detail = entry === null ? null : parseSegment(entry.detail);
    if (this.#mustOpen !== (detail?.role === 'open')) throw this.#misplaced();
    if (detail?.role === 'open') this.#nextSegment(detail.previous);
    if (this.#fd === null) this.#open();
    const line = record.bytes ?? Buffer.from(record.line ?? '');
    writeAll(this.#fd ?? -1, Buffer.concat([line, NEWLINE]));
    this.#offset += line.length + 1;
    this.#size += 1;
    if (this.#positions.has(this.#size)) this.#positions.set(this.#size, { segment: this.#segment, offset: this.#offset });
    this.#mustOpen = entry !== null && isClosing(entry);
  }

  /** Only now: a log may end with the entry that closes a segment, and that file is then the one to go on from. */
  #nextSegment(previous: number): void {
    if (this.#fd !== null) {
      this.#close();
      renameSync(this.#path(), segmentPath(this.#path(), this.#segment));
    }
    this.#segment = previous;
  }

  #open(): void {
    this.#fd = openSync(this.#path(), 'wx', 0o600);
    this.#segment += 1;
    this.#offset = 0;
  }

  #close(): void {
    if (this.#fd === null) return;
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    this.#fd = null;
  }

  #path(): string {
    return join(this.#folder, basename(this.location));
  }

  #misplaced(): TrailError {
    const expected = this.#mustOpen ? 'expected an entry that begins a segment' : 'an entry begins a segment in the middle of a file';
    return new TrailError('FORMAT', this.location, `cannot write leaf ${String(this.#size)} to ${this.location}: ${expected}: a trail of files cannot hold this log`);
  }
}

/** A trail of files to move a log to; nothing may be there yet. */
export function jsonlTarget(path: string): JsonlTarget {
  return new JsonlTarget(path);
}
