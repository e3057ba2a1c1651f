import type { SwitchEvent } from '@enforcecore/core';
import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { CliError, systemCode, systemReason } from '../errors.js';
import { writeWhole } from '../write-whole.js';
import { switchOf, turned, type SwitchPlace } from './switch-place.js';

/** A change takes milliseconds; whoever has held the file for longer is gone. */
const longestHoldMs = 5_000;
const tryAgainMs = 20;

export function openFileSwitch(path: string): Promise<SwitchPlace> {
  return Promise.resolve({
    name: path,
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
  });
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
  for (;;) {
    try {
      await (await open(lock, 'wx')).close();
      return;
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw new CliError('INPUT', `cannot write ${path}: ${systemReason(error)}`, { cause: error });
    }
    if (await isLeft(lock)) await rm(lock, { force: true });
    else await pause(tryAgainMs);
  }
}

async function isLeft(lock: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(lock)).mtimeMs > longestHoldMs;
  } catch {
    // Gone: the next try will tell.
    return false;
  }
}
