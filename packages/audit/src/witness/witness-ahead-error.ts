import { TrailError } from '../errors.js';

/**
 * A witness has seen a longer log than the checkpoint is about: the log was rolled back, or, where several processes write
 * it, another one was faster with a later checkpoint.
 */
export class WitnessAheadError extends TrailError {
  /** How many leaves the witness has seen. */
  readonly seen: number;

  constructor(witness: string, seen: number, size: number) {
    const what = `it has seen ${seen} leaves, this checkpoint is about ${size}`;
    const advice = 'unless another process made a later checkpoint, the log was rolled back: verify the trail';
    super('CHECKPOINT', '', `no cosignature by witness ${witness}: ${what}: ${advice}`);
    this.seen = seen;
  }
}
