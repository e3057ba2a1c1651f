import type { OpenDetail } from '../../entry/detail.js';
import { EMPTY_TREE, type TreeState } from '../../tree/tree-state.js';
import type { LineCheck } from '../line-check.js';
import type { Place, Verdict } from '../verdict.js';

/** A file of a trail, as far as its neighbours are concerned. */
export interface Segment {
  readonly path: string;
  /** Its number when it is closed. */
  readonly ordinal: number;
  /** What its first line says, if that is a segment entry. */
  readonly opening: OpenDetail | null;
}

/** The tree before a trail's first file. The first of all has nothing before it, whatever it says. */
export function treeBefore(first: Segment | undefined): TreeState {
  return first?.opening == null || first.ordinal <= 1 ? EMPTY_TREE : first.opening;
}

function fileOf({ path }: Segment, line = 0): Place {
  return { file: path, line, index: null, entry_id: null };
}

/** Every file continues the one before it. */
export class SegmentCheck {
  readonly #verdict: Verdict;
  readonly #lines: LineCheck;

  constructor(verdict: Verdict, lines: LineCheck) {
    this.#verdict = verdict;
    this.#lines = lines;
  }

  start(file: Segment, previous: Segment | undefined): void {
    if (previous !== undefined && file.ordinal !== previous.ordinal + 1) {
      this.#verdict.fail('gaps', fileOf(file), `segment ${String(previous.ordinal + 1)} is missing`);
    }
    if ((file.opening?.previous ?? 0) !== file.ordinal - 1) {
      this.#verdict.fail('gaps', fileOf(file, 1), `the first line does not continue segment ${String(file.ordinal - 1)}`);
    }
  }

  end(file: Segment, next: Segment | undefined): void {
    const { behind } = this.#lines;
    if (next === undefined && behind > 0) this.#verdict.doubt('gaps', `${String(behind)} lines stand behind the one that closes the current file, and no file follows: they are no part of the log`);
    if (next !== undefined && !this.#lines.isClosed) this.#verdict.fail('gaps', fileOf(file), 'the segment has no closing line');
  }

  /** What stands before the first file was deleted, and an entry says so. */
  conclude(first: Segment | undefined, isLone: boolean): void {
    const { removedThrough, hasDoubtful } = this.#lines.gaps;
    if (isLone) {
      this.#verdict.doubt('gaps', 'one closed segment was verified alone');
    } else if (first !== undefined && first.ordinal > removedThrough + 1) {
      const range = `${String(removedThrough + 1)} to ${String(first.ordinal - 1)}`;
      this.#verdict.fail('gaps', fileOf(first), `segments ${range} are missing and no entry ${hasDoubtful ? 'that a checkpoint covers ' : ''}says they were deleted`);
    } else if (removedThrough > 0) {
      this.#verdict.note('gaps', `segments through ${String(removedThrough)} were deleted, as an entry says`);
    }
  }
}
