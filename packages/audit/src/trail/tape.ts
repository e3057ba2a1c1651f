import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { parseSegment, type OpenDetail } from '../entry/detail.js';
import { fileError, TrailError } from '../errors.js';
import { detailOf, glance, looksTorn, rawMember } from '../entry/glance.js';
import { scanLines, type VisitLine } from './scan-lines.js';

const NO_SPACE_TEXT = 'only a part of the line was written, the disk or quota is full: free space, then repeat';

/** One open file of a trail: appends whole lines and reads what others appended. */
export class Tape {
  readonly path: string;
  readonly ino: number;
  readonly dev: number;
  /** This file's number when it is closed. */
  readonly ordinal: number;
  readonly opening: OpenDetail | null;
  readonly #fd: number;
  #size: number;

  private constructor(path: string, fd: number) {
    const stats = fstatSync(fd);
    if (!stats.isFile()) {
      throw new TrailError('NOT_A_FILE', path, `cannot open trail ${path}: it is not a regular file: give the path of a file`);
    }
    this.path = path;
    this.#fd = fd;
    this.ino = stats.ino;
    this.dev = stats.dev;
    this.#size = stats.size;
    this.opening = this.#readOpening();
    this.ordinal = this.opening === null ? 1 : this.opening.previous + 1;
  }

  /** Opens for appending; creates the file and its folder, readable by this user only, where asked. `name` is what it is called so far. */
  static open(path: string, mode: 'create' | 'existing', name = path): Tape {
    let fd: number;
    try {
      if (mode === 'create') mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      fd = openSync(name, constants.O_RDWR | constants.O_APPEND | (mode === 'create' ? constants.O_CREAT : 0), 0o600);
    } catch (error) {
      throw fileError(error, path, 'cannot open trail');
    }
    try {
      return new Tape(path, fd);
    } catch (error) {
      closeSync(fd);
      throw fileError(error, path, 'cannot read trail');
    }
  }

  /** The size found by the last look; a write adds to it without looking. */
  get size(): number {
    return this.#size;
  }

  /** Asks the file system for the size and the number of names. */
  look(): { readonly size: number; readonly names: number } {
    const stats = fstatSync(this.#fd);
    if (stats.nlink === 0) {
      throw new TrailError('REMOVED', this.path, `cannot append to ${this.path}: the file was removed while open: open the trail anew`);
    }
    this.#size = stats.size;
    return { size: stats.size, names: stats.nlink };
  }

  /** The size, also of a file that has lost its names; the descriptor keeps it readable. */
  lastSize(): number {
    this.#size = fstatSync(this.#fd).size;
    return this.#size;
  }

  scan(from: number, to: number, visit: VisitLine): number {
    try {
      return scanLines(this.#fd, from, to, visit);
    } catch (error) {
      throw fileError(error, this.path, 'cannot read trail');
    }
  }

  get fd(): number {
    return this.#fd;
  }

  /** INVARIANT: one write call for all of `text`, which with O_APPEND a local file system does not interleave. */
  write(text: string): void {
    const bytes = Buffer.byteLength(text);
    let written: number;
    try {
      written = writeSync(this.#fd, text);
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
      const got = readSync(this.#fd, chunk, 0, Math.min(chunk.length, offset + length - at), at);
      if (got === 0) break;
      hash.update(chunk.subarray(0, got));
      at += got;
    }
    return hash.digest('hex');
  }

  close(): void {
    closeSync(this.#fd);
  }

  #readOpening(): OpenDetail | null {
    const start = Buffer.alloc(4096);
    const got = readSync(this.#fd, start, 0, start.length, 0);
    const line = start.toString('latin1', 0, got).split('\n', 1)[0] ?? '';
    if (!looksTorn(line)) {
      throw new TrailError('NOT_A_TRAIL', this.path, `cannot open trail ${this.path}: its first line is not an entry: choose another path`);
    }
    const seen = glance(line);
    if (seen === null || rawMember(seen.text, 'kind') !== '"segment"') return null;
    const detail = parseSegment(detailOf(seen.text));
    return detail?.role === 'open' ? detail : null;
  }
}
