import type { ReadCheckpoint } from '../checkpoint/read-record.js';
import { nodeCount, type TreeState } from '../tree/tree-state.js';
import { leavesOf } from './running-tree.js';
import { lineStartBefore } from './scan-lines.js';
import type { Tape } from './tape.js';

/** Read again at every start, if need be: some tenths of a second. */
const NEAR_BYTES = 64 * 1024 * 1024;
const WINDOW_BYTES = 4 * 1024 * 1024;

/** A place in a file, and the tree over all lines before it. */
export interface TreeStart {
  readonly state: TreeState;
  readonly offset: number;
}

/** Where to begin reading so that lines of the last checkpoint are read again; undefined: where its file begins. */
export function resumeStart(latest: ReadCheckpoint, before: ReadCheckpoint | undefined, tape: Tape): TreeStart | undefined {
  const start = startBefore(latest, before);
  const end = latest.record.position?.offset ?? 0;
  if (end - (start?.offset ?? 0) <= NEAR_BYTES) return start;
  return startInWindow(latest, end, tape) ?? start;
}

/** At the checkpoint before it, if that is of the same file. */
function startBefore(latest: ReadCheckpoint, before: ReadCheckpoint | undefined): TreeStart | undefined {
  const [at, from] = [latest.record.position, before?.record.position];
  if (before === undefined || at === null || from === null || from === undefined) return undefined;
  if (from.segment !== at.segment || from.offset >= at.offset || before.checkpoint.size >= latest.checkpoint.size) return undefined;
  return { state: { size: before.checkpoint.size, nodes: before.record.nodes }, offset: from.offset };
}

/** Behind one of the perfect subtrees that a record names: what follows must then make the others. */
export function startInWindow({ checkpoint, record }: ReadCheckpoint, end: number, tape: Tape): TreeStart | null {
  // The offset of each leaf; a torn line and the entry glued to it are two.
  const offsets: number[] = [];
  tape.scan(lineStartBefore(tape, end - WINDOW_BYTES), end, (bytes, offset, length) => {
    offsets.push(offset);
    if (leavesOf(tape, bytes, offset, length).length > 1) offsets.push(-1);
  });
  const { size } = checkpoint;
  let start: TreeStart | null = null;
  for (let step = 2; size % step <= offsets.length && step <= size; step *= 2) {
    const behind = size % step;
    const offset = behind === 0 ? -1 : (offsets.at(-behind) ?? -1);
    if (offset !== -1) start = { state: { size: size - behind, nodes: record.nodes.slice(0, nodeCount(size) - nodeCount(behind)) }, offset };
  }
  return start;
}
