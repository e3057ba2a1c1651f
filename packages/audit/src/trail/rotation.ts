import { Chain } from './chain.js';
import { segmentText, type SegmentDetail } from '../entry/detail.js';
import { completeFields, type EntryFields } from '../entry/entry.js';
import { fileError, systemCode, TrailError } from '../errors.js';
import { compressSegments, retainSegments, sweepLeftovers } from './retention.js';
import { isSameFile, segmentPath } from './segment-files.js';
import type { Files } from './files.js';
import type { SettledOptions } from './options.js';
import { Tape } from './tape.js';
import type { Writer } from './writer.js';
import { replaced } from './writer-faults.js';

const STALE_MS = 1000;
const WAIT_TRIES = 250;
const WAIT_ROUNDS = 16;

export function segmentFields(detail: SegmentDetail): EntryFields {
  return completeFields({ kind: 'segment', detail: segmentText(detail) });
}

/** Whether a file is long or old enough to be closed; one that was empty when it was entered is as old as that. */
export function isDue(tape: Tape, options: SettledOptions, enteredAt: number): boolean {
  const { rotateBytes, rotateMs, now } = options;
  if (rotateBytes > 0 && tape.size >= rotateBytes) return true;
  return rotateMs > 0 && tape.size > 0 && now() - (Number.isNaN(tape.startedAt) ? enteredAt : tape.startedAt) >= rotateMs;
}

/** Opens the file that stands where a writer's own stood; `removed` is what made it look. */
export function openSuccessor(tape: Tape, files: Files, removed: unknown): Tape {
  const { path } = tape;
  let next: Tape;
  try {
    next = Tape.open(path, 'existing', files);
  } catch (error) {
    if (!(error instanceof TrailError) || error.code !== 'MISSING') throw error;
    const cause = removed ?? error;
    throw new TrailError('REMOVED', path, `cannot append to ${path}: the file was removed while open: open the trail anew`, { cause });
  }
  if (next.ordinal > tape.ordinal) return next;
  next.close();
  throw replaced(path);
}

function isOwn(writer: Writer, path: string): boolean {
  return isSameFile(path, writer.tape.ino, writer.tape.dev, writer.options.files);
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
    if (!claimed(() => { writer.options.files.linkSync(path, segment); }, 'EEXIST')) {
      if (!isOwn(writer, segment) && isOwn(writer, path)) {
        throw new TrailError('ROTATION', path, `cannot rotate ${path}: ${segment} exists and is another file: move it away`);
      }
      moveOver(writer);
      return;
    }
    if (!isOwn(writer, segment)) {
      // The path had moved on between our last look and the link.
      writer.options.files.unlinkSync(segment);
      moveOver(writer);
      return;
    }
    finishRotation(writer);
  } catch (error) {
    throw fileError(error, path, 'cannot rotate trail');
  }
  tidy(writer);
}

/** Waits until another writer has put the next segment in place, or does it, and continues there. */
export function moveOver(writer: Writer): void {
  for (let round = 0; round < WAIT_ROUNDS; round += 1) {
    for (let attempt = 0; attempt < WAIT_TRIES; attempt += 1) {
      if (writer.enterSuccessor()) return;
      writer.options.files.sleepSync(1);
    }
    // Whoever began must have died: the work may be finished by anyone.
    const before = writer.tape;
    finishRotation(writer);
    if (writer.tape !== before) return;
  }
  const { path } = writer;
  throw new TrailError('ROTATION', path, `cannot append to ${path}: a rotation did not come to an end: check who writes the folder`);
}

function tidy(writer: Writer): void {
  const { compress, retainDays, onWarning } = writer.options;
  try {
    if (retainDays > 0) retainSegments(writer);
    if (compress) compressSegments(writer);
    sweepLeftovers(writer.path, writer.options.files);
  } catch (error) {
    // Housekeeping can wait for the next rotation; the entry cannot.
    onWarning(`segments of ${writer.path} were not tidied up: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

/** Puts the next segment in place; does nothing if another writer did. */
function finishRotation(writer: Writer): void {
  const { path } = writer;
  claimed(() => { writer.options.files.linkSync(path, segmentPath(path, writer.tape.ordinal)); }, 'EEXIST');
  const end = writer.closeTape(segmentFields({ role: 'close' }));
  // Whatever the mode: no checkpoint may cover a file that a loss of power could leave without its end.
  writer.tape.syncEvenIfBroken();
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
  const { files } = writer.options;
  const prepared = `${path}.${writer.chain.writerId}.next`;
  let tape: Tape;
  try {
    // Of a rotation of ours that was stopped.
    files.rmSync(prepared, { force: true });
    files.writeFileSync(prepared, line, { mode: 0o600, flag: 'wx', flush: true });
    tape = Tape.open(path, 'existing', files, prepared);
  } catch (error) {
    files.rmSync(prepared, { force: true });
    throw error;
  }
  try {
    if (linkNext(writer, prepared, tape)) {
      tape.syncName();
      return tape;
    }
  } catch (error) {
    tape.close();
    throw error;
  }
  tape.close();
  return null;
}

function linkNext(writer: Writer, prepared: string, tape: Tape): boolean {
  const { path } = writer;
  const { files } = writer.options;
  const next = `${path}.next`;
  try {
    if (!claimed(() => { files.linkSync(prepared, next); }, 'EEXIST')) {
      takeStale(writer, next);
      return false;
    }
  } finally {
    files.unlinkSync(prepared);
  }
  if (!isOwn(writer, path)) {
    // Perhaps by one that took us for dead and has put our file in place already.
    files.rmSync(next, { force: true });
    return false;
  }
  if (claimed(() => { files.renameSync(next, path); }, 'ENOENT')) return true;
  // A writer that took us for dead has renamed our file for us, or thrown it away.
  return [path, segmentPath(path, tape.ordinal)].some((name) => isSameFile(name, tape.ino, tape.dev, files));
}

/** Looks at a prepared file, which its writer may put in place at this moment. */
function openIfThere(next: string, files: Files): Tape | null {
  try {
    const found = Tape.open(next, 'existing', files);
    found.close();
    return found;
  } catch (error) {
    if (error instanceof TrailError && error.code === 'MISSING') return null;
    throw error;
  }
}

/** Finishes or clears what a writer left that died between preparing the next segment and renaming it. */
function takeStale(writer: Writer, next: string): void {
  const { path, tape } = writer;
  const { files } = writer.options;
  claimed(() => {
    if (Date.now() - (files.statSync(next)?.mtimeMs ?? Infinity) < STALE_MS) return;
    const left = openIfThere(next, files);
    if (left === null) return;
    if (left.opening?.previous === tape.ordinal && isOwn(writer, path)) files.renameSync(next, path);
    else files.unlinkSync(next);
  }, 'ENOENT');
}

