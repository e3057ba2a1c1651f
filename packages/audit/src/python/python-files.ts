import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileError, systemCode, TrailError } from '../errors.js';

const ROTATED = /\.(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)\.jsonl(\.gz)?$/;

/** One file of a trail of the Python EnforceCore. */
export interface PythonFile {
  readonly path: string;
  readonly compressed: boolean;
  /** Bytes on disk when the verification began. */
  readonly bytes: number;
}

/** The files of a trail, oldest first; `lone`: a rotated file was named, not a trail. */
export interface PythonFiles {
  readonly files: readonly PythonFile[];
  readonly lone: boolean;
}

function describe(path: string): PythonFile {
  const stats = statSync(path);
  if (!stats.isFile()) throw new TrailError('NOT_A_FILE', path, `cannot read trail ${path}: it is not a regular file: give the path of a file`);
  return { path, compressed: path.endsWith('.gz'), bytes: stats.size };
}

/** `stem.YYYY-MM-DDTHH-MM-SS.jsonl` or the same with `.gz`, which sort as they were made; a plain file wins over its packed copy. */
function rotated(path: string): PythonFile[] {
  const stem = basename(path).replace(/\.jsonl$/, '');
  const found = new Map<string, PythonFile>();
  for (const name of readdirSync(dirname(path)).sort()) {
    const match = ROTATED.exec(name);
    const time = match?.[1];
    if (match === null || time === undefined || name.slice(0, match.index) !== stem) continue;
    if (!found.has(time)) found.set(time, describe(join(dirname(path), name)));
  }
  return [...found.values()];
}

function find(path: string): PythonFiles {
  if (ROTATED.test(path) || path.endsWith('.gz')) return { files: [describe(path)], lone: true };
  const closed = rotated(path);
  try {
    return { files: [...closed, describe(path)], lone: false };
  } catch (error) {
    // Between a rotation and the next entry the reference has no active file.
    if (systemCode(error) === 'ENOENT' && closed.length > 0) return { files: closed, lone: false };
    throw error;
  }
}

/** Finds a trail and the files that the reference's rotator made of it; the path of a rotated file means that one alone. */
export function findPythonFiles(path: string): PythonFiles {
  try {
    return find(path);
  } catch (error) {
    throw fileError(error, path, 'cannot read trail');
  }
}
