import type { Signer } from '../checkpoint/signer.js';
import { TrailError } from '../errors.js';
import type { Cosigner } from '../witness/cosigner.js';
import type { Witness } from '../witness/witness.js';
import { nodeFiles, type Files } from './files.js';

/**
 * What an entry survives once it is acknowledged: `process` the death of the process (`kill -9`), `power` also the loss
 * of power (fdatasync; calls that can wait share one), `buffered` neither: up to `flushEntries` may be lost.
 */
export type Durability = 'process' | 'power' | 'buffered';

/** How a trail is kept. */
export interface TrailOptions {
  /** `process` unless said otherwise. */
  readonly durability?: Durability | undefined;
  /** Mode `buffered`: how many entries are held back at most; 16. They are written after 50 ms at the latest, if the event loop runs. */
  readonly flushEntries?: number | undefined;
  /** Signs checkpoints; without one they are made unsigned. */
  readonly signer?: Signer | undefined;
  /** The log's name in unsigned checkpoints; the signer's name where there is one. */
  readonly origin?: string | undefined;
  /** A checkpoint after this many entries; 1000. 0: never. */
  readonly checkpointEntries?: number | undefined;
  /** A checkpoint this many seconds after an entry that none covers; 60. 0: never. */
  readonly checkpointSeconds?: number | undefined;
  /** Gets the cosignatures of witnesses for every new checkpoint. */
  readonly cosigner?: Cosigner | undefined;
  /** Start a new segment before an append that finds the file at least this long; 0 or absent: never. */
  readonly rotateBytes?: number | undefined;
  /** Start a new segment before an append that finds the file's first entry at least this old, in milliseconds; 0 or absent: never. */
  readonly rotateMs?: number | undefined;
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
  /** The file system; for tests that let it fail. */
  readonly files?: Files | undefined;
}

export interface SettledOptions {
  readonly durability: Durability;
  readonly flushEntries: number;
  readonly signer: Signer | null;
  readonly origin: string | null;
  readonly checkpointEntries: number;
  readonly checkpointSeconds: number;
  readonly cosigner: Cosigner | null;
  readonly rotateBytes: number;
  readonly rotateMs: number;
  readonly retainDays: number;
  readonly compress: boolean;
  readonly immutable: boolean;
  readonly witness: Witness | null;
  readonly witnessFailure: 'throw' | 'warn';
  readonly now: () => number;
  readonly onWarning: (message: string) => void;
  readonly files: Files;
}

/** How often a writer looks whether the file that it writes to is still the trail. */
export const LOOK_EVERY_MS = 250;

const DEFAULT_FLUSH_ENTRIES = 16;
const DEFAULT_CHECKPOINT_ENTRIES = 1000;
const DEFAULT_CHECKPOINT_SECONDS = 60;
const DURABILITIES: ReadonlySet<unknown> = new Set(['process', 'power', 'buffered']);

function amount(path: string, name: string, value: number | undefined, otherwise = 0): number {
  if (value === undefined) return otherwise;
  if (Number.isFinite(value) && value >= 0) return value;
  throw new TrailError('OPTIONS', path, `option ${name} refused: expected a number of at least 0, got ${String(value)}: change it`);
}

function durability(path: string, value: unknown): Durability {
  if (value === undefined) return 'process';
  // The set holds exactly the type's members.
  if (DURABILITIES.has(value)) return value as Durability;
  throw new TrailError('OPTIONS', path, "option durability refused: expected 'process', 'power' or 'buffered': change it");
}

/** Fills in defaults and refuses what cannot be kept. */
export function settleOptions(path: string, options: TrailOptions): SettledOptions {
  const settled = {
    durability: durability(path, options.durability),
    flushEntries: Math.max(1, amount(path, 'flushEntries', options.flushEntries, DEFAULT_FLUSH_ENTRIES)),
    signer: options.signer ?? null,
    origin: options.origin ?? null,
    checkpointEntries: amount(path, 'checkpointEntries', options.checkpointEntries, DEFAULT_CHECKPOINT_ENTRIES),
    checkpointSeconds: amount(path, 'checkpointSeconds', options.checkpointSeconds, DEFAULT_CHECKPOINT_SECONDS),
    cosigner: options.cosigner ?? null,
    rotateBytes: amount(path, 'rotateBytes', options.rotateBytes),
    rotateMs: amount(path, 'rotateMs', options.rotateMs),
    retainDays: amount(path, 'retainDays', options.retainDays),
    compress: options.compress ?? false,
    immutable: options.immutable ?? false,
    witness: options.witness ?? null,
    witnessFailure: options.witnessFailure ?? 'throw',
    now: options.now ?? Date.now,
    onWarning: options.onWarning ?? (() => undefined),
    files: options.files ?? nodeFiles,
  };
  if (settled.immutable && (settled.rotateBytes > 0 || settled.rotateMs > 0)) {
    throw new TrailError('OPTIONS', path, 'option immutable refused together with rotation: an append-only file cannot be renamed: choose one');
  }
  return settled;
}
