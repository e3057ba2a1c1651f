import { readFileSync, statSync } from 'node:fs';
import { isClosing } from '../entry/detail.js';
import type { AuditEntry, EntryKind } from '../entry/entry.js';
import { fileError, TrailError } from '../errors.js';
import { entryStart } from '../entry/glance.js';
import { LineSplitter, type StoredLine } from './line-splitter.js';
import { parseLine } from '../entry/parse-line.js';
import { listSegments, segmentNumber } from './segment-files.js';
import { findTrailFiles, readPieces, type TrailFile } from './trail-files.js';
import { unpack } from './unpack.js';

/** Which entries to load. */
export interface LoadOptions {
  readonly max?: number | undefined;
  readonly onlyKinds?: readonly EntryKind[] | undefined;
}

/** The entry on a line, also behind a torn one; null for a line that holds none. */
function entryOf(line: StoredLine): AuditEntry | null {
  const parsed = line.text === null ? null : parseLine(line.text);
  if (parsed?.ok === true) return parsed.entry;
  const start = line.raw === null ? -1 : entryStart(line.raw);
  const rest = start > 0 ? line.split(start)?.[1].text : null;
  const glued = typeof rest === 'string' ? parseLine(rest) : null;
  return glued?.ok === true ? glued.entry : null;
}

/** Passes a file's entries on until the line that closes it: what stands behind that is not part of the trail. */
function splitterFor(visit: (entry: AuditEntry) => void): LineSplitter {
  let isClosed = false;
  return new LineSplitter((line) => {
    const entry = isClosed ? null : entryOf(line);
    if (entry === null) return;
    isClosed = isClosing(entry);
    visit(entry);
  });
}

/** Yields the entries of a trail in order, all segments included. Passes over lines that are none: `verifyTrail` tells of those. */
export async function* loadTrail(path: string, options: LoadOptions = {}): AsyncGenerator<AuditEntry> {
  const { max = Infinity, onlyKinds } = options;
  const { files } = await findTrailFiles(path);
  let left = max;
  for (const file of files) {
    for await (const entry of entriesOf(file)) {
      if (!(onlyKinds?.includes(entry.kind) ?? true)) continue;
      if (left <= 0) return;
      left -= 1;
      yield entry;
    }
  }
}

async function* entriesOf(file: TrailFile): AsyncGenerator<AuditEntry> {
  let ready: AuditEntry[] = [];
  const splitter = splitterFor((entry) => {
    ready.push(entry);
  });
  for await (const piece of piecesOf(file)) {
    splitter.push(piece);
    yield* ready;
    ready = [];
  }
}

/** The pieces of a file; reading errors become typed ones, errors of whoever takes the entries pass by. */
async function* piecesOf(file: TrailFile): AsyncGenerator<Buffer> {
  try {
    yield* readPieces(file);
  } catch (error) {
    throw fileError(error, file.path, 'cannot read trail');
  }
}

/** All entries of a trail at once, for trails known to be small. */
export function readTrail(path: string): AuditEntry[] {
  const entries: AuditEntry[] = [];
  const read = (name: string, compressed: boolean): void => {
    const stored = readFileSync(name);
    splitterFor((entry) => entries.push(entry)).push(compressed ? unpack(stored, name) : stored);
  };
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new TrailError('NOT_A_FILE', path, `cannot read trail ${path}: it is not a regular file: give the path of a file`);
    const { ino } = stats;
    // During a rotation the active file already has its segment name too.
    const segments = segmentNumber(path) === null ? listSegments(path).filter((segment) => statSync(segment.path).ino !== ino) : [];
    for (const segment of segments) read(segment.path, segment.compressed);
    read(path, path.endsWith('.gz'));
  } catch (error) {
    throw fileError(error, path, 'cannot read trail');
  }
  return entries;
}
