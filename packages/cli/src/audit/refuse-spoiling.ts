import type { Signer } from '@enforcecore/audit';
import { existsSync } from 'node:fs';
import { CliError } from '../errors.js';
import type { LogReader } from './open-log.js';
import type { TrailPlace } from './trail-place.js';

const segmentName = /^(.*)\.\d{6,}\.jsonl(?:\.gz)?$/s;

/** Writing to a closed segment would break the trail that goes on behind it. @throws CliError `USAGE` for one. */
export async function refuseSegment(place: TrailPlace, log: LogReader): Promise<void> {
  const stem = place.kind === 'file' ? segmentName.exec(place.path)?.[1] : undefined;
  if (stem === undefined) return;
  const whole = `${stem}.jsonl`;
  if (existsSync(whole)) throw new CliError('USAGE', `${place.shown} is a closed segment of ${whole}, and must not be written: give ${whole}`);
  // A trail may be called after a date; what ends a segment tells the two apart.
  const { entries } = await log.query({ order: 'desc', limit: 2 });
  if (entries.length < 2 || entries[0]?.entry.kind !== 'segment') return;
  throw new CliError('USAGE', `${place.shown} is a closed segment, and must not be written: put it beside its trail, and give that`);
}

/**
 * One checkpoint that is unsigned, or signed for another log, fails every verification with the key of the log from then
 * on, and so does an erasure that no signed checkpoint covers. A new key under the old name is no other log.
 *
 * @throws CliError `USAGE` for such a signer, or for none where there must be one.
 */
export async function refuseOtherSigner(log: LogReader, signer: Signer | undefined): Promise<void> {
  const { parseCheckpoint, parseSignedNote, parseVerifierKey } = await import('@enforcecore/audit');
  const last = await log.lastCheckpoint();
  if (last === null) return;
  const { text, signatures } = parseSignedNote(last.note, { allowUnsigned: true });
  const { origin } = parseCheckpoint(text);
  if (!signatures.some(({ name }) => name === origin)) return;
  if (signer === undefined) throw new CliError('USAGE', `the checkpoints of ${log.location} are signed by ${origin}, and without that signature verifying with its key would fail: give the key with --key-file`);
  const { name } = parseVerifierKey(signer.verifierKey);
  if (name !== origin) throw new CliError('USAGE', `the checkpoints of ${log.location} are signed by ${origin}, and this is the key of ${name}: give the key of ${origin}`);
}
