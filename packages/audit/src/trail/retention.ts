import { basename, dirname, join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { completeFields } from '../entry/entry.js';
import { segmentText } from '../entry/detail.js';
import { rawMember } from '../entry/glance.js';
import { syncFolder, type Files } from './files.js';
import { earliestSegment } from './open-journals.js';
import { listSegments, segmentPath, unlessGone, type SegmentFile } from './segment-files.js';
import { treeOf } from './running-tree.js';
import type { Writer } from './writer.js';

const DAY_MS = 86_400_000;
const LEFTOVER_MS = 60_000;
/** More than any opening entry takes, packed or not. */
const OPENING_BYTES = 8192;
const UUID = '[0-9a-f]{8}-[0-9a-f-]{27}';

/** The closed segments but the last one, which a writer may still be leaving. */
function settledSegments(writer: Writer): SegmentFile[] {
  return listSegments(writer.path, writer.options.files).filter((segment) => segment.ordinal < writer.tape.ordinal - 1);
}

/** Compresses every closed segment nobody can be writing to any more. */
export function compressSegments(writer: Writer): void {
  const { files } = writer.options;
  for (const segment of settledSegments(writer)) {
    if (segment.compressed) continue;
    const temporary = `${segment.path}.gz.${writer.chain.writerId}.tmp`;
    // Others tidy up too: what is gone has been compressed, or deleted.
    unlessGone(() => { compress(segment.path, temporary, files); });
  }
}

function compress(path: string, temporary: string, files: Files): void {
  const target = `${path}.gz`;
  try {
    files.writeFileSync(temporary, gzipSync(files.readFileSync(path)), { mode: 0o600, flush: true });
    // This took a while, and what was deleted meanwhile must not come back.
    if (!files.existsSync(path)) return;
    files.renameSync(temporary, target);
  } finally {
    files.rmSync(temporary, { force: true });
  }
  syncFolder(files, dirname(target));
  files.rmSync(path, { force: true });
}

/** Removes what writers left that were killed while they prepared a file. */
export function sweepLeftovers(path: string, files: Files): void {
  const stem = basename(path).replace(/\.jsonl$/, '');
  const leftover = new RegExp(`^(\\.jsonl)?\\.${UUID}\\.next$|^\\.\\d{6,}\\.jsonl\\.gz\\.${UUID}\\.tmp$`);
  for (const name of files.readdirSync(dirname(path))) {
    if (!name.startsWith(stem) || !leftover.test(name.slice(stem.length))) continue;
    const found = join(dirname(path), name);
    const age = Date.now() - (files.statSync(found)?.mtimeMs ?? Infinity);
    if (age > LEFTOVER_MS) files.rmSync(found, { force: true });
  }
}

/** When a segment's first entry was written, which is when the one before it was closed; NaN if that cannot be read. */
function startOf({ path, compressed }: SegmentFile, files: Files): number {
  const fd = files.openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(OPENING_BYTES);
    const stored = bytes.subarray(0, files.readSync(fd, bytes, 0, bytes.length, 0));
    // The end of an archive is not wanted.
    const text = (compressed ? gunzipSync(stored, { finishFlush: constants.Z_SYNC_FLUSH }) : stored).toString('latin1');
    return Date.parse(rawMember(text.split('\n', 1)[0] ?? '', 'timestamp').slice(1, -1));
  } finally {
    files.closeSync(fd);
  }
}

/** The closed segments that ended too long ago, the oldest first. */
function oldSegments(writer: Writer): SegmentFile[] {
  const { files } = writer.options;
  const limit = writer.options.now() - writer.options.retainDays * DAY_MS;
  // A journal's calls may have ended there, which nobody could tell any more if its writer died.
  const needed = earliestSegment(writer.path, files);
  const segments = listSegments(writer.path, files);
  const old: SegmentFile[] = [];
  for (const [i, segment] of segments.entries()) {
    const next = segments[i + 1];
    const isSettled = segment.ordinal < Math.min(needed, writer.tape.ordinal - 1) && next?.ordinal === segment.ordinal + 1;
    // One that others have taken away meanwhile is theirs to deal with.
    if (!isSettled || !((unlessGone(() => startOf(next, files)) ?? limit) < limit)) break;
    old.push(segment);
  }
  return old;
}

/**
 * Deletes old segments, and says so in the trail before it does. Where checkpoints are signed it deletes at a later rotation,
 * when one covers what was said: anyone could have written it otherwise.
 */
export function retainSegments(writer: Writer): void {
  const { retiring } = writer;
  removeAgain(writer);
  const said = retiring.announced;
  if (said !== null && said.size > retiring.coveredSize()) return;
  const old = oldSegments(writer);
  const isSaid = ({ ordinal }: SegmentFile): boolean => said !== null && ordinal <= said.through;
  remove(writer, old.filter(isSaid));
  retiring.announced = null;
  const left = old.filter((segment) => !isSaid(segment));
  const through = left.at(-1)?.ordinal;
  if (through === undefined) return;
  // Another writer may have closed this file since it was entered.
  writer.sync();
  writer.append(completeFields({ kind: 'segment', detail: segmentText({ role: 'removed', through }) }));
  writer.tape.sync();
  retiring.mustCover = true;
  if (writer.options.signer === null) remove(writer, left);
  else retiring.announced = { through, size: treeOf(writer).size };
}

function remove({ path: trail, options: { files }, retiring }: Writer, old: readonly SegmentFile[]): void {
  for (const { ordinal } of old) {
    const path = segmentPath(trail, ordinal);
    // Both may be there: of a compression that was cut short.
    for (const name of [path, `${path}.gz`]) files.rmSync(name, { force: true });
    retiring.removedThrough = Math.max(retiring.removedThrough, ordinal);
  }
}

/** Another writer that was packing a segment when it was deleted may have put the archive in place after all. */
function removeAgain(writer: Writer): void {
  const { removedThrough } = writer.retiring;
  if (removedThrough > 0) remove(writer, listSegments(writer.path, writer.options.files).filter(({ ordinal }) => ordinal <= removedThrough));
}
