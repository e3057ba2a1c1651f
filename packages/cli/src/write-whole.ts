import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CliError, systemReason } from './errors.js';

type Body = (write: (text: string) => Promise<void>) => Promise<void>;

/** Writes a file that appears with all of its content or not at all, in place of what was there; devices and pipes are written to. */
export async function writeWhole(path: string, mode: number | undefined, body: Body): Promise<void> {
  if (await isDevice(path)) return writeThrough(path, body);
  const draft = join(dirname(path), `.enforcecore-${randomBytes(8).toString('hex')}.tmp`);
  const file = await attempt(path, () => open(draft, 'wx', mode ?? 0o666));
  try {
    try {
      await body((text) => attempt(path, () => file.writeFile(text)));
      // What opens a file with a mode is subject to the mask of the process.
      if (mode !== undefined) await attempt(path, () => permit(file, mode));
    } finally {
      await file.close();
    }
    await attempt(path, () => rename(draft, path));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** A file in its place would be there instead of the device, for the whole system. */
async function isDevice(path: string): Promise<boolean> {
  // What /dev/stdout leads to may be a file, and is not to be replaced either.
  if (/^\/(?:dev|proc)\//.test(resolve(path))) return true;
  try {
    const found = await stat(path);
    return !found.isFile() && !found.isDirectory();
  } catch {
    // Nothing is there, or writing will say why not.
    return false;
  }
}

async function writeThrough(path: string, body: Body): Promise<void> {
  const file = await attempt(path, () => open(path, 'w'));
  try {
    await body((text) => attempt(path, () => file.writeFile(text)));
  } finally {
    await file.close();
  }
}

/** @throws CliError `INPUT` saying why it cannot be written. */
async function attempt<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw new CliError('INPUT', `cannot write ${path}: ${systemReason(error)}`, { cause: error });
  }
}

async function permit(file: FileHandle, mode: number): Promise<void> {
  // Windows has one such bit, and it would keep the file from being replaced.
  if (process.platform !== 'win32') await file.chmod(mode);
}
