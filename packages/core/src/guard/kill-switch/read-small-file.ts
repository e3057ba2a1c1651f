import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/**
 * The text of a small file, or `undefined` where there is none. Never waits: a pipe or a device is refused.
 *
 * @throws Error saying why it cannot be read: not a file, too large, no permission, not UTF-8.
 */
export function readSmallFile(path: string, maxBytes: number): string | undefined {
  const handle = open(path);
  if (handle === undefined) return undefined;
  try {
    if (!fstatSync(handle).isFile()) throw new Error('it is no file');
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) read = readSync(handle, bytes, length, bytes.length - length, null);
    if (length > maxBytes) throw new Error(`it is larger than ${String(maxBytes)} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length));
  } finally {
    closeSync(handle);
  }
}

function open(path: string): number | undefined {
  try {
    // Windows has no such flag, and no pipes among its files.
    return openSync(path, constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0));
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
