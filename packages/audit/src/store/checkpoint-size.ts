import { parseSize } from '../checkpoint/checkpoint.js';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';

/** How many leaves a record covers by its note; as many as there can be where that is no number: whoever goes on from it then finds that it is none. */
export function checkpointSize({ note }: CheckpointRecord): number {
  return parseSize(note.split('\n', 2)[1] ?? '') ?? Number.MAX_SAFE_INTEGER;
}

/** The record that covers more leaves, or the later one. */
export function largerOf(before: CheckpointRecord | null, record: CheckpointRecord): CheckpointRecord {
  return before !== null && checkpointSize(before) > checkpointSize(record) ? before : record;
}
