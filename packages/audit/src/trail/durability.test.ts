import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { CrashSite } from './crash-site.test.kit.js';
import type { FaultCode, Plan } from './faulty-files.test.kit.js';
import { TrailError } from '../errors.js';
import { call, codeOf, LONGER, Room } from './kit.test.kit.js';
import { readTrail } from './load-trail.js';
import { openTrail } from './trail.js';

const NO_CHECKPOINTS = { checkpointEntries: 0, checkpointSeconds: 0 };

/** The next sync, of either kind or of the one that is named, fails. */
function failOnce(operation: string, code: FaultCode): Plan {
  let left = 1;
  return { fault: (_, asked) => (asked.startsWith(operation) && left-- > 0 ? code : undefined) };
}

function ids(room: Room): (string | null)[] {
  return readTrail(room.path).filter((entry) => entry.kind === 'call').map((entry) => entry.call_id);
}

describe("mode 'power'", () => {
  it('lets those that can wait share syncs, and acknowledges none before a sync that began after its write', async () => {
    const site = new CrashSite({ durability: 'power', ...NO_CHECKPOINTS });
    const files = site.process();
    const trail = site.open(files);
    const synced: number[] = [];
    let written = 0;
    files.plan = {
      fault: (_, operation) => {
        if (operation === 'fdatasync') synced.push(written);
        return undefined;
      },
    };
    const early: number[] = [];

    await Promise.all(Array.from({ length: 100 }, async (_, i) => {
      const done = trail.append(call(`c-${String(i)}`), true);
      written += 1;
      await done;
      if (!synced.some((count) => count > i)) early.push(i);
    }));

    // The first goes alone, all others share the next.
    expect(synced.length).toBe(2);
    // It starts inside the append, before that was counted here.
    expect(early.filter((i) => i > 0)).toEqual([]);
    await trail.close();
  });

  it('shares syncs between calls that begin', async () => {
    const site = new CrashSite({ durability: 'power', ...NO_CHECKPOINTS });
    const files = site.process();
    const trail = site.open(files);

    await Promise.all(Array.from({ length: 50 }, async (_, i) => { await trail.begin(call(`c-${String(i)}`), true); }));

    expect(files.count('fdatasync')).toBe(2);
    await trail.close();
  });

  it.each([true, false])('acknowledges nothing after a failed sync until the file was opened anew, which it does by itself (waiting: %s)', async (canWait) => {
    const site = new CrashSite({ durability: 'power', ...NO_CHECKPOINTS });
    const files = site.process();
    const trail = site.open(files);
    await site.appendSoon(trail, 'before');
    files.plan = { fault: (_, operation) => (operation.startsWith('fdatasync') ? 'EIO' : undefined) };
    const append = async (id: string): Promise<string> => {
      try {
        if (canWait) await site.appendSoon(trail, id);
        else site.append(trail, id);
        return 'acknowledged';
      } catch (error) {
        return error instanceof Error ? error.name : '';
      }
    };

    const during = [await append('a'), await append('b')];
    files.plan = {};
    const after = await append('c');

    expect([...during, after]).toEqual(['TrailError', 'TrailError', 'acknowledged']);
    site.disk.losePower(() => 0);
    expect(await site.faults()).toEqual([]);
  });

  it('does not believe a later sync of what a failed one dropped (fsync-gate)', async () => {
    for (const canWait of [true, false]) {
      const site = new CrashSite({ durability: 'power', ...NO_CHECKPOINTS });
      const files = site.process();
      const trail = site.open(files);
      await site.appendSoon(trail, 'before');
      files.plan = failOnce('fdatasync', 'EIO');
      const refused = canWait ? site.appendSoon(trail, 'a') : Promise.resolve().then(() => { site.append(trail, 'a'); });
      await expect(refused).rejects.toThrow(TrailError);

      await site.appendSoon(trail, 'b');
      await trail.close();
      site.disk.losePower(() => 0);

      expect(await site.faults()).toEqual([]);
    }
  });

  it('goes on only when what a failed sync dropped could be written again', async () => {
    const site = new CrashSite({ durability: 'power', ...NO_CHECKPOINTS });
    const files = site.process();
    const trail = site.open(files);
    let [syncs, isFull] = [1, true];
    files.plan = { fault: (_, operation) => ((operation === 'rewriteSync' && isFull) || (operation === 'fdatasyncSync' && syncs-- > 0) ? 'ENOSPC' : undefined) };

    const refused = ['a', 'b', 'c'].map((id) => codeOf(() => { site.append(trail, id); }));
    isFull = false;
    site.append(trail, 'd');

    expect(refused).toEqual(['NO_SPACE', 'NO_SPACE', 'NO_SPACE']);
    await trail.close();
    site.disk.losePower(() => 0);
    expect(await site.faults()).toEqual([]);
  });

  it('acknowledges none of two syncs under way of which one failed: the error is told only once', async () => {
    const site = new CrashSite({ durability: 'power', ...NO_CHECKPOINTS });
    const files = site.process();
    const trail = site.open(files);
    const held: (() => void)[] = [];
    files.hold = (go) => { held.push(go); };
    const waiting = site.appendSoon(trail, 'a');
    const told = expect(waiting).rejects.toThrow(TrailError);
    await new Promise((resolve) => { setImmediate(resolve); });
    files.plan = failOnce('fdatasyncSync', 'EIO');

    expect(codeOf(() => { site.append(trail, 'b'); })).toBe('IO');
    for (const go of held) go();

    await told;
    files.hold = null;
    await trail.close();
  });

  it('keeps what waits for a sync while another append closes the file', async () => {
    const site = new CrashSite({ durability: 'power', rotateBytes: 1500, ...NO_CHECKPOINTS });
    const files = site.process();
    const trail = site.open(files);
    const held: (() => void)[] = [];
    files.hold = (go) => { held.push(go); };
    const waiting = Array.from({ length: 8 }, (_, i) => site.appendSoon(trail, `c-${String(i)}`));

    files.hold = null;
    await new Promise((resolve) => { setImmediate(resolve); });
    for (const go of held) go();
    await Promise.all(waiting);

    expect(site.disk.files().has('/disk/trail.000001.jsonl')).toBe(true);
    site.disk.losePower(() => 0);
    expect(await site.faults()).toEqual([]);
  });
});

