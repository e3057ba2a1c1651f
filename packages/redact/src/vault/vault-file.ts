import type { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, renameSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { RedactError } from '../errors.js';
import { fileError, systemCode } from './vault-error.js';

/** The calls that can fail while a vault is in use; tests hand in ones that do. */
export interface FileCalls {
  readonly write: (fd: number, bytes: Uint8Array, from: number, length: number, at: number) => number;
  readonly truncate: (fd: number, length: number) => void;
  readonly sync: (fd: number) => void;
}

export const systemCalls: FileCalls = { write: writeSync, truncate: ftruncateSync, sync: fsyncSync };

/** An open vault file: what is whole stays whole whatever the system answers. */
export class VaultFile {
  readonly path: string;
  readonly mode: number;
  readonly #fd: number;
  readonly #calls: FileCalls;
  #end = 0;
  /** A failed write may have left a part behind the end. */
  #isTorn = false;

  constructor(path: string, calls: FileCalls) {
    this.path = path;
    this.#calls = calls;
    this.#fd = openSync(path, constants.O_RDWR);
    const stat = fstatSync(this.#fd);
    this.mode = stat.mode & 0o777;
    if (stat.isFile()) return;
    closeSync(this.#fd);
    throw new RedactError('VAULT', `cannot open the vault ${path}: it is not a file`);
  }

  read(): Buffer {
    return readFileSync(this.#fd);
  }

  /** Makes `length` the end; what is behind it goes. */
  cutAt(length: number, size: number): void {
    if (length < size) {
      this.#calls.truncate(this.#fd, length);
      this.#calls.sync(this.#fd);
    }
    this.#end = length;
  }

  /** Appends all of the bytes or, as far as any reader can tell, none. */
  append(bytes: Buffer, durable: boolean): void {
    try {
      this.#mend();
      this.#isTorn = true;
      for (let from = 0; from < bytes.length; ) from += this.#calls.write(this.#fd, bytes, from, bytes.length - from, this.#end + from);
      if (durable) this.#calls.sync(this.#fd);
      this.#isTorn = false;
      this.#end += bytes.length;
    } catch (error) {
      this.#tryMend();
      throw fileError(error, this.path, 'cannot write to the vault');
    }
  }

  close(): void {
    closeSync(this.#fd);
  }

  #mend(): void {
    if (this.#isTorn) this.#calls.truncate(this.#fd, this.#end);
    this.#isTorn = false;
    const { size } = fstatSync(this.#fd);
    if (size !== this.#end) {
      throw new RedactError('VAULT', `the vault ${this.path} has ${size} bytes and should have ${this.#end}: another program writes to it, so nothing was written`);
    }
  }

  #tryMend(): void {
    if (!this.#isTorn) return;
    try {
      this.#calls.truncate(this.#fd, this.#end);
      this.#isTorn = false;
    } catch {
      // Safe to go on: the next append mends first, and the next open cuts off a torn end.
    }
  }
}

/** A new file appears with its whole header or not at all. The caller holds the lock, so nobody else creates it meanwhile. */
export function createFile(path: string, header: Buffer): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const fd = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(fd, header);
    fsyncSync(fd);
    renameSync(draft, path);
  } catch (error) {
    unlinkSync(draft);
    throw error;
  } finally {
    closeSync(fd);
  }
  syncDirectory(dirname(path));
}

function syncDirectory(path: string): void {
  try {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // Some systems cannot sync a directory, and there a rename lasts without it.
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP'].includes(systemCode(error))) throw error;
  }
}
