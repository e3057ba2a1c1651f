import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { announce } from '../backend/announce.js';
import { erasureText } from '../entry/detail.js';
import { parseLine } from '../entry/parse-line.js';
import { fileError, TrailError } from '../errors.js';
import { tombstoneText } from '../store/tombstone.js';
import { nodeFiles, syncFolder, type Files } from '../trail/files.js';
import { journalFolder } from '../trail/journal.js';
import type { TrailOptions } from '../trail/options.js';
import { listSegments, readSegment, unlessGone, type SegmentFile } from '../trail/segment-files.js';
import { openTrail, type Trail } from '../trail/trail.js';
import { unpack } from '../trail/unpack.js';
import { entriesOf, HASHES_PER_ENTRY, inPieces, type ErasureResult, type ErasureSubject } from './subject.js';
import type { AuditEntry } from '../entry/entry.js';

/** How often to look again; a writer compresses a file once. */
const ROUNDS = 4;

type Fits = (entry: AuditEntry) => boolean;

/** One file's content with its subject's entries found. */
interface Found {
  readonly segment: SegmentFile;
  readonly entries: readonly AuditEntry[];
}

/**
 * Erases the content of a subject's entries from a trail of files: an `erasure` entry names their hashes, then each of
 * their lines becomes a tombstone of the same length. Hashes, chains, tree and checkpoints stay as they were. The current
 * file is closed first if it holds such entries. Other writers may go on meanwhile.
 * Throws `TrailError` ERASURE if nothing fits, or a running writer's journal still names such a call.
 */
export async function eraseFromTrail(path: string, subject: ErasureSubject, reason: string, options: TrailOptions = {}): Promise<ErasureResult> {
  const fits = entriesOf(subject, reason, path);
  const files = options.files ?? nodeFiles;
  const trail = openTrail(path, options);
  try {
    return await erase(trail, fits, reason, files, options.signer !== undefined);
  } catch (error) {
    throw fileError(error, path, 'cannot erase from');
  } finally {
    await trail.close();
  }
}

async function erase(trail: Trail, fits: Fits, reason: string, files: Files, isSigning: boolean): Promise<ErasureResult> {
  if (entriesIn(files.readFileSync(trail.path), fits).length > 0) trail.rotate();
  const entries = search(trail.path, fits, files).flatMap((found) => found.entries);
  if (entries.length === 0) {
    throw new TrailError('ERASURE', trail.path, `cannot erase from ${trail.path}: no entry fits: check the values, erased entries have none any more`);
  }
  refuseOpenCalls(trail.path, entries, files);
  const hashes = entries.map((entry) => entry.entry_hash);
  const announcedBy: string[] = [];
  for (const piece of inPieces(hashes, HASHES_PER_ENTRY)) announcedBy.push((await announce(trail, 'erasure', erasureText({ hashes: piece, reason }))).entryId);
  // Nothing goes before it is certain, and signed where anything is, that the log itself said so.
  if (isSigning) await trail.checkpoint();
  else trail.sync();
  const erased = new Set(hashes);
  const isErased = (entry: AuditEntry): boolean => erased.has(entry.entry_hash);
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = search(trail.path, isErased, files);
    if (left.length === 0) return { erased: entries.length, announcedBy };
    // Another writer that compressed the file meanwhile has put the old content back.
    for (const { segment } of left) entomb(segment, isErased, files);
  }
  throw new TrailError('ERASURE', trail.path, `cannot erase from ${trail.path}: other writers put back what was erased: stop them, then repeat`);
}

function search(path: string, fits: Fits, files: Files): Found[] {
  const found: Found[] = [];
  for (const segment of listSegments(path, files)) {
    const content = readSegment(segment, files);
    const entries = content === null ? [] : entriesIn(content, fits);
    if (entries.length > 0) found.push({ segment, entries });
  }
  return found;
}

function* linesOf(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; ) {
    const found = content.indexOf(0x0a, start);
    const end = found === -1 ? content.length : found + 1;
    yield content.subarray(start, end);
    start = end;
  }
}

/** The entry on a line; what is torn or no entry has no subject that could be read from it. */
function entryOn(line: Buffer): AuditEntry | null {
  const parsed = parseLine(line.toString('utf8', 0, line.at(-1) === 0x0a ? line.length - 1 : line.length));
  return parsed.ok && parsed.hash === parsed.entry.entry_hash ? parsed.entry : null;
}

function entriesIn(content: Buffer, fits: Fits): AuditEntry[] {
  const found: AuditEntry[] = [];
  for (const line of linesOf(content)) {
    const entry = entryOn(line);
    if (entry !== null && fits(entry)) found.push(entry);
  }
  return found;
}

/** A journal that outlives its call would bring it back as `unknown` when its process dies. */
function refuseOpenCalls(path: string, entries: readonly AuditEntry[], files: Files): void {
  const folder = journalFolder(path);
  if (!files.existsSync(folder)) return;
  const journals = files.readdirSync(folder).map((name) => files.readFileSync(join(folder, name)).toString('utf8'));
  const isOpen = (entry: AuditEntry): boolean => {
    const member = `"call_id":${JSON.stringify(entry.call_id)}`;
    return entry.call_id !== null && journals.some((text) => text.includes(member));
  };
  if (!entries.some(isOpen)) return;
  throw new TrailError('ERASURE', path, `cannot erase from ${path}: a running writer still has such a call in its journal: close that writer, then repeat`);
}

/** Puts the new content in place in one step; what a crash leaves is the one or the other. */
function entomb(segment: SegmentFile, isErased: Fits, files: Files): void {
  const stored = unlessGone(() => files.readFileSync(segment.path));
  // Packed meanwhile: the next round finds it under its new name.
  if (stored === null) return;
  const lines: Buffer[] = [];
  for (const line of linesOf(segment.compressed ? unpack(stored, segment.path) : stored)) {
    const entry = entryOn(line);
    if (entry === null || !isErased(entry)) lines.push(line);
    else lines.push(Buffer.from(`${tombstoneText(entry, line.length - 1)}\n`, 'latin1'));
  }
  const content = Buffer.concat(lines);
  const temporary = `${segment.path}.erasing`;
  files.rmSync(temporary, { force: true });
  files.writeFileSync(temporary, segment.compressed ? gzipSync(content) : content, { mode: 0o600, flag: 'wx', flush: true });
  files.renameSync(temporary, segment.path);
  syncFolder(files, dirname(segment.path));
}
