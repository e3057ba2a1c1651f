import { open, type FileHandle } from 'node:fs/promises';
import { fileError } from '../errors.js';

/** Every process may have more than this open. */
const MOST_HELD = 512;

/** Files that are opened before the first is read, so that none is packed or deleted before its turn. */
export class HeldFiles {
  readonly #handles = new Map<string, FileHandle>();

  /** Opens all of them; false where there are too many: then each is opened when it is read. */
  async open(paths: readonly string[]): Promise<boolean> {
    if (paths.length > MOST_HELD) return false;
    for (const path of paths) this.#handles.set(path, await opened(path));
    return true;
  }

  /** Lets a file be read, which is closed again unless it is held. */
  async use<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    const held = this.#handles.get(path);
    if (held !== undefined) return work(held);
    const handle = await opened(path);
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  }

  async close(): Promise<void> {
    for (const handle of this.#handles.values()) await handle.close();
    this.#handles.clear();
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw fileError(error, path, 'cannot read trail');
  }
}
