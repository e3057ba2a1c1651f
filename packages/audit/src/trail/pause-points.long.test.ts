import { describe, expect, it } from '@jest/globals';
import { TrailError } from '../errors.js';
import { CrashSite, DAY_MS } from './crash-site.test.kit.js';
import type { FaultyFiles } from './faulty-files.test.kit.js';
import { LONGER } from './kit.test.kit.js';
import type { TrailOptions } from './options.js';
import type { Trail } from './trail.js';

const OPTIONS: TrailOptions = { rotateBytes: 2200, compress: true, retainDays: 1.5, checkpointEntries: 3 };
const KEEPS_ALL: TrailOptions = { retainDays: 0, compress: false };
const BUFFERED: TrailOptions = { ...OPTIONS, durability: 'buffered', flushEntries: 2 };
type Calls = FaultyFiles['calls'];

function append(site: CrashSite, trail: Trail, id: string): void {
  const before = site.clock;
  site.append(trail, id);
  // What was written before a long pause is as old as that.
  site.ledger.ended.set(id, before);
}

/** What the writer does that is paused: it rotates, announces, deletes, packs. */
async function live(site: CrashSite, files: FaultyFiles): Promise<void> {
  const trail = site.open(files);
  // Those that are held back go to the disk two at a time.
  for (let i = 0; i < (site.durability === 'buffered' ? 12 : 6); i += 1) {
    append(site, trail, `a-${String(i)}`);
    site.clock += DAY_MS / 2;
  }
  await trail.close();
}

/** Pauses a writer before one operation, while another one appends; nothing of that is a reason to refuse an entry. */
async function pauseAt(at: number, appends: number, more: TrailOptions, own: TrailOptions): Promise<string[]> {
  const site = new CrashSite(own);
  const other = site.open(site.process(), more);
  const goOn = (from: number): void => {
    for (let i = from; i < from + appends; i += 1) {
      append(site, other, `b-${String(i)}`);
      site.clock += DAY_MS;
    }
  };
  const files = site.process({
    fault: (count) => {
      if (count === at) goOn(0);
      return undefined;
    },
  });
  try {
    await live(site, files);
    // What one deleted and the other brought back goes with the next rotation.
    goOn(appends);
    await other.close();
    const faults = (await site.faults()).filter((fault) => !fault.startsWith('clock:'));
    return [...site.warnings.filter((warning) => warning.includes('not tidied')), ...faults];
  } catch (error) {
    if (!(error instanceof TrailError)) throw error;
    return [`${error.code} ${error.message}`];
  }
}

/** What the writer does beside one that stands by. */
async function operations(more: TrailOptions, own = OPTIONS): Promise<Calls> {
  const site = new CrashSite(own);
  const files = site.process();
  const other = site.open(site.process(), more);
  await live(site, files);
  await other.close();
  return files.calls;
}

async function failures(calls: Calls, points: readonly number[], appends: number, more: TrailOptions, own = OPTIONS): Promise<string[]> {
  const found: string[] = [];
  for (const at of points) {
    const { operation, path } = calls[at - 1] ?? { operation: '', path: '' };
    for (const fault of await pauseAt(at, appends, more, own)) found.push(`${String(at)} ${operation} ${path}: ${fault}`);
  }
  return found;
}

/** Where the writer has just offered its file as the next one. */
function offers(calls: Calls): number[] {
  return calls.flatMap(({ operation, path }, i) => (operation === 'linkSync' && path.endsWith('jsonl.next') ? [i + 1] : []));
}

describe('a writer that is paused at any file operation', () => {
  // By default each operation is taken in one row.
  it.each<[string, number, number, TrailOptions]>([
    ['has appended one entry', 0, 1, {}],
    ['has rotated', 1, 3, {}],
    ['has rotated often', 2, 10, {}],
    ['has rotated and keeps all files', 3, 3, KEEPS_ALL],
    ['has rotated often and keeps all files', 4, 10, KEEPS_ALL],
    ['has appended and never rotates of itself', 5, 3, { ...KEEPS_ALL, rotateBytes: 0 }],
  ])('goes on with a valid trail and refuses nothing after another writer %s', async (_, first, appends, more) => {
    const calls = await operations(more);
    const points = calls.map((__, i) => i + 1).filter((at) => LONGER > 1 || at % 6 === first);

    const found = await failures(calls, points, appends, more);

    expect(found.slice(0, 25)).toEqual([]);
    expect(calls.length).toBeGreaterThan(100);
  }, 60_000 * LONGER);

  it.each([
    ['packed and deleted', {}],
    ['kept', KEEPS_ALL],
  ])('uses no sequence number twice when its next file was put in place for it, and then %s', async (_, more) => {
    const calls = await operations(more);
    const points = offers(calls).flatMap((at) => [at + 1, at + 2, at + 3]);

    const found = await failures(calls, points, 3, more);

    expect(points.length).toBeGreaterThan(3);
    expect(found).toEqual([]);
  });

  it('announces deletions in an open file, though the one it has just entered was closed meanwhile', async () => {
    const calls = await operations(KEEPS_ALL);
    const points = offers(calls).flatMap((at) => [4, 5, 6, 7, 8].map((more) => at + more));

    const found = await failures(calls, points, 3, KEEPS_ALL);

    expect(found).toEqual([]);
  });

  it('deletes nothing before an entry in the trail says so, also where others are held back', async () => {
    const more: TrailOptions = { ...KEEPS_ALL, durability: 'process' };
    const calls = await operations(more, BUFFERED);
    const points = calls.flatMap(({ operation }, i) => (operation === 'writeSync' ? [i + 1] : []));

    const found = await failures(calls, points, 3, more, BUFFERED);

    expect(points.length).toBeGreaterThan(3);
    expect(found).toEqual([]);
  });

  it('brings back no segment that was deleted while it packed it', async () => {
    const calls = await operations({});
    const points = calls.flatMap(({ operation, path }, i) => (operation === 'writeFileSync' && path.endsWith('.tmp') ? [i + 1, i + 2, i + 3, i + 4] : []));

    const found = await failures(calls, points, 6, {});

    expect(points.length).toBeGreaterThan(3);
    expect(found).toEqual([]);
  });
});
