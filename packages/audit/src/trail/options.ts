import { TrailError } from '../errors.js';
import type { Witness } from '../witness/witness.js';

/** How a trail is kept. */
export interface TrailOptions {
  /** Start a new segment before an append that finds the file at least this long; 0 or absent: never. */
  readonly rotateBytes?: number | undefined;
  /** Delete closed segments whose last entry is older. */
  readonly retainDays?: number | undefined;
  /** Compress a closed segment once the one after it is closed too. */
  readonly compress?: boolean | undefined;
  /** Ask the file system to refuse anything but appends; an error if it cannot. */
  readonly immutable?: boolean | undefined;
  readonly witness?: Witness | undefined;
  /** What a failing witness does: `throw` (the default) or `warn`. */
  readonly witnessFailure?: 'throw' | 'warn' | undefined;
  /** The clock, in milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface SettledOptions {
  readonly rotateBytes: number;
  readonly retainDays: number;
  readonly compress: boolean;
  readonly immutable: boolean;
  readonly witness: Witness | null;
  readonly witnessFailure: 'throw' | 'warn';
  readonly now: () => number;
  readonly onWarning: (message: string) => void;
}

function amount(path: string, name: string, value: number | undefined): number {
  if (value === undefined) return 0;
  if (Number.isFinite(value) && value >= 0) return value;
  throw new TrailError('OPTIONS', path, `option ${name} refused: expected a number of at least 0, got ${String(value)}: change it`);
}

/** Fills in defaults and refuses what cannot be kept. */
export function settleOptions(path: string, options: TrailOptions): SettledOptions {
  const settled = {
    rotateBytes: amount(path, 'rotateBytes', options.rotateBytes),
    retainDays: amount(path, 'retainDays', options.retainDays),
    compress: options.compress ?? false,
    immutable: options.immutable ?? false,
    witness: options.witness ?? null,
    witnessFailure: options.witnessFailure ?? 'throw',
    now: options.now ?? Date.now,
    onWarning: options.onWarning ?? (() => undefined),
  };
  if (settled.immutable && settled.rotateBytes > 0) {
    throw new TrailError('OPTIONS', path, 'option immutable refused together with rotateBytes: an append-only file cannot be renamed: choose one');
  }
  return settled;
}
