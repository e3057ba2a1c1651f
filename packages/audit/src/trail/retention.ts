import { basename, dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { completeFields } from '../entry/entry.js';
import { segmentText } from '../entry/detail.js';
import type { Files } from './files.js';
import { listSegments, type SegmentFile } from './segment-files.js';
import type { Writer } from './writer.js';

const DAY_MS = 86_400_000;
const LEFTOVER_MS = 60_000;

/** The closed segments but the last one, which a writer may still be leaving. */
function settledSegments(writer: Writer): SegmentFile[] {
  return listSegments(writer.path, writer.options.files).filter((segment) => segment.ordinal < writer.tape.ordinal - 1);
}

/** Compresses every closed segment nobody can be writing to any more. */
export function compressSegments(writer: Writer): void {
  const { files } = writer.options;
  for (const segment of settledSegments(writer)) {
    if (segment.compressed) continue;
    const target = `${segment.path}.gz`;
    const temporary = `${target}.${writer.chain.writerId}.tmp`;
    files.writeFileSync(temporary, gzipSync(files.readFileSync(segment.path)), { mode: 0o600 });
    files.renameSync(temporary, target);
    files.unlinkSync(segment.path);
  }
}

/** Removes what writers left that were killed while they prepared a file. */
export function sweepLeftovers(path: string, files: Files): void {
  const prefix = `${basename(path)}.`;
  for (const name of files.readdirSync(dirname(path))) {
    if (!name.startsWith(prefix) || !/^[0-9a-f-]{36}\.next$/.test(name.slice(prefix.length))) continue;
    const leftover = join(dirname(path), name);
    const age = Date.now() - (files.statSync(leftover)?.mtimeMs ?? Infinity);
    if (age > LEFTOVER_MS) files.rmSync(leftover, { force: true });
  }
}

function lastTimestamp(segment: SegmentFile, files: Files): number {
  const stored = files.readFileSync(segment.path);
  const text = (segment.compressed ? gunzipSync(stored) : stored).toString('latin1');
  const found = /,"timestamp":"([^"]{24})","tool_name":/.exec(text.slice(text.lastIndexOf(',"timestamp":"')));
  return Date.parse(found?.[1] ?? '');
}

/** Deletes the oldest closed segments whose last entry is too old, and says so in the trail before it does. */
export function retainSegments(writer: Writer): void {
  const { files } = writer.options;
  const limit = writer.options.now() - writer.options.retainDays * DAY_MS;
  const old: SegmentFile[] = [];
  for (const segment of settledSegments(writer)) {
    const last = lastTimestamp(segment, files);
    if (!(last < limit)) break;
    old.push(segment);
  }
  const through = old.at(-1)?.ordinal;
  if (through === undefined) return;
  writer.append(completeFields({ kind: 'segment', detail: segmentText({ role: 'removed', through }) }));
  for (const segment of old) files.unlinkSync(segment.path);
}
