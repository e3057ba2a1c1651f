import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, fsyncSync, linkSync, mkdirSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { AuditError } from '../errors.js';

const keyForm = /^[0-9a-f]{64}$/;
const keyLength = 64;

/**
 * The text of a digest key that is kept in a file: 64 hex digits. Where there is none it is made, readable by its owner
 * only; of two processes that make it at the same moment both get the same one.
 *
 * @throws AuditError when the file can be neither read nor made, or holds something else.
 */
export function keptDigestKey(path: string): string {
  try {
    return readKey(path) ?? makeKey(path);
  } catch (error) {
    if (error instanceof AuditError) throw error;
    throw refused(path, `cannot be read or made (${codeOf(error)}): let this user write its folder, or set auditDigestKey`, error);
  }
}

function makeKey(path: string): string {
  const draft = `${path}.${randomBytes(8).toString('hex')}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeWhole(draft, `${randomBytes(32).toString('hex')}\n`);
    // A link appears whole or not at all, so that nobody reads half a key, and it never replaces one.
    linkSync(draft, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  syncFolder(dirname(path));
  const key = readKey(path);
  if (key === undefined) throw refused(path, 'was removed while it was made: see who writes its folder');
  return key;
}

function writeWhole(path: string, text: string): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    if (writeSync(fd, text) !== text.length) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Entries on disk must not outlive the name of their key. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** `undefined` where there is no file. */
function readKey(path: string): string | undefined {
  let fd: number;
  try {
    // Not blocking: a FIFO in its place must not hang the process.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const buffer = Buffer.alloc(keyLength + 2);
    const text = buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, null)).trimEnd();
    if (!keyForm.test(text)) throw refused(path, 'does not hold 64 hex digits: restore it, or remove it for a new key');
    // Whoever has the key can guess what was digested, entry by entry.
    const mode = fstatSync(fd).mode & 0o777;
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw refused(path, `may be used by others than its owner (mode ${mode.toString(8)}): chmod 600 it, and see who has read it`);
    }
    return text;
  } finally {
    closeSync(fd);
  }
}

function refused(path: string, why: string, cause?: unknown): AuditError {
  return new AuditError(`the key of the digests, ${path}, ${why}`, { cause });
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'an unknown error';
}
