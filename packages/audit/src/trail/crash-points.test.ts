import { describe, expect, it } from '@jest/globals';
import { CrashSite, DAY_MS } from './crash-site.test.kit.js';
import type { FaultyFiles } from './faulty-files.test.kit.js';
import { LONGER } from './kit.test.kit.js';
import type { Durability, TrailOptions } from './options.js';

const OPTIONS: TrailOptions = { rotateBytes: 2200, compress: true, retainDays: 1.5, checkpointEntries: 3, flushEntries: 2 };

/** A life of a trail: appends with intents, a call left open, rotations, compression, retention, checkpoints, a second opening. */
async function live(site: CrashSite, files: FaultyFiles): Promise<void> {
  let trail = site.open(files);
  for (const round of [1, 2]) {
    for (let i = 0; i < 3; i += 1) {
      const id = `c-${String(round)}-${String(i)}`;
      if (i % 2 === 0) {
        site.begin(trail, id);
        site.append(trail, id);
      } else {
        await site.beginSoon(trail, id);
        await Promise.all([site.appendSoon(trail, id), site.appendSoon(trail, `${id}-b`)]);
      }
      site.clock += DAY_MS;
    }
    site.begin(trail, `open-${String(round)}`);
    await trail.checkpoint();
    await trail.close();
    if (round === 1) trail = site.open(files);
  }
}

async function countOperations(options: TrailOptions): Promise<FaultyFiles['calls']> {
  const site = new CrashSite(options);
  const files = site.process();
  await live(site, files);
  return files.calls;
}

/** Kills the process at one operation; gives what is wrong afterwards. */
async function crashAt(options: TrailOptions, at: number, cut: number, power: (() => number) | null): Promise<string[]> {
  const site = new CrashSite(options);
  const files = site.process({ fault: (count) => (count === at ? 'die' : undefined), cut });
  await site.until(files, () => live(site, files));
  if (power === null) site.disk.bury();
  else site.disk.losePower(power);
  try {
    return await site.faults();
  } catch (error) {
    return [`cannot be opened: ${error instanceof Error ? error.message : 'unknown error'}`];
  }
}

/** A number in [0, 1) from a number, so that a failure can be run again. */
function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a crash at any file operation', () => {
  it.each<[Durability, string, (at: number) => (() => number) | null]>([
    ['process', 'the process is killed', () => null],
    ['buffered', 'the process is killed', () => null],
    ['power', 'the power fails', (at) => chances(at)],
    ['power', 'the power fails and nothing unsynced is left', () => () => 0],
    // What a kill leaves is what a loss of power may leave at the most.
    ['power', 'the process is killed', () => null],
  ])('loses nothing in mode %s when %s', async (durability, _, powerAt) => {
    const options = { ...OPTIONS, durability };
    const calls = await countOperations(options);
    const failures: string[] = [];

    for (let at = 1; at <= calls.length; at += 1) {
      const { operation, path } = calls[at - 1] ?? { operation: '', path: '' };
      const isWrite = operation === 'writeSync' || operation === 'writeFileSync';
      for (let cut = 0; cut <= (isWrite ? 1 : 0); cut += 0.5 / LONGER) {
        const found = await crashAt(options, at, cut, powerAt(at));
        for (const fault of found) failures.push(`${String(at)} ${operation} ${path} cut ${String(cut)}: ${fault}`);
      }
    }

    expect(failures.slice(0, 25)).toEqual([]);
    expect(calls.length).toBeGreaterThan(150);
  }, 120_000 * LONGER);
});
