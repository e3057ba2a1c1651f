import { readFileSync, statSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isClosing } from './detail.js';
import type { AuditEntry, EntryKind } from './entry.js';
import { fileError } from './errors.js';
import { entryStart } from './glance.js';
import { LineSplitter, type StoredLine } from './line-splitter.js';
import { parseLine } from './parse-line.js';
import { listSegments, segmentNumber } from './segment-files.js';
import { findTrailFiles, readPieces } from './trail-files.js';

/** Which entries to load. */
export interface LoadOptions {
  readonly max?: number | undefined;
  readonly onlyKinds?: readonly EntryKind[] | undefined;
}

/** The entry on a line, also behind a torn one; null for a line that holds none. */
function entryOf(line: StoredLine): AuditEntry | null {
  const parsed = line.text === null ? null : parseLine(line.text);
  if (parsed?.ok === true) return parsed.entry;
  const bytes = line.bytes();
  const start = bytes === null ? -1 : entryStart(bytes.toString('latin1'));
  if (bytes === null || start <= 0) return null;
  const glued = parseLine(bytes.toString('utf8', start));
  return glued.ok ? glued.entry : null;
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
  let ready: AuditEntry[] = [];
  for (const file of files) {
    const splitter = splitterFor((entry) => {
      if (onlyKinds?.includes(entry.kind) ?? true) ready.push(entry);
    });
    try {
      for await (const piece of readPieces(file)) {
        splitter.push(piece);
        for (const entry of ready) {
          if (left <= 0) return;
          left -= 1;
          yield entry;
        }
        ready = [];
      }
    } catch (error) {
      throw fileError(error, file.path, 'cannot read trail');
    }
  }
}

/** All entries of a trail at once, for trails known to be small. */
export function readTrail(path: string): AuditEntry[] {
  const entries: AuditEntry[] = [];
  const read = (bytes: Buffer): void => {
    splitterFor((entry) => entries.push(entry)).push(bytes);
  };
  try {
    const active = statSync(path);
    if (segmentNumber(path) === null) {
      for (const segment of listSegments(path)) {
        // During a rotation the active file already has its segment name too.
        if (statSync(segment.path).ino === active.ino) continue;
        const stored = readFileSync(segment.path);
        read(segment.compressed ? gunzipSync(stored) : stored);
      }
    }
    const stored = readFileSync(path);
    read(path.endsWith('.gz') ? gunzipSync(stored) : stored);
  } catch (error) {
    throw fileError(error, path, 'cannot read trail');
  }
  return entries;
}
