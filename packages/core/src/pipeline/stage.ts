import { token } from '../container/token.js';
import type { Walk } from './walk.js';

/** The rooms of the house, outermost first. This is the only place that knows the order. */
export const roomOrder = [
  'notify',
  'record',
  'receive',
  'tally',
  'reveal',
  'guards',
  'decide',
  'reserve',
  'inspect',
  'redact',
  'recheck',
  'journal',
] as const;

export type Room = (typeof roomOrder)[number];

/**
 * A room with two optional doors.
 *
 * `enter` runs on the way in, before the tool; throwing blocks the call. `leave` runs on the way out, for every stage
 * whose `enter` was begun, whatever happened further in; throwing withholds the result. Either may return a promise, but
 * in front of a synchronous tool a promise is refused, because nothing can wait for it; `canWait` tells which it is.
 */
export interface Stage {
  readonly room: Room;
  /** Names the service in error messages; the room's name by default. */
  readonly name?: string;
  enter?(walk: Walk, canWait: boolean): void | Promise<void>;
  leave?(walk: Walk, canWait: boolean): void | Promise<void>;
  /** Milliseconds that `enter` may wait on top of the time that the call has: for waits with a deadline of their own. */
  ownWaitMs?(walk: Walk): number;
  /**
   * Called once when the result is a stream; the filter then sees every chunk before the consumer does. An iterator
   * gives `items`, each a value of its own; an asynchronous source gives `chunks`, whose text is one text.
   */
  follow?(walk: Walk, gives: 'items' | 'chunks'): ChunkFilter | undefined;
}

/**
 * Sees the chunks of a streamed result in order. Throwing ends the stream with that error. Promises are for `chunks`
 * alone: the reader of an iterator cannot wait.
 */
export interface ChunkFilter {
  push(chunk: unknown): readonly unknown[] | Promise<readonly unknown[]>;
  /** The source has ended: whatever was held back. */
  end(): readonly unknown[] | Promise<readonly unknown[]>;
  /** A generator's return value; kept as it is when there is no such method. */
  last?(value: unknown): unknown;
}

/** Bind to add a stage of your own: it is placed after the built-in stage of the room that it names. */
export const Stage = token<Stage>('Stage');
