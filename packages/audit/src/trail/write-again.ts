import { TrailError } from '../errors.js';
import type { Files } from './files.js';
import { isSameFile } from './segment-files.js';

const CHUNK_BYTES = 256 * 1024;

export interface Rewriting {
  /** Those the file may have now; under none of them nobody will read it. */
  readonly names: readonly string[];
  readonly from: number;
  /** Gets the descriptor through which it was written. */
  readonly end?: ((target: number) => void) | undefined;
}

/**
 * Writes the rest of an open file over itself. A sync that failed leaves what it did not write marked as written, so that
 * the next one succeeds without it (Linux, "fsyncgate"); what is written again is synced again.
 */
export function writeAgain(files: Files, fd: number, { names, from, end }: Rewriting): void {
  const { ino, dev, size } = files.fstatSync(fd);
  const name = names.find((candidate) => isSameFile(candidate, ino, dev, files));
  if (name === undefined) return;
  // Through a descriptor that appends nothing can be written in place.
  const target = files.openSync(name, 'r+');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let at = from; at < size; ) {
      const got = files.readSync(target, chunk, 0, Math.min(CHUNK_BYTES, size - at), at);
      if (got === 0) break;
      if (files.rewriteSync(target, chunk, got, at) !== got) {
        throw new TrailError('NO_SPACE', name, `cannot write the end of ${name} again: the disk or quota is full: free space, then repeat`);
      }
      at += got;
    }
    end?.(target);
  } finally {
    files.closeSync(target);
  }
}
