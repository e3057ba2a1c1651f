import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';

const BLOCK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
const SETTLE_TRIES = 25;
const SETTLE_MS = 2;

/** Some bytes of a file, unpacked; lent until the next ones are asked for. `read` counts bytes of the file itself. */
export interface Block {
  readonly bytes: Buffer;
  readonly read: number;
}

/** The bytes of a plain file between two offsets; the next ones are read while these are looked at. */
export async function* readPlain(handle: FileHandle, from: number, to: number): AsyncGenerator<Block> {
  const first = Buffer.allocUnsafe(Math.max(1, Math.min(BLOCK_BYTES, to - from)));
  const second = Buffer.allocUnsafe(Math.max(1, Math.min(BLOCK_BYTES, to - from - first.length)));
  let pending = readAt(handle, first, from, to);
  try {
    for (let at = from, turn = 0; ; turn = 1 - turn) {
      const bytes = await pending;
      if (bytes.length === 0) break;
      at += bytes.length;
      pending = readAt(handle, turn === 0 ? second : first, at, to);
      yield { bytes, read: at };
    }
  } finally {
    // Whoever stops early leaves a reading under way, which must not outlive the handle.
    await pending.catch(() => undefined);
  }
}

async function readAt(handle: FileHandle, buffer: Buffer, at: number, to: number): Promise<Buffer> {
  if (at >= to) return buffer.subarray(0, 0);
  const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, to - at), at);
  return buffer.subarray(0, bytesRead);
}

/** The unpacked bytes of a gzip file. */
export async function* readPacked(handle: FileHandle): AsyncGenerator<Block> {
  const { size } = await handle.stat();
  const progress = { read: 0 };
  const stream = Readable.from(ownBlocks(handle, size, progress));
  const source = stream.pipe(createGunzip({ chunkSize: BLOCK_BYTES }));
  // pipe forwards no errors.
  stream.on('error', (error) => source.destroy(error));
  try {
    // Gunzip yields buffers: no encoding is set.
    for await (const piece of source) yield { bytes: piece as Buffer, read: progress.read };
  } finally {
    stream.destroy();
  }
}

/** Blocks that are not lent: what unpacks them keeps them for a while. */
async function* ownBlocks(handle: FileHandle, size: number, progress: { read: number }): AsyncGenerator<Buffer> {
  for await (const { bytes, read } of readPlain(handle, 0, size)) {
    progress.read = read;
    yield Buffer.from(bytes);
  }
}

/** The rest of a line that a writer may be in the middle of: what comes within a moment, up to the newline. */
export async function readLineEnd(handle: FileHandle, at: number): Promise<Buffer | null> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  for (let tries = 0; tries < SETTLE_TRIES; tries += 1) {
    const bytes = await readAt(handle, buffer, at, at + BLOCK_BYTES);
    const end = bytes.indexOf(NEWLINE);
    if (end !== -1) return bytes.subarray(0, end + 1);
    await sleep(SETTLE_MS);
  }
  return null;
}
