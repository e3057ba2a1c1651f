import type { VerifierKey } from '../checkpoint/verifier-key.js';
import { isHash } from '../entry/digest.js';
import { TrailError } from '../errors.js';
import type { WitnessPolicy } from '../witness/witness-policy.js';
import type { Expectation } from './checks/expectation-check.js';

/** What to hold a log against, and how to read it. */
export interface VerifyOptions extends Expectation {
  /** C2SP verifier keys, as text or read: every checkpoint must be signed by one of them. */
  readonly keys?: readonly (string | VerifierKey)[] | undefined;
  /** A signed note that was kept elsewhere: the log must have its root at its size. */
  readonly checkpoint?: string | undefined;
  /** Whose cosignatures make a checkpoint believable, as text or read. */
  readonly witnessPolicy?: string | WitnessPolicy | undefined;
  /** What a `FileWitness` wrote. */
  readonly witnessFile?: string | undefined;
  /** Read from the newest checkpoint on that covers no more than this many lines; with `keys`, only a signed one will do. */
  readonly from?: number | undefined;
  /** `structure` leaves out schema, gaps and clock; `all` unless said. */
  readonly checks?: 'all' | 'structure' | undefined;
  /** How many errors to describe, 100 unless said; all are counted. */
  readonly maxErrors?: number | undefined;
  /** Ends the verification with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the files as they are on disk; in a database, records. */
  readonly onProgress?: ((done: number, total: number, entries: number) => void) | undefined;
  /** The clock, in milliseconds since 1970: entries of the future are refused. */
  readonly now?: (() => number) | undefined;
}

function refuse(name: string, expected: string): TrailError {
  return new TrailError('OPTIONS', '', `option ${name} refused: expected ${expected}: change it`);
}

/** Refuses what nothing can be held against. */
export function checkVerifyOptions({ expectSize, expectRoot, from, maxErrors, checks }: VerifyOptions): void {
  const counts = { expectSize, from, maxErrors };
  for (const [name, value] of Object.entries(counts)) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) throw refuse(name, 'a whole number of at least 0');
  }
  if (expectRoot !== undefined && !isHash(expectRoot)) throw refuse('expectRoot', '64 lower-case hex digits');
  if (checks !== undefined && !['all', 'structure'].includes(checks)) throw refuse('checks', "'all' or 'structure'");
}
