import { TrailError } from '../errors.js';
import { MAX_LINE_BYTES } from './scan-lines.js';

export function replaced(path: string): TrailError {
  return new TrailError('REPLACED', path, `cannot append to ${path}: another file stands in its place: restore it or open the trail anew`);
}

export function truncated(path: string): TrailError {
  return new TrailError('TRUNCATED', path, `cannot append to ${path}: lines already written are gone from the file: verify it, then open the trail anew`);
}

export function tooLarge(path: string, maxBytes: number): TrailError {
  return new TrailError('ENTRY_TOO_LARGE', path, `entry refused: expected at most ${String(maxBytes)} bytes, got a longer line: shorten its texts`);
}

/** A UTF-16 unit takes at most three bytes, so most lines need no counting. */
export function refuseTooLarge(path: string, line: string): void {
  if (line.length > MAX_LINE_BYTES / 3 && Buffer.byteLength(line) > MAX_LINE_BYTES) throw tooLarge(path, MAX_LINE_BYTES);
}