describe("mode 'process'", () => {
  it('makes no checkpoint of what a failed sync dropped', async () => {
    const site = new CrashSite({ checkpointEntries: 2 });
    const files = site.process();
    const trail = site.open(files);
    site.append(trail, 'a');
    files.plan = failOnce('fdatasync', 'EIO');
    site.append(trail, 'b');

    site.append(trail, 'c');
    site.append(trail, 'd');
    await trail.close();
    site.disk.losePower(() => 0.99);

    expect(site.warnings).toHaveLength(1);
    // It was acknowledged before the power went, and a checkpoint was made of all.
    expect(await site.faults()).toEqual([]);
  });
});

describe("mode 'buffered'", () => {
  it('goes on after a sync failed that a rotation needs', async () => {
    const site = new CrashSite({ durability: 'buffered', flushEntries: 2, rotateBytes: 2000, ...NO_CHECKPOINTS });
    const files = site.process();
    const trail = site.open(files);
    files.plan = failOnce('fdatasync', 'EIO');

    const codes = Array.from({ length: 20 }, (_, i) => codeOf(() => { site.append(trail, `c-${String(i)}`); }));
    await trail.close();

    expect(codes.filter((code) => code !== '').length).toBeLessThan(3);
    expect(site.disk.files().has('/disk/trail.000002.jsonl')).toBe(true);
    expect(await site.faults()).toEqual([]);
  });

  it('keeps the order, and writes what it holds at the exit of its process', async () => {
    const room = new Room();
    const trail = fileURLToPath(new URL('../../dist/trail/trail.js', import.meta.url));
    const code = `
      import { openTrail } from ${JSON.stringify(trail)};
      const trail = openTrail(${JSON.stringify(room.path)}, { durability: 'buffered', flushEntries: 100 });
      for (let i = 0; i < 7; i += 1) trail.append({ call_id: 'c-' + i, tool_name: 't', decision: 'allowed', outcome: 'ok' });
      process.exit(3);`;

    expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' })).toThrow();

    expect(ids(room)).toEqual(['c-0', 'c-1', 'c-2', 'c-3', 'c-4', 'c-5', 'c-6']);
    expect((await room.verify()).errors).toEqual([]);
    room.clear();
  });

  it.each(['ENOSPC', 'SHORT'] as const)('tries a flush again that failed with %s, and writes nothing twice', async (fault) => {
    const site = new CrashSite({ durability: 'buffered', flushEntries: 4, rotateBytes: 2500 });
    const files = site.process();
    const trail = site.open(files);
    const codes: string[] = [];

    for (let i = 0; i < 24; i += 1) {
      files.plan = i >= 6 && i < 14 ? { fault: (_, operation) => (operation === 'writeSync' ? fault : undefined) } : {};
      codes.push(codeOf(() => { site.append(trail, `c-${String(i)}`); }));
    }
    await trail.close();

    expect(codes).toContain('NO_SPACE');
    expect(codes.slice(15).every((code) => code === '')).toBe(true);
    const room = site.export();
    const stored = ids(room);
    expect(new Set(stored).size).toBe(stored.length);
    expect(codes.flatMap((code, i) => (code === '' && !stored.includes(`c-${String(i)}`) ? [i] : []))).toEqual([]);
    room.clear();
    expect(await site.faults()).toEqual([]);
  });

  it('says that entries are lost when closing cannot write them', () => {
    const site = new CrashSite({ durability: 'buffered', flushEntries: 50 });
    const files = site.process();
    const trail = site.open(files);
    trail.append(call('a'));
    files.plan = { fault: (_, operation) => (operation === 'writeSync' ? 'ENOSPC' : undefined) };

    expect(codeOf(() => trail.close())).toBe('NO_SPACE');
    expect(site.disk.open.size).toBe(0);
  });
});

