/** One thing that lua/update.ts does, with its letter first in `args`. */
export interface Operation {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** What belongs together: sent in one message, and sent again as a whole. */
export type Parcel = readonly Operation[];
