import { Chain } from './chain.js';
import { segmentText, type SegmentDetail } from '../entry/detail.js';
import { completeFields, type EntryFields } from '../entry/entry.js';
import { fileError, systemCode, TrailError } from '../errors.js';
import { compressSegments, retainSegments, sweepLeftovers } from './retention.js';
import { claimed, isSameFile, segmentPath } from './segment-files.js';
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

/** What a writer calls a file as long as nobody else is to see it. */
function ownName({ path, chain }: Writer): string {
  return `${path}.${chain.writerId}.next`;
}

/** Gives the current file its segment name; false if it has it, or the path has moved on to another file. */
function nameSegment(writer: Writer): boolean {
  const { path } = writer;
  const { files } = writer.options;
  const own = ownName(writer);
  files.rmSync(own, { force: true });
  // In two steps: the path may move on at any moment, and no segment may ever get another one's name, or it is packed under it.
  files.linkSync(path, own);
  try {
    return isOwn(writer, own) && claimed(() => { files.linkSync(own, segmentPath(path, writer.tape.ordinal)); }, 'EEXIST');
  } catch (error) {
    // One that clears up took us for dead.
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  } finally {
    files.rmSync(own, { force: true });
  }
}

/** Closes the current file under its segment name and starts the next; whoever links the name first does the work. */
export function rotate(writer: Writer): void {
  const { path } = writer;
  const segment = segmentPath(path, writer.tape.ordinal);
  try {
    const isFirst = nameSegment(writer);
    if (!isFirst && !isOwn(writer, segment) && writer.options.files.existsSync(segment) && isOwn(writer, path)) {
      throw new TrailError('ROTATION', path, `cannot rotate ${path}: ${segment} exists and is another file: move it away`);
    }
    if (!isFirst || !finishRotation(writer)) {
      moveOver(writer);
      return;
    }
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
    const isNamed = nameSegment(writer) || isOwn(writer, segmentPath(writer.path, writer.tape.ordinal));
    if (isNamed && finishRotation(writer)) return;
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

/** Puts the next segment in place and goes on there; false if another writer did, or is about to. */
function finishRotation(writer: Writer): boolean {
  const end = endOf(writer);
  if (end === null) return false;
  // Whatever the mode: no checkpoint may cover a file that a loss of power could leave without its end.
  writer.tape.syncEvenIfBroken();
  const detail = { role: 'open', previous: writer.tape.ordinal, ...writer.running.upTo(end) } as const;
  // What this writer owes the next file comes after its first line, so that line then begins a chain of its own.
  const chain = writer.hasDebts ? new Chain(writer.options.now) : writer.chain;
  const sealed = chain.seal(segmentFields(detail), null);
  const next = putInPlace(writer, sealed.line);
  if (next === null) return false;
  writer.adopt(sealed);
  writer.changeTape(next);
  return true;
}

/** Closes the current file and gives the offset behind its last line; null if it has no name any more, as others have moved on. */
function endOf(writer: Writer): number | null {
  try {
    return writer.closeTape(segmentFields({ role: 'close' }));
  } catch (error) {
    if (error instanceof TrailError && error.code === 'REMOVED' && !isOwn(writer, writer.path)) return null;
    throw error;
  }
}

/** Opens a file that its writer, or one that clears up, may take away at this moment; null if it is gone. */
function openIfThere(path: string, files: Files, name: string): Tape | null {
  try {
    return Tape.open(path, 'existing', files, name);
  } catch (error) {
    if (error instanceof TrailError && error.code === 'MISSING') return null;
    throw error;
  }
}

/** Gives the file that now is the trail, or was and has been closed already; null if another writer's is. */
function putInPlace(writer: Writer, line: string): Tape | null {
  const { path } = writer;
  const { files } = writer.options;
  const prepared = ownName(writer);
  let tape: Tape | null = null;
  try {
    // Of a rotation of ours that was stopped.
    files.rmSync(prepared, { force: true });
    files.writeFileSync(prepared, line, { mode: 0o600, flag: 'wx', flush: true });
    tape = openIfThere(path, files, prepared);
    if (tape !== null && linkNext(writer, prepared, tape)) {
      tape.syncName();
      return tape;
    }
  } catch (error) {
    tape?.close();
    files.rmSync(prepared, { force: true });
    throw error;
  }
  tape?.close();
  return null;
}

function linkNext(writer: Writer, prepared: string, tape: Tape): boolean {
  const { path } = writer;
  const { files } = writer.options;
  const next = `${path}.next`;
  const { size } = tape;
  let isOurs: boolean;
  try {
    isOurs = claimed(() => { files.linkSync(prepared, next); }, 'EEXIST');
  } catch (error) {
    // Whoever clears up took us for dead before anybody could have seen our file.
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  } finally {
    files.rmSync(prepared, { force: true });
  }
  if (!isOurs) {
    takeStale(writer, next);
    return false;
  }
  try {
    if (isOwn(writer, path)) claimed(() => { files.renameSync(next, path); }, 'ENOENT');
  } finally {
    // From here on nobody can put our file in place.
    if (isSameFile(next, tape.ino, tape.dev, files)) files.rmSync(next, { force: true });
  }
  return wasPlaced(path, tape, size, files);
}

/**
 * Whether a prepared file that can be put in place no more has been: by us, or by a writer that took us for dead. Its line
 * is then in the trail for good, though the file may be packed or deleted by now. INVARIANT: a file leaves the path only
 * after its closing line, so one that is longer than it was prepared has been there.
 */
function wasPlaced(path: string, tape: Tape, preparedSize: number, files: Files): boolean {
  return isSameFile(path, tape.ino, tape.dev, files) || tape.lastSize() > preparedSize;
}

/** Finishes or clears what a writer left that died between preparing the next segment and renaming it. */
function takeStale(writer: Writer, next: string): void {
  const { path, tape } = writer;
  const { files } = writer.options;
  claimed(() => {
    if (Date.now() - (files.statSync(next)?.mtimeMs ?? Infinity) < STALE_MS) return;
    const left = openIfThere(next, files, next);
    if (left === null) return;
    left.close();
    if (left.opening?.previous === tape.ordinal && isOwn(writer, path)) files.renameSync(next, path);
    else files.unlinkSync(next);
  }, 'ENOENT');
}
