import type { CheckpointRecord } from '@enforcecore/audit';
import { CliError } from '../errors.js';
import type { LogReader } from './open-log.js';
import type { ProofFile } from './proof-file.js';

/** The latest checkpoint of a log that is about `size` leaves, or, without one, about more than `index`. */
export async function checkpointFor(log: LogReader, index: number, size: number | undefined): Promise<{ readonly note: string; readonly size: number } | null> {
  const { parseCheckpoint, parseSignedNote } = await import('@enforcecore/audit');
  let best: { readonly note: string; readonly size: number } | null = null;
  const sizeOf = ({ note }: CheckpointRecord): number => parseCheckpoint(parseSignedNote(note, { allowUnsigned: true }).text).size;
  for await (const record of log.checkpoints()) {
    const covers = sizeOf(record);
    const fits = size === undefined ? covers > index : covers === size;
    // Of several for one size the last has the most signatures.
    if (fits && covers >= (best?.size ?? 0)) best = { note: record.note, size: covers };
  }
  return best;
}

/**
 * Proves that the leaf at `index` is in the tree of `size` leaves, in one pass over the log.
 *
 * @throws CliError `INPUT` where the log has no such leaf any more, or not yet.
 */
export async function makeProof(log: LogReader, index: number, size: number, onLeaf: (count: number) => void): Promise<Omit<ProofFile, 'checkpoint'>> {
  const { InclusionProver, TreeBuilder } = await import('@enforcecore/audit/proof');
  const start = await log.start();
  if (start.size > 0) throw new CliError('INPUT', `cannot prove entry ${String(index)}: entries before ${String(start.size)} were deleted from ${log.location}, and a proof needs them all`);
  const prover = new InclusionProver(index, size);
  const tree = new TreeBuilder();
  let found: { readonly line: string | null; readonly bytes: string | null } | undefined;
  for await (const { index: at, hash, line, bytes } of log.records(0, size)) {
    if (at === index) found = { line, bytes: bytes === null ? null : Buffer.from(bytes).toString('base64') };
    prover.add(hash);
    tree.add(hash);
    onLeaf(tree.size);
  }
  if (found === undefined || tree.size < size) throw new CliError('INPUT', `cannot prove entry ${String(index)} of ${String(size)}: ${log.location} has ${String(tree.size)}; indexes count from 0`);
  return { type: 'enforcecore/inclusion-proof/v1', ...found, index, size, root: tree.root(), path: prover.proof() };
}
