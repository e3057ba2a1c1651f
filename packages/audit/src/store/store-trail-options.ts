import type { Signer } from '../checkpoint/signer.js';
import { TrailError } from '../errors.js';
import type { Cosigner } from '../witness/cosigner.js';

/** How a trail in a store is kept. */
export interface StoreTrailOptions {
  /** Signs checkpoints; without one they are made unsigned. */
  readonly signer?: Signer | undefined;
  /** The log's name in unsigned checkpoints; the signer's name where there is one. */
  readonly origin?: string | undefined;
  /** A checkpoint after this many entries; 1000. 0: never. */
  readonly checkpointEntries?: number | undefined;
  /** A checkpoint this many seconds after an entry that none covers; 60. 0: never. */
  readonly checkpointSeconds?: number | undefined;
  /** Gets the cosignatures of witnesses for every new checkpoint; no append waits for them, closing does. */
  readonly cosigner?: Cosigner | undefined;
  /** How many entries go to a store at once where it has to be waited for, 1 to 10,000; 64. */
  readonly batchEntries?: number | undefined;
  /** The clock, in milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface SettledStoreTrailOptions {
  readonly signer: Signer | null;
  readonly origin: string;
  readonly checkpointEntries: number;
  readonly checkpointSeconds: number;
  readonly cosigner: Cosigner | null;
  readonly batchEntries: number;
  readonly now: () => number;
  readonly onWarning: (message: string) => void;
}

const MAX_BATCH = 10_000;
// A timer that is set for longer fires at once.
const MAX_SECONDS = 2_147_483;

function amount(location: string, name: string, value: number, least: number, most: number): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value;
  throw new TrailError('OPTIONS', location, `option ${name} refused: expected a number from ${String(least)} to ${String(most)}: change it`);
}

/** Fills in defaults and refuses what cannot be kept. */
export function settleStoreTrailOptions(location: string, options: StoreTrailOptions): SettledStoreTrailOptions {
  const { checkpointEntries = 1000, checkpointSeconds = 60, batchEntries = 64 } = options;
  return {
    signer: options.signer ?? null,
    origin: options.origin ?? `local/${location.slice(Math.max(location.lastIndexOf('/'), location.indexOf(':')) + 1)}`,
    checkpointEntries: amount(location, 'checkpointEntries', checkpointEntries, 0, Number.MAX_SAFE_INTEGER),
    checkpointSeconds: amount(location, 'checkpointSeconds', checkpointSeconds, 0, MAX_SECONDS),
    cosigner: options.cosigner ?? null,
    batchEntries: Math.floor(amount(location, 'batchEntries', batchEntries, 1, MAX_BATCH)),
    now: options.now ?? Date.now,
    onWarning: options.onWarning ?? (() => undefined),
  };
}
