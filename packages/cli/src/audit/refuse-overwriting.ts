import { basename, dirname } from 'node:path';
import { CliError } from '../errors.js';
import { identityOf, realOf } from '../own-files.js';
import { trailPlace } from './trail-place.js';

/** What stands behind the stem of a trail's name: its closed segments, and its checkpoints. */
const ofFiles = /^(?:\.\d{6,}\.jsonl(?:\.gz)?|(?:\.jsonl)?\.checkpoints)$/;
const ofSqlite = /^-(?:wal|shm|journal)$/;

/**
 * Output replaces what is there: never a trail, nor what was read to make it.
 *
 * @throws CliError `USAGE` where it would.
 */
export async function refuseOverwriting(out: string | undefined, trail: string | undefined, inputs: readonly (string | undefined)[] = []): Promise<void> {
  if (out === undefined) return;
  if (trail !== undefined && (await isOfTrail(out, trail))) throw new CliError('USAGE', `${out} is a file of the trail itself: name another with --out`);
  const same = await Promise.all(inputs.map(async (input) => input !== undefined && (await isSame(out, input))));
  if (same.includes(true)) throw new CliError('USAGE', `${out} is read by this command: name another with --out`);
}

async function isOfTrail(out: string, trail: string): Promise<boolean> {
  const place = trailPlace(trail);
  if (place.kind === 'postgres') return false;
  if (await isSame(out, place.path)) return true;
  const [target, source] = [await realOf(out), await realOf(place.path)];
  const [name, whole] = [basename(target), basename(source)];
  const stem = place.kind === 'file' ? whole.replace(/\.jsonl$/, '') : whole;
  const pattern = place.kind === 'file' ? ofFiles : ofSqlite;
  return dirname(target) === dirname(source) && name.startsWith(stem) && pattern.test(name.slice(stem.length));
}

/** Two names of one file, through links too. */
async function isSame(a: string, b: string): Promise<boolean> {
  const [one, other] = [await identityOf(a), await identityOf(b)];
  return one === undefined ? (await realOf(a)) === (await realOf(b)) : one === other;
}
