import type { VerificationResult, VerifyOptions } from '@enforcecore/audit';
import { existsSync } from 'node:fs';
import { CliError } from '../errors.js';
import { Counting } from '../render/counting.js';
import { Progress } from '../render/progress.js';
import type { CommonFlags, Session } from '../session.js';
import { readCheckpointNote } from './checkpoint-file.js';
import { judgeNote } from './judge-note.js';
import { verifierKeys } from './keys.js';
import { openStore } from './open-log.js';
import { readPolicy } from './read-policy.js';
import { formatOf, type TrailFormat } from './trail-format.js';
import type { TrailPlace } from './trail-place.js';
import type { Anchors } from './verdict-text.js';

export interface VerifyFlags extends CommonFlags {
  readonly key?: readonly string[];
  readonly checkpoint?: string;
  readonly witnessPolicy?: string;
  readonly witness?: string;
  readonly expectSize?: number;
  readonly expectRoot?: string;
  readonly from?: number;
  readonly format: TrailFormat | 'auto';
}

/** What both formats tell. */
export type AnyResult = Pick<VerificationResult, 'valid' | 'entries' | 'size' | 'root' | 'writers' | 'recovered' | 'segments'> & {
  readonly erased?: number;
  readonly checkpoints?: VerificationResult['checkpoints'];
  readonly errors: readonly (Pick<VerificationResult['errors'][number], 'file' | 'line' | 'code' | 'message'> & Partial<VerificationResult['errors'][number]>)[];
  readonly checks: readonly (Pick<VerificationResult['checks'][number], 'name' | 'status' | 'detail'> & Partial<VerificationResult['checks'][number]>)[];
};

/** What a verification came to, and what it took. */
export interface Run {
  readonly result: AnyResult;
  readonly anchors: Anchors;
  /** Bytes of files; of databases nobody knows. */
  readonly bytes: number | undefined;
  readonly ms: number;
}

/** Verifies what is at a place. @throws TrailError for a trail that cannot be read, CliError for what it is held against. */
export async function runVerification(session: Session, place: TrailPlace, flags: VerifyFlags): Promise<Run> {
  const options = await optionsOf(session, flags);
  const format = await formatFor(place, flags);
  const anchors: Anchors = {
    format,
    hasKeys: (options.keys ?? []).length > 0,
    hasCheckpoint: options.checkpoint !== undefined,
    hasPolicy: options.witnessPolicy !== undefined,
    hasWitnessFile: options.witnessFile !== undefined,
    expectSize: flags.expectSize,
    hasExpectedRoot: flags.expectRoot !== undefined,
  };
  const startedAt = session.io.monotonicMs();
  const { result, bytes } = await (place.kind === 'file' ? verifyFiles(session, place.path, format, options) : verifyDatabase(session, place, options));
  return { result, anchors, bytes, ms: session.io.monotonicMs() - startedAt };
}

async function optionsOf(session: Session, flags: VerifyFlags): Promise<VerifyOptions> {
  const keys = await verifierKeys(flags.key);
  const witnessPolicy = flags.witnessPolicy === undefined ? undefined : await readPolicy(flags.witnessPolicy);
  const checkpoint = flags.checkpoint === undefined ? undefined : await readCheckpointNote(session.io, flags.checkpoint);
  // Judged here for its errors, which name the file.
  if (checkpoint !== undefined) await judgeNote(flags.checkpoint ?? '', checkpoint, [], undefined);
  const { expectSize, expectRoot, from } = flags;
  return {
    expectSize, expectRoot, from, checkpoint, witnessPolicy,
    keys: keys.length === 0 ? undefined : keys,
    witnessFile: flags.witness,
  };
}

/** The other program's format proves less: it is never guessed where more is asked for, or where checkpoints say whose the trail is. */
async function formatFor(place: TrailPlace, flags: VerifyFlags): Promise<TrailFormat> {
  const demands = { '--key': flags.key, '--checkpoint': flags.checkpoint, '--witness-policy': flags.witnessPolicy, '--from': flags.from };
  const demand = Object.entries(demands).find(([, value]) => value !== undefined)?.[0];
  if (place.kind !== 'file') {
    if (flags.format === 'enforcecore-py') throw new CliError('USAGE', 'a trail of the Python EnforceCore is a file: give its path');
    return 'enforcecore';
  }
  if (flags.format === 'enforcecore-py' && demand !== undefined) throw new CliError('USAGE', `${demand} is not for trails of the Python EnforceCore: they have neither checkpoints nor signatures`);
  if (flags.format !== 'auto') return flags.format;
  return demand !== undefined || existsSync(`${place.path}.checkpoints`) ? 'enforcecore' : formatOf(place.path);
}

async function verifyFiles(session: Session, path: string, format: TrailFormat, options: VerifyOptions): Promise<Pick<Run, 'result' | 'bytes'>> {
  const { verifyPythonTrail, verifyTrail } = await import('@enforcecore/audit');
  const progress = new Progress(session, 'verifying');
  let bytes = 0;
  const onProgress = (done: number, total: number): void => {
    bytes = total;
    progress.show(done, total);
  };
  const { expectSize, expectRoot, witnessFile } = options;
  const verifying = format === 'enforcecore' ? verifyTrail(path, { ...options, onProgress }) : verifyPythonTrail(path, { expectSize, expectRoot, witnessFile, onProgress });
  const result = await verifying.finally(() => progress.clear());
  return { result, bytes };
}

async function verifyDatabase(session: Session, place: Exclude<TrailPlace, { kind: 'file' }>, options: VerifyOptions): Promise<Pick<Run, 'result' | 'bytes'>> {
  const { verifyStore } = await import('@enforcecore/audit');
  const store = await openStore(place, { readOnly: true });
  try {
    const counting = new Counting(session, 'verifying');
    const result = await verifyStore(store, { ...options, onProgress: (done) => { counting.show(done); } }).finally(() => counting.clear());
    return { result, bytes: undefined };
  } finally {
    await store.close();
  }
}
