import { isHash } from '../entry/digest.js';
import { TrailError } from '../errors.js';
import { nodeCount, rootOf } from '../tree/tree-state.js';
import { parseCheckpoint, type Checkpoint } from './checkpoint.js';
import type { CheckpointRecord } from './checkpoint-record.js';
import { parseSignedNote } from './signed-note.js';

/** No record is longer: 53 hashes, a note and its signatures. */
export const MAX_RECORD_CHARS = 1024 * 1024;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A record, and what its note says. */
export interface ReadCheckpoint {
  readonly record: CheckpointRecord;
  readonly checkpoint: Checkpoint;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isPosition(value: unknown): value is CheckpointRecord['position'] {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  // Both members are checked before use.
  const { segment, offset } = value as { readonly segment?: unknown; readonly offset?: unknown };
  return isCount(segment) && isCount(offset);
}

/** The line that is kept for a record, with its newline. */
export function recordLine({ note, nodes, position, time }: CheckpointRecord): string {
  return `${JSON.stringify({ nodes, note, position, time })}\n`;
}

/** Reads one kept record; throws `TrailError` FORMAT where it is none, or its nodes do not make the root that its note states. */
export function readRecord(line: string): ReadCheckpoint {
  if (line.length > MAX_RECORD_CHARS) throw new TrailError('FORMAT', '', 'not a checkpoint record: it is too long');
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new TrailError('FORMAT', '', 'not a checkpoint record: it is not JSON', { cause: error });
  }
  if (typeof value !== 'object' || value === null) throw new TrailError('FORMAT', '', 'not a checkpoint record: it is not an object');
  // An object may be read by any key; every value read is checked.
  const { note, nodes, position, time } = value as { readonly [K in keyof CheckpointRecord]?: unknown };
  if (typeof note !== 'string' || !Array.isArray(nodes) || !nodes.every(isHash) || !isPosition(position) || typeof time !== 'string' || !TIME.test(time)) {
    throw new TrailError('FORMAT', '', 'not a checkpoint record: expected note, nodes, position and time');
  }
  const checkpoint = parseCheckpoint(parseSignedNote(note, { allowUnsigned: true }).text);
  if (nodes.length !== nodeCount(checkpoint.size) || rootOf({ size: checkpoint.size, nodes }) !== checkpoint.root) {
    throw new TrailError('FORMAT', '', 'not a checkpoint record: its nodes do not make the root that its note states');
  }
  return { record: { note, nodes, position, time }, checkpoint };
}
