import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { createReadStream } from 'node:fs';
import type { OpenDetail } from '../entry/detail.js';
import { fileError, TrailError } from '../errors.js';
import { openingOf } from '../entry/opening.js';
import { listSegments, segmentNumber } from './segment-files.js';

const CHUNK_BYTES = 1024 * 1024;
const OPENING_BYTES = 8192;

/** One file of a trail, as it is read. */
export interface TrailFile {
  readonly path: string;
  readonly compressed: boolean;
  readonly ordinal: number;
  readonly opening: OpenDetail | null;
  /** Bytes on disk when the reading began; what is appended later is not read. */
  readonly bytes: number;
}

/** The files of a trail, oldest first. */
export interface TrailFiles {
  readonly files: readonly TrailFile[];
  /** A closed segment was named, not a trail. */
  readonly lone: boolean;
}

function firstPlain(path: string): string {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(OPENING_BYTES);
    return bytes.toString('latin1', 0, readSync(fd, bytes, 0, OPENING_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}

async function firstUnpacked(path: string): Promise<string> {
  const stream = createReadStream(path);
  const source = stream.pipe(createGunzip());
  // pipe forwards no errors.
  stream.on('error', (error) => source.destroy(error));
  let text = '';
  try {
    for await (const chunk of source) {
      // Gunzip yields buffers: no encoding is set.
      text += (chunk as Buffer).toString('latin1');
      if (text.length >= OPENING_BYTES || text.includes('\n')) break;
    }
  } finally {
    stream.destroy();
  }
  return text;
}

async function readOpening(path: string, compressed: boolean): Promise<OpenDetail | null> {
  if (!compressed) return openingOf(firstPlain(path));
  try {
    return openingOf(await firstUnpacked(path));
  } catch {
    // A damaged archive has no opening; reading it in full tells what is wrong with it.
    return null;
  }
}

async function describe(path: string, compressed: boolean, ordinal: number | null): Promise<TrailFile> {
  const stats = statSync(path);
  if (!stats.isFile()) {
    throw new TrailError('NOT_A_FILE', path, `cannot read trail ${path}: it is not a regular file: give the path of a file`);
  }
  const opening = await readOpening(path, compressed);
  return { path, compressed, ordinal: ordinal ?? (opening?.previous ?? 0) + 1, opening, bytes: stats.size };
}

/** Finds every file of the trail at a path; a path of a closed segment means that one alone. */
export async function findTrailFiles(path: string): Promise<TrailFiles> {
  try {
    const number = segmentNumber(path);
    if (number !== null) return { files: [await describe(path, path.endsWith('.gz'), number)], lone: true };
    const active = await describe(path, false, null);
    const files: TrailFile[] = [];
    for (const segment of listSegments(path)) {
      // During a rotation the active file already has its segment name too.
      if (segment.ordinal < active.ordinal) files.push(await describe(segment.path, segment.compressed, segment.ordinal));
    }
    return { files: [...files, active], lone: false };
  } catch (error) {
    throw fileError(error, path, 'cannot read trail');
  }
}

/** The decompressed bytes of one file, in pieces; each piece is the caller's to keep. */
export async function* readPieces(file: TrailFile): AsyncGenerator<Buffer> {
  if (file.compressed) {
    const stream = createReadStream(file.path);
    const source = stream.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
    stream.on('error', (error) => source.destroy(error));
    // Gunzip yields buffers: no encoding is set.
    for await (const piece of source) yield piece as Buffer;
    return;
  }
  const handle = await open(file.path, 'r');
  try {
    for (let at = 0; at < file.bytes; ) {
      const piece = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, file.bytes - at));
      const { bytesRead } = await handle.read(piece, 0, piece.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** Whether the last byte is a newline; a writer may be in the middle of its line. */
export function endsWithNewline(path: string): { readonly ends: boolean; readonly bytes: number } {
  const fd = openSync(path, 'r');
  try {
    const { size } = fstatSync(fd);
    const last = Buffer.alloc(1);
    if (size > 0) readSync(fd, last, 0, 1, size - 1);
    return { ends: size === 0 || last[0] === 0x0a, bytes: size };
  } finally {
    closeSync(fd);
  }
}