describe('openTrail and close', () => {
  it('leave no descriptor open, however often', async () => {
    const room = new Room();
    const count = (): number => readdirSync('/proc/self/fd').length;
    if (process.platform !== 'linux') return;
    const before = count();

    for (let i = 0; i < 200 * LONGER; i += 1) {
      const trail = openTrail(room.path, { durability: i % 2 === 0 ? 'process' : 'buffered', rotateBytes: 20_000, ...(i % 50 === 0 ? {} : NO_CHECKPOINTS) });
      trail.begin(call(`c-${String(i)}`));
      trail.append(call(`c-${String(i)}`));
      await trail.close();
    }

    expect(count()).toBeLessThanOrEqual(before + 2);
    expect((await room.verify()).errors).toEqual([]);
    expect(process.listenerCount('exit')).toBeLessThan(10);
    room.clear();
  }, 30_000 * LONGER);

  it('do not keep a process alive by their timers', () => {
    const room = new Room();
    mkdirSync(room.folder, { recursive: true });
    const trail = fileURLToPath(new URL('../../dist/trail/trail.js', import.meta.url));
    const code = `
      import { openTrail } from ${JSON.stringify(trail)};
      for (const durability of ['process', 'power', 'buffered']) {
        openTrail(${JSON.stringify(room.path)}, { durability, checkpointSeconds: 3600, checkpointEntries: 4 })
          .append({ call_id: durability, tool_name: 't', decision: 'allowed', outcome: 'ok' });
      }`;

    const run = (): unknown => execFileSync(process.execPath, ['--input-type=module', '-e', code], { timeout: 30_000, stdio: 'ignore' });

    expect(run).not.toThrow();
    expect(ids(room)).toHaveLength(3);
    room.clear();
  });
});
