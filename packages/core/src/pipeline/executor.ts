import { token } from '../container/token.js';
import type { Outcome } from './outcome.js';
import type { Walk } from './walk.js';

/**
 * Runs the tool of one walk, at most once, and says how it ended. Never throws: what the tool throws is an outcome.
 * Where a result is a stream, `step` runs each pull of it under what is left of the same deadline.
 */
export interface Executor {
  /** The strategies of `rules.sandbox` that it offers; none by default. */
  readonly sandboxes?: readonly string[];
  execute(walk: Walk): Outcome | Promise<Outcome>;
  step(walk: Walk, pull: () => unknown): unknown;
}

export const Executor = token<Executor>('Executor');
