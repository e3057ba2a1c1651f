import { EnforceCoreError, readSmallFile } from '@enforcecore/core';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { alone, codeOf } from './file-lock.js';
import { PinFileError } from './pin-file-error.js';
import { keyOf, readPins, writePins, type Pin } from './pin-document.js';

const mostBytes = 256 * 1_048_576;

export type Pins = ReadonlyMap<string, Pin>;

interface Read {
  readonly stamp: string;
  readonly pins: Pins;
}

/** The pins in a file. It is replaced as a whole, so a reader sees an old or a new one and never a part. */
export class PinFile {
  readonly path: string;
  #last: Read | undefined;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /**
   * Empty where there is no file yet.
   *
   * @throws PinFileError for a file that cannot be read, or is none of pins.
   */
  read(): Pins {
    return this.#read().pins;
  }

  /** Another text for each edition of the file; throws as reading does. */
  stamp(): string {
    return this.#read().stamp;
  }

  /** Changes the pins while no other process does; `undefined` leaves the file as it is. */
  async change(turn: (pins: Pins) => Pins | undefined): Promise<void> {
    await this.#makeFolder();
    const target = await this.#target();
    await alone(target, async (held) => {
      const changed = turn(this.#parsed());
      if (changed === undefined) return;
      await this.#replace(target, writePins(changed.values()), () => held.isOurs());
    });
  }

  #read(): Read {
    const stamp = this.#stamp();
    if (this.#last?.stamp === stamp) return this.#last;
    // Taken before the file is read: if it is replaced in between, the next look reads it again.
    const read = { stamp, pins: this.#parsed() };
    this.#last = read;
    return read;
  }

  #parsed(): Pins {
    try {
      const text = readSmallFile(this.path, mostBytes);
      return new Map(text === undefined ? [] : readPins(text).map((pin) => [keyOf(pin), pin]));
    } catch (error) {
      const why = error instanceof Error && !('syscall' in error) ? error.message : `the system answered ${codeOf(error)}`;
      throw new PinFileError(`the file of pins ${this.path} cannot be used: ${why}. No tool is listed until it is put right; to remove it is to trust every tool anew`, error);
    }
  }

  async #replace(target: string, text: string, isOurs: () => Promise<boolean>): Promise<void> {
    // What is written has to be readable again.
    if (Buffer.byteLength(text) > mostBytes) throw new PinFileError(`the file of pins ${this.path} would be larger than ${String(mostBytes)} bytes, and was left as it is`);
    const draft = join(dirname(target), `.pins-${randomBytes(8).toString('hex')}.tmp`);
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      if (!(await isOurs())) throw new PinFileError(`the file of pins ${this.path} was not changed: another process took its turn`);
      await rename(draft, target);
      await syncFolder(dirname(target));
    } catch (error) {
      await rm(draft, { force: true });
      if (EnforceCoreError.is(error)) throw error;
      throw new PinFileError(`the file of pins ${this.path} cannot be written: the system answered ${codeOf(error)}`, error);
    }
  }

  /** A link stays one: what it leads to is replaced. */
  async #target(): Promise<string> {
    try {
      return await realpath(this.path);
    } catch {
      // There is none yet, or what hinders will hinder writing too.
      return this.path;
    }
  }

  async #makeFolder(): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true });
    } catch (error) {
      throw new PinFileError(`the file of pins ${this.path} cannot be written: the system answered ${codeOf(error)}`, error);
    }
  }

  /** Every replacement is another file, so its number, size and times tell. Synchronous: every call of a tool asks, and a thread would cost ten times the look. */
  #stamp(): string {
    try {
      const { ino, size, mtimeNs, ctimeNs } = statSync(this.path, { bigint: true });
      return [ino, size, mtimeNs, ctimeNs].join(':');
    } catch (error) {
      // What hinders is told by reading.
      return codeOf(error);
    }
  }
}

/** The new name is on disk when the folder is. */
async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
