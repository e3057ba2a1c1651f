import { dirname, join } from 'node:path';
import { fieldFault } from '../entry/check-fields.js';
import { isClosing } from '../entry/detail.js';
import { completeFields, type EntryFields, type LooseFields } from '../entry/entry.js';
import { systemCode } from '../errors.js';
import { entryStart } from '../entry/glance.js';
import { journalName, renewedPath, type TrailPosition } from './journal.js';
import { listJournals, parsePosition, readLines, type JournalFile } from './open-journals.js';
import type { Files } from './files.js';
import { isAlive, type ProcessIdentity } from './process-identity.js';
import { scanLines, type VisitLine } from './scan-lines.js';
import { listSegments, readSegment, unlessGone, type SegmentFile } from './segment-files.js';
import type { Writer } from './writer.js';

const NEWLINE = 0x0a;

/** Moves a dead owner's journal to a name of ours; null if its owner lives or another process was faster. */
function claim({ path, writerId, owner }: JournalFile, own: ProcessIdentity, files: Files): string | null {
  if (isAlive(owner, own)) return null;
  const target = join(dirname(path), journalName(writerId, own, 'claim'));
  try {
    files.renameSync(path, target);
    return target;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function parse(line: string): LooseFields | null {
  try {
    const value: unknown = JSON.parse(line);
    // An object may be read by any key; fieldFault checks every value before use.
    return typeof value === 'object' && value !== null ? (value) : null;
  } catch {
    // A torn line: its call cannot have started.
    return null;
  }
}

interface JournalContent {
  readonly from: TrailPosition;
  readonly calls: Map<string, EntryFields>;
}

function readJournal(path: string, files: Files): JournalContent {
  const lines = readLines(path, files) ?? [];
  const from = parsePosition(lines.shift() ?? '');
  const calls = new Map<string, EntryFields>();
  for (const line of lines) {
    const intent = parse(line);
    if (intent === null) continue;
    const decision = intent.decision ?? 'allowed';
    const fields = completeFields({ ...intent, kind: 'call', outcome: 'unknown', decision, detail: null });
    if (fieldFault(fields) === null && fields.call_id !== null) calls.set(fields.call_id, fields);
  }
  return { from, calls };
}

/** Takes out every call the trail has an entry for. */
function strikeFinished(writer: Writer, { from, calls }: JournalContent): void {
  const { files } = writer.options;
  const offset = (segment: number): number => (segment === from.segment ? from.offset : 0);
  for (const segment of listSegments(writer.path, files)) {
    if (segment.ordinal < from.segment || segment.ordinal >= writer.tape.ordinal) continue;
    strikeSegment(segment, offset(segment.ordinal), striker(calls), files);
  }
  writer.tape.scan(offset(writer.tape.ordinal), writer.tape.size, striker(calls));
}

function strikeSegment(segment: SegmentFile, from: number, strike: VisitLine, files: Files): void {
  const fd = segment.compressed ? null : unlessGone(() => files.openSync(segment.path, 'r'));
  if (fd !== null) {
    try {
      scanLines(files, fd, from, files.fstatSync(fd).size, strike);
    } finally {
      files.closeSync(fd);
    }
    return;
  }
  // Compressed, or deleted since it was listed: then no call of a journal can have ended there.
  const bytes = readSegment(segment, files);
  for (let start = from, end = bytes?.indexOf(NEWLINE, start) ?? -1; bytes !== null && end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    strike(bytes.subarray(start, end), start, end - start);
    start = end + 1;
  }
}

/** For the lines of one file: those behind its closing line are not part of the trail. */
function striker(calls: Map<string, EntryFields>): VisitLine {
  let isClosed = false;
  return (bytes) => {
    if (bytes === null || isClosed) return;
    const entry = parse(bytes.toString('utf8', Math.max(0, entryStart(bytes.toString('latin1')))));
    if (entry === null) return;
    isClosed = isClosing(entry);
    if (entry.kind === 'call' && typeof entry.call_id === 'string') calls.delete(entry.call_id);
  };
}

/** Writes an entry with outcome `unknown` for every call whose process died before its entry was written. */
export function recoverJournals(writer: Writer, own: ProcessIdentity): void {
  const { files } = writer.options;
  for (const journal of listJournals(writer.path, files)) {
    const claimed = claim(journal, own, files);
    if (claimed === null) continue;
    try {
      recover(writer, claimed);
    } catch (error) {
      // Under our name nobody would look at it again while this process lives.
      giveBack(claimed, journal.path, files);
      throw error;
    }
    files.unlinkSync(claimed);
    files.rmSync(renewedPath(journal.path), { force: true });
  }
}

function recover(writer: Writer, path: string): void {
  const content = readJournal(path, writer.options.files);
  writer.sync();
  if (content.calls.size > 0) strikeFinished(writer, content);
  if (content.calls.size === 0) return;
  for (const fields of content.calls.values()) {
    writer.prepare();
    writer.append(fields);
  }
  // The journal is the only other place that knows of these calls.
  if (writer.options.durability === 'power') writer.tape.sync();
}

function giveBack(claimed: string, path: string, files: Files): void {
  try {
    files.renameSync(claimed, path);
  } catch {
    // The error that led here is the one to report; when this process ends, others recover the claim.
  }
}
