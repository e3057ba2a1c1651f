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

/** A process that dies before it reads leaves the disk that it leaves before its next change, and has promised no more by then. */
const CHANGES: ReadonlySet<string> = new Set([
  'fdatasync', 'fdatasyncSync', 'fsyncSync', 'ftruncateSync', 'linkSync', 'mkdirSync', 'openSync', 'renameSync', 'rmSync', 'unlinkSync', 'writeFileSync', 'writeSync',
]);

/** How much of a write may be on the disk, in parts of it. */
function cutsOf(operation: string, at: number): number[] {
  if (operation !== 'writeSync' && operation !== 'writeFileSync') return [0];
  if (LONGER === 1) return [(at % 3) / 2];
  return Array.from({ length: 2 * LONGER + 1 }, (_, i) => i / (2 * LONGER));
}

describe('a crash at any file operation', () => {
  // `every`: only each n-th change by default, since another row dies at all of them.
  it.each<[Durability, string, number, (at: number) => (() => number) | null]>([
    ['process', 'the process is killed', 1, () => null],
    ['buffered', 'the process is killed', 1, () => null],
    ['power', 'the power fails and nothing unsynced is left', 1, () => () => 0],
    ['power', 'the power fails', 2, (at) => chances(at)],
    // What a kill leaves is what a loss of power may leave at the most.
    ['power', 'the process is killed', 3, () => null],
  ])('loses nothing in mode %s when %s', async (durability, _, every, powerAt) => {
    const options = { ...OPTIONS, durability };
    const calls = await countOperations(options);
    const all = calls.map(({ operation, path }, i) => ({ operation, path, at: i + 1 }));
    const changes = all.filter(({ operation }) => CHANGES.has(operation)).filter((__, i) => i % every === 0);
    const failures: string[] = [];

    for (const { operation, path, at } of LONGER > 1 ? all : changes) {
      for (const cut of cutsOf(operation, at)) {
        const found = await crashAt(options, at, cut, powerAt(at));
        for (const fault of found) failures.push(`${String(at)} ${operation} ${path} cut ${String(cut)}: ${fault}`);
      }
    }

    expect(failures.slice(0, 25)).toEqual([]);
    expect(calls.length).toBeGreaterThan(150);
  }, 120_000 * LONGER);
});
