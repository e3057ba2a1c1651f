import { token } from '../container/token.js';
import type { SandboxLevel } from '../sandbox/level.js';
import type { Outcome } from './outcome.js';
import type { Admits } from './unheld.js';
import type { Walk } from './walk.js';

/**
 * Runs the tool of one walk, at most once, and says how it ended. Never throws: what the tool throws is an outcome.
 * Where a result is a stream, `step` runs each pull of it under what is left of the same deadline.
 */
export interface Executor extends Admits {
  /** The walls that it can put around a tool; `inline`, which is none, by default. */
  readonly levels?: readonly SandboxLevel[];
  execute(walk: Walk): Outcome | Promise<Outcome>;
  step(walk: Walk, pull: () => unknown): unknown;
  /** How a pull of an asynchronous stream ended, under what is left of the deadline; by default it is only waited for so long. */
  wait?(walk: Walk, ended: Promise<Outcome>, leftMs: number | undefined): Promise<Outcome>;
  /** Ends what waits for later calls; asked for by the container at its end. */
  close?(): Promise<void>;
}

export const Executor = token<Executor>('Executor');
