import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fieldFault } from '../entry/check-fields.js';
import { isClosing } from '../entry/detail.js';
import { completeFields, type EntryFields, type LooseFields } from '../entry/entry.js';
import { systemCode } from '../errors.js';
import { entryStart } from '../entry/glance.js';
import { journalFolder, journalName, type TrailPosition } from './journal.js';
import type { Files } from './files.js';
import { isAlive, type ProcessIdentity } from './process-identity.js';
import { scanLines } from './scan-lines.js';
import { listSegments } from './segment-files.js';
import type { Writer } from './writer.js';

const NAME = /^([0-9a-f-]{36})\.([0-9a-f]{8})\.(\d+)\.([0-9a-f-]+)\.(intents|claim)$/;

function journalNames(folder: string, files: Files): string[] {
  try {
    return files.readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Moves a dead owner's journal to a name of ours; null if its owner lives or another process was faster. */
function claim(folder: string, name: string, own: ProcessIdentity, files: Files): string | null {
  const [, writerId, host, pid, start] = NAME.exec(name) ?? [];
  if (writerId === undefined || host === undefined || pid === undefined || start === undefined) return null;
  if (isAlive({ host, pid: Number(pid), start }, own)) return null;
  const target = join(folder, journalName(writerId, own, 'claim'));
  try {
    files.renameSync(join(folder, name), target);
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

/** Where to begin reading the trail; at its beginning, if the header is not what it should be. */
function parsePosition(line: string): TrailPosition {
  // Both members are checked before use.
  const { segment, offset } = (parse(line) ?? {}) as { readonly segment?: unknown; readonly offset?: unknown };
  const isPosition = Number.isSafeInteger(segment) && Number.isSafeInteger(offset) && Number(segment) >= 0 && Number(offset) >= 0;
  return isPosition ? { segment: Number(segment), offset: Number(offset) } : { segment: 0, offset: 0 };
}

function readJournal(path: string, files: Files): JournalContent {
  const lines = files.readFileSync(path).toString('utf8').split('\n');
  // What follows the last newline is empty or torn.
  lines.pop();
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
    const strike = striker(calls);
    if (segment.compressed) {
      const text = gunzipSync(files.readFileSync(segment.path)).toString('latin1', offset(segment.ordinal));
      for (const line of text.split('\n')) strike(Buffer.from(line, 'latin1'));
      continue;
    }
    const fd = files.openSync(segment.path, 'r');
    try {
      scanLines(files, fd, offset(segment.ordinal), files.fstatSync(fd).size, strike);
    } finally {
      files.closeSync(fd);
    }
  }
  writer.tape.scan(offset(writer.tape.ordinal), writer.tape.size, striker(calls));
}

/** For the lines of one file: those behind its closing line are not part of the trail. */
function striker(calls: Map<string, EntryFields>): (bytes: Buffer | null) => void {
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
  const folder = journalFolder(writer.path);
  for (const name of journalNames(folder, files)) {
    const path = claim(folder, name, own, files);
    if (path === null) continue;
    const content = readJournal(path, files);
    writer.sync();
    if (content.calls.size > 0) strikeFinished(writer, content);
    for (const fields of content.calls.values()) {
      writer.prepare();
      writer.append(fields);
    }
    files.unlinkSync(path);
  }
}
