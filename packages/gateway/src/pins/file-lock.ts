import { lstat, open, readFile, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PinFileError } from './pin-file-error.js';

/** A change takes milliseconds; whoever has held the file for longer is gone. */
const longestHoldMs = 10_000;
const tryAgainMs = 10;
const longestWaitMs = 30_000;

/** What a holder is told by. */
export interface Held {
  /** Whether the lock is still this holder's: one that slept for long may have lost it. */
  isOurs(): Promise<boolean>;
}

/** Runs a body while no other process that asks for the same file runs one. */
export async function alone<T>(path: string, body: (held: Held) => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  const mark = randomUUID();
  await hold(lock, mark, path);
  const held = { isOurs: async () => (await textOf(lock)) === mark };
  try {
    return await body(held);
  } finally {
    if (await held.isOurs()) await rm(lock, { force: true });
  }
}

async function hold(lock: string, mark: string, path: string): Promise<void> {
  const until = performance.now() + longestWaitMs;
  while (performance.now() < until) {
    if (await made(lock, mark, path)) return;
    if (await isLeft(lock)) await takeAway(lock, path);
    else await pause(tryAgainMs);
  }
  throw new PinFileError(`the file of pins ${path} cannot be changed: others have held ${lock} for ${String(longestWaitMs / 1_000)} s; remove it if nobody uses it`);
}

async function made(file: string, mark: string, path: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(mark);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new PinFileError(`the file of pins ${path} cannot be changed: the system answered ${codeOf(error)}`, error);
  }
}

/** One at a time: the second of two who see what a dead one left would take away the lock that the first has made since. */
async function takeAway(lock: string, path: string): Promise<void> {
  const turn = `${lock}.left`;
  if (!(await made(turn, '', path))) {
    if (await isLeft(turn)) await rm(turn, { force: true });
    else await pause(tryAgainMs);
    return;
  }
  try {
    if (await isLeft(lock)) await rm(lock, { force: true });
  } finally {
    await rm(turn, { force: true });
  }
}

/** Also one from the future: somebody has set the clock back since. */
async function isLeft(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await lstat(lock);
    return Math.abs(Date.now() - mtimeMs) > longestHoldMs;
  } catch {
    // Gone: the next try will tell.
    return false;
  }
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Taken away by somebody who thought that we were gone.
    return undefined;
  }
}

export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'an unknown error';
}
