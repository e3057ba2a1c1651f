import { readTrail, verifyTrail } from '@enforcecore/audit';
import { openSqliteStore } from '@enforcecore/audit/sqlite';
import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Clock, createContainer, enforce, Policy, type EnforceContainer, type Settings } from '../src/index.js';
import { FakeClock } from '../src/testing/index.js';
import { removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

/** Where the trail is, and in which mode; each keeps the same promises. */
const kinds: readonly (readonly [string, string, (folder: string) => Partial<Settings>])[] = [
  ['files, process', 'trail.jsonl', () => ({})],
  ['files, power', 'trail.jsonl', () => ({ auditDurability: 'power' })],
  ['SQLite, process', 'audit.db', (folder) => ({ auditStore: `sqlite:${join(folder, 'audit.db')}` })],
  ['SQLite, power', 'audit.db', (folder) => ({ auditStore: `sqlite:${join(folder, 'audit.db')}`, auditDurability: 'power' })],
];

function containerOn(folder: string, settings: Partial<Settings>): EnforceContainer {
  return createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { auditPath: folder, ...settings } });
}

/** A trail's name is looked up a few times a second only: time stands still until a test turns it. */
function turnedBy(folder: string, settings: Partial<Settings>): { readonly container: EnforceContainer; readonly clock: FakeClock } {
  const container = containerOn(folder, settings);
  const clock = new FakeClock();
  container.rebind(Clock).toConstantValue(clock);
  return { container, clock };
}

const canMount = ((): boolean => {
  const disk = mountSmallDisk();
  if (disk !== undefined) execFileSync('umount', [disk]);
  return disk !== undefined;
})();
const whySkipped = canMount ? '' : ' (skipped: a tmpfs cannot be mounted here; run as root)';

const blocked = expect.objectContaining({ code: 'AUDIT', message: expect.stringMatching(/blocked/) });
const withheld = expect.objectContaining({ code: 'AUDIT', message: expect.stringMatching(/its result is withheld, though the tool has run/) });

describe.each(kinds)('a trail in %s', (_kind, file, settingsIn) => {
  it('that cannot be opened blocks calls before the tool, and works when it can', async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, file));
    const container = containerOn(folder, settingsIn(folder));
    let ran = 0;
    const tool = enforce(() => { ran += 1; }, { container, tool: 't' });
    const later = enforce(async () => { await Promise.resolve(); ran += 1; }, { container, tool: 't' });

    expect(tool).toThrow(blocked);
    await expect(later()).rejects.toEqual(blocked);
    expect(ran).toBe(0);
    rmSync(join(folder, file), { recursive: true });
    tool();
    await later();
    expect(ran).toBe(2);
    await container.close();
  });

  it('that is taken away between two calls blocks the next, and works when it is back', async () => {
    const folder = tempFolder();
    const [path, away] = [join(folder, file), join(folder, 'away')];
    const { container, clock } = turnedBy(folder, settingsIn(folder));
    let ran = 0;
    const tool = enforce(() => { ran += 1; }, { container, tool: 't' });
    tool();
    renameSync(path, away);
    clock.advance(1_000);

    expect(tool).toThrow(expect.objectContaining({ code: 'AUDIT' }));
    renameSync(away, path);
    tool();
    expect(ran).toBeGreaterThanOrEqual(2);
    await container.close();
  });

  it('that is taken away by the tool withholds its result, and works when it is back', async () => {
    const folder = tempFolder();
    const [path, away] = [join(folder, file), join(folder, 'away')];
    const { container, clock } = turnedBy(folder, settingsIn(folder));
    enforce(() => 1, { container, tool: 't' })();
    const thief = enforce(() => { renameSync(path, away); clock.advance(1_000); return 'the result'; }, { container, tool: 't' });

    expect(thief).toThrow(withheld);
    renameSync(away, path);
    expect(enforce(() => 2, { container, tool: 't' })()).toBe(2);
    await container.close();
  });

  it('goes on when the clock goes back', async () => {
    const folder = tempFolder();
    let now = Date.UTC(2030, 0, 1);
    const container = containerOn(folder, settingsIn(folder));
    container.rebind(Clock).toConstantValue({ now: () => (now -= 86_400_000), monotonic: () => 0, schedule: () => () => undefined });
    const tool = enforce((n: number) => n, { container, tool: 't' });

    expect([tool(1), tool(2), tool(3)]).toEqual([1, 2, 3]);
    await container.close();
  });

  (canMount ? it : it.skip)(`on a disk that fills up blocks or withholds, loses nothing that was released, and works again${whySkipped}`, async () => {
    const disk = mountSmallDisk() ?? '';
    try {
      const container = containerOn(disk, settingsIn(disk));
      let ran = 0;
      const tool = enforce(() => { ran += 1; }, { container, tool: 't' });
      tool();
      fill(disk);
      let released = 1;
      for (let i = 0; i < 25; i += 1) {
        try {
          tool();
          released += 1;
        } catch (error) {
          expect(error).toMatchObject({ code: 'AUDIT' });
        }
      }
      expect(released).toBeLessThan(26);
      rmSync(join(disk, 'filler'));
      tool();
      await container.close();

      expect(await releasedIn(disk, file)).toBe(released + 1);
      expect(ran).toBeGreaterThanOrEqual(released + 1);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

describe('a disk that answers EIO', () => {
  it('blocks before the tool, withholds after it, and loses nothing once it answers again', async () => {
    const folder = tempFolder();
    const program = `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      let broken = false;
      const { writeSync } = fs;
      fs.writeSync = (...args) => { if (broken) throw Object.assign(new Error('EIO: i/o error, write'), { code: 'EIO' }); return writeSync(...args); };
      syncBuiltinESMExports();
      const { createContainer, enforce, Policy } = await import('@enforcecore/core');
      const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { auditPath: ${JSON.stringify(folder)} } });
      let ran = 0;
      const attempt = (breaks) => { try { return enforce(() => { ran += 1; broken = breaks; return 'released'; }, { container, tool: 't' })(); } catch (error) { return error.code + ' ' + error.cause.code; } };
      const ends = [attempt(false)];
      broken = true;
      ends.push(attempt(true), ran);
      broken = false;
      ends.push(attempt(true), ran);
      broken = false;
      ends.push(attempt(false), ran);
      await container.close();
      console.log(JSON.stringify(ends));`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
      encoding: 'utf8', cwd: fileURLToPath(new URL('..', import.meta.url)),
    });

    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(['released', 'AUDIT IO', 1, 'AUDIT IO', 2, 'released', 3]);
    expect(await verifyTrail(join(folder, 'trail.jsonl'))).toMatchObject({ valid: true });
  });
});

/** Calls whose entry says that their result was released. */
async function releasedIn(folder: string, file: string): Promise<number> {
  if (file === 'trail.jsonl') {
    expect(await verifyTrail(join(folder, file))).toMatchObject({ valid: true });
    return readTrail(join(folder, file)).filter(({ outcome }) => outcome === 'ok').length;
  }
  const store = openSqliteStore(join(folder, file), { readOnly: true });
  try {
    return (await store.query({ outcome: 'ok', limit: 10_000 })).entries.length;
  } finally {
    store.close();
  }
}

function fill(disk: string): void {
  const filler = join(disk, 'filler');
  writeFileSync(filler, '');
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(size));
    } catch {
      // Full, as far as pieces of this size go.
    }
  }
}

function mountSmallDisk(): string | undefined {
  const folder = tempFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}
