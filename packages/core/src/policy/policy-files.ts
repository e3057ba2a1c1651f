import { closeSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';
import { fileStart, loadFault, LocatedLoadError } from './policy-fault.js';
import { quote, type Place } from './policy-node.js';
import { maxPolicyBytes } from './yaml-document.js';

/** The real path of an existing regular file; anything else is refused before it is opened, since a pipe would never end. */
export function realFile(path: string, place: Place): string {
  return guarded(place, () => {
    const real = realpathSync(path);
    if (statSync(real).isFile()) return real;
    const message = statSync(real).isDirectory() ? 'this is a directory' : 'this is not a regular file';
    throw loadFault(place, { message, expected: 'a policy file' });
  });
}

export function realDirectory(path: string): string {
  const place = fileStart(path);
  return guarded(place, () => {
    const real = realpathSync(path);
    if (statSync(real).isDirectory()) return real;
    throw loadFault(place, { message: 'the root option is not a directory', expected: 'the folder that holds the policies' });
  });
}

/** Reads one byte more than a policy may have, never all of a file that grows. */
export function readPolicyBytes(path: string, place: Place): Uint8Array {
  return guarded(place, () => {
    const handle = openSync(path, 'r');
    try {
      const size = fstatSync(handle).size;
      if (size > maxPolicyBytes) throw tooLarge(place, size);
      const bytes = new Uint8Array(maxPolicyBytes + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length < bytes.length; length += read) {
        read = readSync(handle, bytes, length, bytes.length - length, null);
      }
      return bytes.subarray(0, length);
    } finally {
      closeSync(handle);
    }
  });
}

export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

export function outside(place: Place, path: string, root: string): LocatedLoadError {
  const message = `${quote(path)} leads out of the policy folder "${root}"`;
  return loadFault(place, { message, expected: 'a file inside it, or a wider root option' });
}

export function tooLarge(place: Place, size: number): LocatedLoadError {
  return loadFault(place, { message: `the policy has ${String(size)} bytes`, expected: `at most ${String(maxPolicyBytes)}` });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'the file may not be read',
  EPERM: 'the file may not be read',
  EISDIR: 'this is a directory',
  ELOOP: 'the symbolic links go in a circle',
  ENAMETOOLONG: 'the path is too long',
};

function guarded<T>(place: Place, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw isLocated(error) ? error : loadFault(place, { message: reasonOf(error), expected: 'a policy file that can be read' }, error);
  }
}

function isLocated(error: unknown): error is LocatedLoadError {
  return error instanceof LocatedLoadError;
}

function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  return Object.hasOwn(reasons, code) ? (reasons[code] ?? code) : `the file cannot be read (${code})`;
}
