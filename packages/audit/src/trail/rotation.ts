import { linkSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { Chain } from './chain.js';
import { segmentText, type SegmentDetail } from '../entry/detail.js';
import { completeFields, type EntryFields } from '../entry/entry.js';
import { fileError, systemCode, TrailError } from '../errors.js';
import { compressSegments, retainSegments, sweepLeftovers } from './retention.js';
import { isSameFile, segmentPath } from './segment-files.js';
import { Tape } from './tape.js';
import type { Writer } from './writer.js';

const STALE_MS = 2000;

export function segmentFields(detail: SegmentDetail): EntryFields {
  return completeFields({ kind: 'segment', detail: segmentText(detail) });
}

function isOwn(writer: Writer, path: string): boolean {
  return isSameFile(path, writer.tape.ino, writer.tape.dev);
}

/** Runs a step that another writer may have done already; false if it had. */
function claimed(step: () => void, taken: 'EEXIST' | 'ENOENT'): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (systemCode(error) === taken) return false;
    throw error;
  }
}

/** Closes the current file under its segment name and starts the next; whoever links the name first does the work. */
export function rotate(writer: Writer): void {
  const { path } = writer;
  const segment = segmentPath(path, writer.tape.ordinal);
  try {
    if (!claimed(() => { linkSync(path, segment); }, 'EEXIST')) {
      if (!isOwn(writer, segment) && isOwn(writer, path)) {
        throw new TrailError('ROTATION', path, `cannot rotate ${path}: ${segment} exists and is another file: move it away`);
      }
      writer.moveOver();
      return;
    }
    if (!isOwn(writer, segment)) {
      // The path had moved on between our last look and the link.
      unlinkSync(segment);
      writer.moveOver();
      return;
    }
    finishRotation(writer);
  } catch (error) {
    throw fileError(error, path, 'cannot rotate trail');
  }
  tidy(writer);
}

function tidy(writer: Writer): void {
  const { compress, retainDays, onWarning } = writer.options;
  try {
    if (retainDays > 0) retainSegments(writer);
    if (compress) compressSegments(writer);
    sweepLeftovers(writer.path);
  } catch (error) {
    // Housekeeping can wait for the next rotation; the entry cannot.
    onWarning(`segments of ${writer.path} were not tidied up: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/** Puts the next segment in place; does nothing if another writer did. */
export function finishRotation(writer: Writer): void {
  const { path } = writer;
  claimed(() => { linkSync(path, segmentPath(path, writer.tape.ordinal)); }, 'EEXIST');
  const end = writer.closeTape(segmentFields({ role: 'close' }));
  const detail = { role: 'open', previous: writer.tape.ordinal, ...writer.running.upTo(end) } as const;
  // What this writer owes the next file comes after its first line, so that line then begins a chain of its own.
  const chain = writer.hasDebts ? new Chain(writer.options.now) : writer.chain;
  const sealed = chain.seal(segmentFields(detail), null);
  const next = putInPlace(writer, sealed.line);
  if (next === null) return;
  writer.adopt(sealed);
  writer.changeTape(next);
}

/** Gives the file that now is the trail, or was and has been closed already; null if another writer's is. */
function putInPlace(writer: Writer, line: string): Tape | null {
  const { path } = writer;
  const prepared = `${path}.${writer.chain.writerId}.next`;
  let tape: Tape;
  try {
    // Of a rotation of ours that was stopped.
    rmSync(prepared, { force: true });
    writeFileSync(prepared, line, { mode: 0o600, flag: 'wx' });
    tape = Tape.open(path, 'existing', prepared);
  } catch (error) {
    rmSync(prepared, { force: true });
    throw error;
  }
  try {
    if (linkNext(writer, prepared, tape)) return tape;
  } catch (error) {
    tape.close();
    throw error;
  }
  tape.close();
  return null;
}

function linkNext(writer: Writer, prepared: string, tape: Tape): boolean {
  const { path } = writer;
  const next = `${path}.next`;
  try {
    if (!claimed(() => { linkSync(prepared, next); }, 'EEXIST')) {
      takeStale(writer, next);
      return false;
    }
  } finally {
    unlinkSync(prepared);
  }
  if (!isOwn(writer, path)) {
    unlinkSync(next);
    return false;
  }
  if (claimed(() => { renameSync(next, path); }, 'ENOENT')) return true;
  // A writer that took us for dead has renamed our file for us, or thrown it away.
  return [path, segmentPath(path, tape.ordinal)].some((name) => isSameFile(name, tape.ino, tape.dev));
}

/** Finishes or clears what a writer left that died between preparing the next segment and renaming it. */
function takeStale(writer: Writer, next: string): void {
  const { path, tape } = writer;
  claimed(() => {
    if (Date.now() - statSync(next).mtimeMs < STALE_MS) return;
    const left = Tape.open(next, 'existing');
    left.close();
    if (left.opening?.previous === tape.ordinal && isOwn(writer, path)) renameSync(next, path);
    else unlinkSync(next);
  }, 'ENOENT');
}

