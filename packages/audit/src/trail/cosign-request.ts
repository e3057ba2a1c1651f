import type { ReadCheckpoint } from '../checkpoint/read-record.js';
import { isClosing } from '../entry/detail.js';
import { detailOf, glance, rawMember } from '../entry/glance.js';
import { leafHash } from '../tree/tree-state.js';
import type { CheckpointFile } from './checkpoint-file.js';
import { stateOf, type ProvableLog } from './checkpoint-work.js';
import { leavesOf, treeOf } from './running-tree.js';
import { listSegments, readSegment } from './segment-files.js';
import type { Writer } from './writer.js';

/** The newest checkpoint that covers at most so many leaves and says where the next one stands. */
function newestWithin(records: readonly ReadCheckpoint[], atMost: number): ReadCheckpoint | undefined {
  let best: ReadCheckpoint | undefined;
  for (const read of records) {
    const { size } = read.checkpoint;
    if (size <= atMost && read.record.position !== null && size > (best?.checkpoint.size ?? -1)) best = read;
  }
  return best;
}

/** Leaves of a closed segment from an offset on, up to its closing line. */
function* leavesOfSegment(bytes: Buffer, from: number): Generator<string> {
  for (let start = from, end = bytes.indexOf(0x0a, start); end !== -1; end = bytes.indexOf(0x0a, start)) {
    const line = bytes.subarray(start, end);
    start = end + 1;
    const found = glance(line.toString('latin1'));
    if (found === null) {
      yield leafHash(line);
      continue;
    }
    if (found.torn > 0) yield leafHash(line.subarray(0, found.torn));
    yield found.hash;
    if (rawMember(found.text, 'kind') === '"segment"' && isClosing({ kind: 'segment', detail: detailOf(found.text) })) return;
  }
}

function* leavesFrom(writer: Writer, start: ReadCheckpoint | undefined, from: number, size: number): Generator<string> {
  const { segment: first, offset } = start?.record.position ?? { segment: 1, offset: 0 };
  const { tape } = writer;
  let index = start?.checkpoint.size ?? 0;
  const wanted = function* (leaves: Iterable<string>): Generator<string> {
    for (const leaf of leaves) {
      if (index >= from && index < size) yield leaf;
      index += 1;
    }
  };
  let next = first;
  for (const segment of listSegments(writer.path, writer.options.files)) {
    if (segment.ordinal < first || segment.ordinal >= tape.ordinal) continue;
    const content = segment.ordinal === next ? readSegment(segment, writer.options.files) : null;
    // Deleted: what is asked for cannot be proved.
    if (content === null) return;
    yield* wanted(leavesOfSegment(content, segment.ordinal === first ? offset : 0));
    next += 1;
  }
  if (next !== tape.ordinal) return;
  const leaves: string[] = [];
  tape.scan(first === tape.ordinal ? offset : 0, tape.size, (bytes, at, length) => {
    leaves.push(...leavesOf(tape, bytes, at, length));
  });
  yield* wanted(leaves);
}

interface FileLog {
  readonly file: CheckpointFile;
  /** A checkpoint that is at hand: what begins there needs no other one looked for. */
  readonly confirmed: ReadCheckpoint | null;
  /** The writer by now: a trail may be opened anew. */
  readonly writer: () => Writer;
}

/** What witnesses need of a trail of files, up to a checkpoint. All of it is read only when it is asked for. */
export function fileLog({ checkpoint: { size } }: ReadCheckpoint, { file, confirmed, writer }: FileLog): ProvableLog {
  const then = writer();
  let records: readonly ReadCheckpoint[] | undefined;
  const kept = (atMost: number): ReadCheckpoint | undefined => {
    if (confirmed?.checkpoint.size === atMost) return confirmed;
    return newestWithin((records ??= file.all()), atMost);
  };
  return {
    stateAt: (atMost) => stateOf(kept(atMost)),
    leavesFrom: (from) => leavesFrom(then, kept(from), from, size),
    sizeNow: () => treeOf(writer()).size,
  };
}
