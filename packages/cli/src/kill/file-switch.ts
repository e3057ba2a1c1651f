import type { SwitchEvent } from '@enforcecore/core';
import type { Stats } from 'node:fs';
import { lstat, open, realpath, rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CliError, systemCode, systemReason } from '../errors.js';
import { writeWhole } from '../write-whole.js';
import { switchOf, turned, type SwitchPlace } from './switch-place.js';

/** A change takes milliseconds; whoever has held the file for longer is gone. */
const longestHoldMs = 5_000;
const tryAgainMs = 20;

/** Many changes at the same time wait for each other; one that waits for longer has something wrong in its way. */
const longestWaitMs = 15_000;

export async function openFileSwitch(given: string): Promise<SwitchPlace> {
  const path = await targetOf(given);
  return {
    name: given,
    isThere: async () => (await lstatOf(path)) !== undefined,
    trips: async () => (await switchOf(await eventsOf(path))).trips,
    change: (turn) =>
      alone(path, async () => {
        const killSwitch = await switchOf(await eventsOf(path));
        const event = turned(killSwitch, turn);
        const { writeSwitchFile } = await import('@enforcecore/core');
        // Readable for all: the processes that look at it may run as somebody else.
        await writeWhole(path, 0o644, (write) => write(writeSwitchFile(killSwitch.events)));
        return event;
      }),
  };
}

/** A link stays one: what it leads to is written, and that is what processes read. */
async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' && (await lstatOf(path)) === undefined) return path;
    if (systemCode(error) === 'ENOENT') throw new CliError('INPUT', `${path} is a link that leads to nothing: name the file itself`, { cause: error });
    throw new CliError('INPUT', `${path} cannot be used: ${systemReason(error)}`, { cause: error });
  }
}

async function lstatOf(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined;
    throw new CliError('INPUT', `${path} cannot be used: ${systemReason(error)}`, { cause: error });
  }
}

async function eventsOf(path: string): Promise<readonly SwitchEvent[]> {
  const { mostFileBytes, readSmallFile, readSwitchFile } = await import('@enforcecore/core');
  try {
    const text = readSmallFile(path, mostFileBytes);
    return text === undefined ? [] : readSwitchFile(text);
  } catch (error) {
    const why = error instanceof Error && !('syscall' in error) ? error.message : systemReason(error);
    throw new CliError('INPUT', `${path} cannot be used: ${why}. Processes that look at it stop all their calls; put it right, or remove it to let them go on`, { cause: error });
  }
}

/** Two changes at the same time would lose one of them. */
async function alone<T>(path: string, body: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`;
  await hold(lock, path);
  try {
    return await body();
  } finally {
    await rm(lock, { force: true });
  }
}

async function hold(lock: string, path: string): Promise<void> {
  const until = performance.now() + longestWaitMs;
  while (performance.now() < until) {
    try {
      await (await open(lock, 'wx')).close();
      return;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw new CliError('INPUT', `cannot write ${path}: ${systemReason(error)}`, { cause: error });
    }
    if (await isLeft(lock)) await takeAway(lock);
    else await pause(tryAgainMs);
  }
  throw new CliError('INPUT', `cannot write ${path}: others have held ${lock} for ${String(longestWaitMs / 1_000)} s; remove it if nobody uses it`);
}

/** One at a time: the second of two who see what a dead one left would take away the lock that the first has made since. */
async function takeAway(lock: string): Promise<void> {
  const own = `${lock}.left`;
  try {
    await (await open(own, 'wx')).close();
  } catch {
    if (await isLeft(own)) await rm(own, { force: true });
    else await pause(tryAgainMs);
    return;
  }
  try {
    if (await isLeft(lock)) await rm(lock, { force: true });
  } finally {
    await rm(own, { force: true });
  }
}

async function isLeft(lock: string): Promise<boolean> {
  const found = await lstatOf(lock);
  // Gone: the next try will tell.
  if (found === undefined) return false;
  if (found.isDirectory()) throw new CliError('INPUT', `${lock} is a folder, and has to be a file that this command makes for a moment; remove it`);
  // Also one from the future: somebody has set the clock back since.
  return Math.abs(Date.now() - found.mtimeMs) > longestHoldMs;
}
