import { gunzipSync } from 'node:zlib';
import { systemCode, TrailError } from '../errors.js';

// Each line holds at least sixty bytes that do not pack, so lines pack to a fifteenth at best.
const MOST_GROWTH = 200;
const LEAST_LIMIT = 64 * 1024 * 1024;

/** A packed segment's content. What grows to far more was not packed by a rotation and would fill the memory: `TrailError` IO. */
export function unpack(packed: Buffer, path: string): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: Math.max(LEAST_LIMIT, packed.length * MOST_GROWTH) });
  } catch (error) {
    if (systemCode(error) !== 'ERR_BUFFER_TOO_LARGE') throw error;
    throw new TrailError('IO', path, `cannot read trail ${path}: it unpacks to far more than lines of a trail do: restore it`, { cause: error });
  }
}
