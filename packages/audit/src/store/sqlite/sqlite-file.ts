import { closeSync, mkdirSync, openSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileError, TrailError } from '../../errors.js';

/** The file that a connection has open, which SQLite goes on writing to even when its name is gone. */
export class SqliteFile {
  readonly path: string;
  readonly #ino: number;
  readonly #dev: number;

  constructor(path: string) {
    this.path = path;
    const stats = this.#look();
    if (!stats.isFile()) {
      throw new TrailError('NOT_A_FILE', path, `cannot open ${path}: it is not a regular file: give the path of a file`);
    }
    this.#ino = stats.ino;
    this.#dev = stats.dev;
  }

  /** Creates the file and its folder, for this user only, where they are not there. */
  static create(path: string): SqliteFile {
    try {
      mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 });
      // SQLite would let others read it, and gives its side files the mode that the file has.
      if (statSync(path, { throwIfNoEntry: false }) === undefined) closeSync(openSync(path, 'a', 0o600));
      return new SqliteFile(realpathSync(path));
    } catch (error) {
      throw fileError(error, path, 'cannot open');
    }
  }

  static existing(path: string): SqliteFile {
    try {
      return new SqliteFile(realpathSync(path));
    } catch (error) {
      throw fileError(error, path, 'cannot open');
    }
  }

  /** Throws unless the file still stands under its name: what is appended to another one would be lost. */
  check(): void {
    const { ino, dev } = this.#look();
    if (ino === this.#ino && dev === this.#dev) return;
    throw new TrailError('REPLACED', this.path, `cannot append to ${this.path}: another file stands in its place: restore it or open the store anew`);
  }

  #look(): Stats {
    const stats = statSync(this.path, { throwIfNoEntry: false });
    if (stats !== undefined) return stats;
    throw new TrailError('REMOVED', this.path, `cannot append to ${this.path}: the file was removed: restore it or open the store anew`);
  }
}
