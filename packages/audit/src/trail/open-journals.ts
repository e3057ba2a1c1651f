import { join } from 'node:path';
import { systemCode } from '../errors.js';
import type { Files } from './files.js';
import { journalFolder, type TrailPosition } from './journal.js';
import { ownIdentity, type ProcessIdentity } from './process-identity.js';

const NAME = /^([0-9a-f-]{36})\.([0-9a-f]{8})\.(\d+)\.([0-9a-f-]+)\.(intents|claim)$/;

/** A journal by its name. */
export interface JournalFile {
  readonly path: string;
  readonly writerId: string;
  readonly owner: ProcessIdentity;
}

/** The journals beside a trail, of whomever. */
export function listJournals(trailPath: string, files: Files): JournalFile[] {
  const folder = journalFolder(trailPath);
  let names: string[];
  try {
    names = files.readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  const found: JournalFile[] = [];
  for (const name of names) {
    const [, writerId, host, pid, start] = NAME.exec(name) ?? [];
    if (writerId === undefined || host === undefined || pid === undefined || start === undefined) continue;
    found.push({ path: join(folder, name), writerId, owner: { host, pid: Number(pid), start } });
  }
  return found;
}

/** Where to begin reading the trail; at its beginning, if a journal's first line is not what it should be. */
export function parsePosition(line: string): TrailPosition {
  try {
    // Both members are checked before use.
    const { segment, offset } = JSON.parse(line) as { readonly segment?: unknown; readonly offset?: unknown };
    const isPosition = Number.isSafeInteger(segment) && Number.isSafeInteger(offset) && Number(segment) >= 0 && Number(offset) >= 0;
    if (isPosition) return { segment: Number(segment), offset: Number(offset) };
  } catch {
    // Torn, or not ours.
  }
  return { segment: 0, offset: 0 };
}

/** The oldest segment in which calls of this host's journals may have ended; other hosts' are never recovered here. */
export function earliestSegment(trailPath: string, files: Files): number {
  const { host } = ownIdentity();
  let earliest = Infinity;
  for (const { path, owner } of listJournals(trailPath, files)) {
    if (owner.host !== host) continue;
    const lines = readLines(path, files);
    if (lines === null) return 0;
    if (lines.length > 0) earliest = Math.min(earliest, parsePosition(lines[0] ?? '').segment);
  }
  return earliest;
}

/** The complete lines of a journal; null if it has got another name meanwhile. */
export function readLines(path: string, files: Files): string[] | null {
  try {
    // What follows the last newline is empty or torn.
    return files.readFileSync(path).toString('utf8').split('\n').slice(0, -1);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
