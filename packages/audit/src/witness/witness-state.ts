import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.js';
import { parseSignedNote } from '../checkpoint/signed-note.js';
import { fileError, systemCode, TrailError } from '../errors.js';

/** The latest checkpoint of one log that a witness vouched for. */
export interface WitnessedState {
  readonly checkpoint: Checkpoint;
  /** When it was cosigned, POSIX seconds. */
  readonly time: number;
}

const STATE_NAME = /^[0-9]{16}$/;

function syncFolder(path: string): void {
  // Windows can neither open a folder nor needs it synced.
  if (process.platform === 'win32') return;
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Keeps that checkpoint in a folder per log. Every change is a new file with the next number, made by linking a synced one:
 * of two processes that saw the same number only one can make the next, and no kill leaves half of it.
 */
export class WitnessStateFolder {
  readonly #folder: string;
  readonly #origin: string;

  constructor(folder: string, origin: string) {
    this.#origin = origin;
    // The origin is a text of strangers' choosing and no file name.
    this.#folder = join(folder, createHash('sha256').update(origin).digest('hex'));
    this.#guarded(() => {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      // A new folder that a power failure takes away would be a witness that forgot.
      syncFolder(folder);
    });
  }

  /** The state and its number, 0 before the first; throws `TrailError` for a file that is damaged, so that nothing is signed on it. */
  read(): { readonly number: number; readonly state: WitnessedState | null } {
    return this.#guarded(() => {
      const number = this.#latest();
      return { number, state: number === 0 ? null : this.#parse(readFileSync(this.#path(number), 'utf8')) };
    });
  }

  /** Makes the state with the number after `number`; false where another process was faster, and nothing changed. */
  advance(number: number, note: string, time: number): boolean {
    return this.#guarded(() => {
      if (!this.#link(number + 1, `${time}\n${note}`)) return false;
      // A process that slept here may have made a number that others have passed and removed.
      if (this.#latest() !== number + 1) {
        rmSync(this.#path(number + 1), { force: true });
        return false;
      }
      for (const older of this.#numbers()) if (older < number) rmSync(this.#path(older), { force: true });
      return true;
    });
  }

  #link(number: number, content: string): boolean {
    const draft = join(this.#folder, `draft-${randomBytes(8).toString('hex')}`);
    try {
      this.#writeSynced(draft, content);
      linkSync(draft, this.#path(number));
      syncFolder(this.#folder);
      return true;
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  #writeSynced(path: string, content: string): void {
    const fd = openSync(path, 'wx', 0o600);
    try {
      const bytes = Buffer.from(content);
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  }

  #numbers(): number[] {
    return readdirSync(this.#folder).filter((name) => STATE_NAME.test(name)).map(Number);
  }

  #latest(): number {
    return Math.max(0, ...this.#numbers());
  }

  #path(number: number): string {
    if (!Number.isSafeInteger(number)) throw new TrailError('CHECKPOINT', this.#folder, `the states in ${this.#folder} are numbered too high`);
    return join(this.#folder, String(number).padStart(16, '0'));
  }

  #parse(content: string): WitnessedState {
    const end = content.indexOf('\n');
    const time = Number(content.slice(0, end));
    try {
      const checkpoint = parseCheckpoint(parseSignedNote(content.slice(end + 1)).text);
      if (end > 0 && Number.isSafeInteger(time) && checkpoint.origin === this.#origin) return { checkpoint, time };
    } catch (cause) {
      throw this.#damaged(cause);
    }
    throw this.#damaged();
  }

  #damaged(cause?: unknown): TrailError {
    return new TrailError('CHECKPOINT', this.#folder, `the latest state in ${this.#folder} is damaged: restore it, a witness must not start anew`, { cause });
  }

  #guarded<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw fileError(error, this.#folder, 'cannot keep the state of a witness in');
    }
  }
}
