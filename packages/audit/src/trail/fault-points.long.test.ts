import { describe, expect, it } from '@jest/globals';
import { TrailError } from '../errors.js';
import { CrashSite, DAY_MS } from './crash-site.test.kit.js';
import type { FaultCode, FaultyFiles } from './faulty-files.test.kit.js';
import { LONGER } from './kit.test.kit.js';
import type { Durability, TrailOptions } from './options.js';

const OPTIONS: TrailOptions = { rotateBytes: 2200, compress: true, retainDays: 1.5, checkpointEntries: 3, flushEntries: 2 };
const CODES: readonly FaultCode[] = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EDQUOT', 'SHORT'];

/** Runs one step; an error of the file system must come as one of ours. */
async function attempt<T>(step: () => T | Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof TrailError) return null;
    throw error;
  }
}

/** Goes on whatever fails, as callers do. */
async function live(site: CrashSite, files: FaultyFiles): Promise<void> {
  for (const round of [1, 2]) {
    const trail = (await attempt(() => site.open(files))) ?? (await attempt(() => site.open(files)));
    if (trail === null) continue;
    for (let i = 0; i < 3; i += 1) {
      const id = `c-${String(round)}-${String(i)}`;
      if (i % 2 === 0) {
        await attempt(() => { site.begin(trail, id); });
        await attempt(() => { site.append(trail, id); });
      } else {
        await attempt(() => site.beginSoon(trail, id));
        await Promise.all([attempt(() => site.appendSoon(trail, id)), attempt(() => site.appendSoon(trail, `${id}-b`))]);
      }
      site.clock += DAY_MS;
    }
    await attempt(() => { site.begin(trail, `open-${String(round)}`); });
    await attempt(() => trail.checkpoint());
    await attempt(() => trail.close());
  }
}

async function failAt(options: TrailOptions, from: number, length: number, code: FaultCode): Promise<string[]> {
  const site = new CrashSite(options);
  const files = site.process({ fault: (count) => (count >= from && count < from + length ? code : undefined) });
  try {
    await live(site, files);
    const leaks = [...site.disk.open.values()].map((open) => `${open.path} was left open`);
    site.disk.bury();
    return [...leaks, ...(await site.faults())];
  } catch (error) {
    return [error instanceof Error ? `${error.name} ${error.message} ${error.cause instanceof Error ? error.cause.message : ''}` : 'unknown error'];
  }
}

describe('a failing file operation', () => {
  // By default each operation of mode `power` fails once, in one of its rows; the others have few that it has not.
  it.each<[Durability, number, number, number]>([
    ['process', 1, 8, 0],
    ['process', 7, 8, 4],
    ['power', 1, 2, 0],
    ['power', 7, 2, 1],
    ['buffered', 1, 8, 0],
    ['buffered', 7, 8, 4],
  ])('ends in a typed error and costs nothing that was acknowledged in mode %s, when %i fail in a row', async (durability, length, every, first) => {
    const options = { ...OPTIONS, durability };
    const site = new CrashSite(options);
    const files = site.process();
    await live(site, files);
    const failures: string[] = [];

    for (let at = 1; at <= files.calls.length; at += 1) {
      if (LONGER === 1 && at % every !== first) continue;
      const { operation, path } = files.calls[at - 1] ?? { operation: '', path: '' };
      // Neighbours differ, also where only each n-th is taken.
      const codes = LONGER > 1 ? CODES : CODES.filter((_, i) => i === Math.floor(at / every) % CODES.length);
      for (const code of codes) {
        const found = await failAt(options, at, length, code);
        for (const fault of found) failures.push(`${String(at)} ${operation} ${path} ${code}: ${fault}`);
      }
    }

    expect(failures.slice(0, 25)).toEqual([]);
  }, 120_000 * LONGER);
});
