import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_RECORD_CHARS } from '../checkpoint/read-record.js';
import { fileError, systemCode, TrailError } from '../errors.js';
import { LineSplitter } from '../trail/line-splitter.js';
import type { OpenCalls } from './open-calls.js';
import type { Verification } from './verification.js';

const MAX_JOURNAL_BYTES = 64 * 1024 * 1024;

/** Reads the checkpoints kept beside a trail, one record a line; a last line without its newline was cut short and is none. */
export async function readCheckpoints(path: string, verification: Verification): Promise<void> {
  let lines: string[] = [];
  let count = 0;
  const splitter = new LineSplitter((line) => {
    lines.push(line.length > MAX_RECORD_CHARS ? 'null' : (line.text ?? 'null'));
  });
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw new TrailError('NOT_A_FILE', path, `cannot read ${path}: it is not a regular file: give the path of a file`);
    // A stream without encoding yields buffers.
    for await (const piece of createReadStream(path)) {
      splitter.push(piece as Buffer);
      for (const line of lines) await verification.kept(line, verification.place((count += 1), path));
      lines = [];
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw fileError(error, path, 'cannot read');
  }
}

/** What a witness file holds. */
export function readWitness(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError(error, path, 'cannot read witness');
  }
}

/** Reads which calls were begun, from the journals of all writers. */
export function readJournals(folder: string, calls: OpenCalls): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw fileError(error, folder, 'cannot read');
  }
  for (const name of names) {
    if (name.endsWith('.intents') || name.endsWith('.claim')) readJournal(join(folder, name), calls);
  }
}

function readJournal(path: string, calls: OpenCalls): void {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isFile() !== true || stats.size > MAX_JOURNAL_BYTES) return;
    const lines = readFileSync(path, 'utf8').split('\n');
    // What follows the last newline is empty or torn: its call cannot have started.
    lines.pop();
    for (const line of lines) calls.begun(line);
  } catch (error) {
    // Its writer has removed it, so all its calls have their entries.
    if (systemCode(error) !== 'ENOENT') throw fileError(error, path, 'cannot read');
  }
}
