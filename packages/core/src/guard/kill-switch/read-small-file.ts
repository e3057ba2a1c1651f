import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const pieceBytes = 2 ** 14;

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
    return new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(handle, maxBytes));
  } finally {
    closeSync(handle);
  }
}

/** A piece at a time: what a file says of its size may not hold while it is read. */
function bytesOf(handle: number, maxBytes: number): Buffer {
  const pieces: Buffer[] = [];
  let length = 0;
  for (;;) {
    const piece = Buffer.alloc(pieceBytes);
    const read = readSync(handle, piece, 0, pieceBytes, null);
    if (read === 0) return Buffer.concat(pieces, length);
    pieces.push(piece.subarray(0, read));
    length += read;
    if (length > maxBytes) throw new Error(`it is larger than ${String(maxBytes)} bytes`);
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
