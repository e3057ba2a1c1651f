import { token } from '../container/token.js';

/** Where time comes from. Tests bind a clock that they turn by hand. */
export interface Clock {
  /** Wall-clock time, milliseconds since the epoch; may go back. */
  now(): number;
  /** Milliseconds from an arbitrary start; never goes back. */
  monotonic(): number;
  /** Calls `action` once after `ms`; the returned function takes it back. A timer in the background keeps no process alive. */
  schedule(ms: number, action: () => void, options?: { readonly isBackground?: boolean }): () => void;
}

export const Clock = token<Clock>('Clock');
