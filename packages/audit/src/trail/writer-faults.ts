import { TrailError } from '../errors.js';

export function replaced(path: string): TrailError {
  return new TrailError('REPLACED', path, `cannot append to ${path}: another file stands in its place: restore it or open the trail anew`);
}

export function truncated(path: string): TrailError {
  return new TrailError('TRUNCATED', path, `cannot append to ${path}: lines already written are gone from the file: verify it, then open the trail anew`);
}

export function tooLarge(path: string, maxBytes: number): TrailError {
  return new TrailError('ENTRY_TOO_LARGE', path, `entry refused: expected at most ${String(maxBytes)} bytes, got a longer line: shorten its texts`);
}
