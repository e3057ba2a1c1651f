import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { parseSegment, type OpenDetail } from '../entry/detail.js';
import { fileError, TrailError } from '../errors.js';
import { detailOf, glance, looksTorn, rawMember } from '../entry/glance.js';
import { syncFolder, type Files } from './files.js';
import { GroupSync } from './group-sync.js';
import { scanLines, type VisitLine } from './scan-lines.js';
import { segmentPath } from './segment-files.js';

/** More than any opening entry takes: 53 hashes and a little. */
const OPENING_BYTES = 8192;
const NO_SPACE_TEXT = 'only a part of the line was written, the disk or quota is full: free space, then repeat';

/** One open file of a trail: appends whole lines and reads what others appended. */
export class Tape {
  readonly path: string;
  readonly ino: number;
  readonly dev: number;
  /** This file's number when it is closed. */
  readonly ordinal: number;
  readonly opening: OpenDetail | null;
  /** When its first entry was written, in milliseconds since 1970; NaN in an empty file. */
  readonly startedAt: number;
  readonly #files: Files;
  readonly #fd: number;
  readonly #sync: GroupSync;
  #size: number;

  private constructor(path: string, fd: number, files: Files) {
    const stats = files.fstatSync(fd);
    if (!stats.isFile()) {
      throw new TrailError('NOT_A_FILE', path, `cannot open trail ${path}: it is not a regular file: give the path of a file`);
    }
    this.path = path;
    this.#files = files;
    this.#fd = fd;
    this.ino = stats.ino;
    this.dev = stats.dev;
    this.#size = stats.size;
    const first = this.#readFirstLine();
    this.opening = openingIn(first);
    this.startedAt = Date.parse(rawMember(first, 'timestamp').slice(1, -1));
    this.ordinal = this.opening === null ? 1 : this.opening.previous + 1;
    this.#sync = new GroupSync(files, fd, [path, segmentPath(path, this.ordinal)]);
  }

  /** Opens for appending; creates the file and its folder, readable by this user only, where asked. `name` is what it is called so far. */
  static open(path: string, mode: 'create' | 'existing', files: Files, name = path): Tape {
    let fd: number;
    try {
      if (mode === 'create') files.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      fd = files.openSync(name, mode === 'create' ? 'a+' : 'a+ existing', 0o600);
    } catch (error) {
      throw fileError(error, path, 'cannot open trail');
    }
    try {
      return new Tape(path, fd, files);
    } catch (error) {
      files.closeSync(fd);
      throw fileError(error, path, 'cannot read trail');
    }
  }

  /** The size found by the last look; a write adds to it without looking. */
  get size(): number {
    return this.#size;
  }

  /** Asks the file system for the size and the number of names. */
  look(): { readonly size: number; readonly names: number } {
    const stats = this.#files.fstatSync(this.#fd);
    if (stats.nlink === 0) {
      throw new TrailError('REMOVED', this.path, `cannot append to ${this.path}: the file was removed while open: open the trail anew`);
    }
    this.#size = stats.size;
    return { size: stats.size, names: stats.nlink };
  }

  /** The size, also of a file that has lost its names; the descriptor keeps it readable. */
  lastSize(): number {
    this.#size = this.#files.fstatSync(this.#fd).size;
    return this.#size;
  }

  /** Blocks for a moment, for another writer to go on. */
  wait(milliseconds: number): void {
    this.#files.sleepSync(milliseconds);
  }

  scan(from: number, to: number, visit: VisitLine): number {
    try {
      return scanLines(this.#files, this.#fd, from, to, visit);
    } catch (error) {
      throw fileError(error, this.path, 'cannot read trail');
    }
  }

  read(into: Buffer, length: number, offset: number): number {
    return this.#files.readSync(this.#fd, into, 0, length, offset);
  }

  /** INVARIANT: one write call for all of `text`, which with O_APPEND a local file system does not interleave. */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    let written: number;
    try {
      written = this.#files.writeSync(this.#fd, text);
    } catch (error) {
      throw fileError(error, this.path, 'cannot append to trail');
    }
    if (written !== bytes) throw new TrailError('NO_SPACE', this.path, `cannot append to trail ${this.path}: ${NO_SPACE_TEXT}`);
    this.#size += bytes;
  }

  /** The leaf hash of a stretch of bytes. */
  leafHash(offset: number, length: number): string {
    const hash = createHash('sha256').update('\0');
    const chunk = Buffer.allocUnsafe(Math.min(length, 1024 * 1024));
    for (let at = offset; at < offset + length; ) {
      const got = this.#files.readSync(this.#fd, chunk, 0, Math.min(chunk.length, offset + length - at), at);
      if (got === 0) break;
      hash.update(chunk.subarray(0, got));
      at += got;
    }
    return hash.digest('hex');
  }

  /** Returns when everything written before is on the disk. */
  sync(): void {
    this.#sync.now();
  }

  /** The same for a file that is left for good, which nobody will open anew to get rid of a failure. */
  syncEvenIfBroken(): void {
    this.#sync.nowEvenIfBroken();
  }

  /** The same for callers that can wait: those that come while one is under way share the next. */
  syncSoon(): Promise<void> {
    return this.#sync.soon();
  }

  /** Whether an fdatasync has failed. */
  get isBroken(): boolean {
    return this.#sync.isBroken;
  }

  /** After a failed one: throws unless what it may have dropped will be part of the next, through whatever descriptor. */
  makeCertain(): void {
    this.#sync.makeCertain();
  }

  /** Makes the file's name survive a loss of power. */
  syncName(): void {
    syncFolder(this.#files, dirname(this.path));
  }

  close(): void {
    this.#sync.close();
  }

  #readFirstLine(): string {
    const start = Buffer.alloc(OPENING_BYTES);
    const got = this.#files.readSync(this.#fd, start, 0, start.length, 0);
    const line = start.toString('latin1', 0, got).split('\n', 1)[0] ?? '';
    if (!looksTorn(line)) {
      throw new TrailError('NOT_A_TRAIL', this.path, `cannot open trail ${this.path}: its first line is not an entry: choose another path`);
    }
    return line;
  }
}

function openingIn(line: string): OpenDetail | null {
  const seen = glance(line);
  if (seen === null || rawMember(seen.text, 'kind') !== '"segment"') return null;
  const detail = parseSegment(detailOf(seen.text));
  return detail?.role === 'open' ? detail : null;
}
