import { basename, dirname, join } from 'node:path';
import { systemCode } from '../errors.js';
import { nodeFiles, type Files } from './files.js';
import { unpack } from './unpack.js';

const DIGITS = 6;
const LONE = /\.(\d{6,})\.jsonl(\.gz)?$/;

function stem(path: string): string {
  return path.endsWith('.jsonl') ? path.slice(0, -'.jsonl'.length) : path;
}

/** The name a file gets when it is the n-th to be closed. */
export function segmentPath(path: string, ordinal: number): string {
  return `${stem(path)}.${String(ordinal).padStart(DIGITS, '0')}.jsonl`;
}

/** The number in a closed segment's name, or null for an active trail. */
export function segmentNumber(path: string): number | null {
  const found = LONE.exec(path)?.[1];
  return found === undefined ? null : Number(found);
}

/** One closed segment on disk. */
export interface SegmentFile {
  readonly ordinal: number;
  readonly path: string;
  readonly compressed: boolean;
}

/** The closed segments beside a trail, oldest first; a plain file wins over its compressed copy. */
export function listSegments(path: string, files: Files = nodeFiles): SegmentFile[] {
  const prefix = `${basename(stem(path))}.`;
  const found = new Map<number, SegmentFile>();
  for (const name of files.readdirSync(dirname(path))) {
    if (!name.startsWith(prefix)) continue;
    const match = /^(\d{6,})\.jsonl(\.gz)?$/.exec(name.slice(prefix.length));
    if (match === null) continue;
    const ordinal = Number(match[1]);
    const compressed = match[2] !== undefined;
    if (compressed && found.has(ordinal)) continue;
    found.set(ordinal, { ordinal, path: join(dirname(path), name), compressed });
  }
  return [...found.values()].sort((a, b) => a.ordinal - b.ordinal);
}

/** Runs a step that another writer may have done already; false if it had. */
export function claimed(step: () => void, taken: 'EEXIST' | 'ENOENT'): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (systemCode(error) === taken) return false;
    throw error;
  }
}

/** Runs a step on a file that another writer may take away at any moment; null if it has. */
export function unlessGone<T>(step: () => T): T | null {
  try {
    return step();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** A closed segment's content, also if it was compressed since it was listed; null if it was deleted. */
export function readSegment({ path, compressed }: SegmentFile, files: Files): Buffer | null {
  const plain = compressed ? null : unlessGone(() => files.readFileSync(path));
  if (plain !== null) return plain;
  const packed = unlessGone(() => files.readFileSync(compressed ? path : `${path}.gz`));
  return packed === null ? null : unpack(packed, path);
}

/** Whether a path names exactly this file; false if it names none. */
export function isSameFile(path: string, ino: number, dev: number, files: Files = nodeFiles): boolean {
  try {
    const stats = files.statSync(path);
    return stats?.ino === ino && stats.dev === dev;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
