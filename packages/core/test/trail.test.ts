import { readTrail, verifyTrail } from '@enforcecore/audit';
import { afterAll, describe, expect, it } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createContainer, Enforce, enforce, Policy, type EnforceContainer, type Settings } from '../src/index.js';
import { removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

const writer = fileURLToPath(new URL('./fixtures/legacy/dist/trail-writer.js', import.meta.url));

function containerOn(auditPath: string, settings: Partial<Settings> = {}): EnforceContainer {
  return createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: { auditPath, ...settings } });
}

function run(folder: string, what: string): { readonly ended: Promise<number | null>; readonly kill: () => void; readonly inside: Promise<void> } {
  if (!existsSync(writer)) throw new Error('the fixtures are not compiled: npm run build');
  const child = spawn(process.execPath, [writer, folder, what], { stdio: ['ignore', 'pipe', 'inherit'] });
  return {
    ended: new Promise((resolve) => child.on('exit', resolve)),
    inside: new Promise((resolve) => child.stdout.once('data', () => { resolve(); })),
    kill: () => child.kill('SIGKILL'),
  };
}

describe('one trail', () => {
  it('D-39: is written by two decorated classes and two containers, and stays valid', async () => {
    const folder = tempFolder();
    class One {
      @Enforce()
      one(): number {
        return 1;
      }
    }
    class Two {
      @Enforce()
      two(): number {
        return 2;
      }
    }
    const containers = [containerOn(folder), containerOn(folder)];
    for (const container of containers) {
      container.bind(One).toDynamicValue(() => new One());
      container.bind(Two).toDynamicValue(() => new Two());
    }
    for (let i = 0; i < 20; i += 1) for (const container of containers) {
      container.get(One).one();
      container.get(Two).two();
    }

    expect(await verifyTrail(join(folder, 'trail.jsonl'))).toMatchObject({ valid: true, entries: 80, writers: 2 });
  });

  it('D-40: is written by three processes at once, and stays valid', async () => {
    const folder = tempFolder();
    const ended = await Promise.all(['100', '100', '100'].map((count) => run(folder, count).ended));

    expect(ended).toEqual([0, 0, 0]);
    expect(await verifyTrail(join(folder, 'trail.jsonl'))).toMatchObject({ valid: true, entries: 300, writers: 3 });
  });

  it('D-15: tells of a call whose process was killed inside the tool', async () => {
    const folder = tempFolder();
    const child = run(folder, 'hang');
    await child.inside;
    child.kill();
    await child.ended;
    enforce(() => 1, { container: containerOn(folder), tool: 'next' })();

    const entries = readTrail(join(folder, 'trail.jsonl'));
    expect(entries.map(({ tool_name, outcome }) => `${tool_name ?? ''} ${outcome ?? ''}`).sort()).toEqual(['hang unknown', 'next ok']);
    expect(await verifyTrail(join(folder, 'trail.jsonl'))).toMatchObject({ valid: true });
  });

  it('D-44: goes on after a torn last line, and says so', async () => {
    const folder = tempFolder();
    const path = join(folder, 'trail.jsonl');
    const first = containerOn(folder);
    enforce(() => 1, { container: first, tool: 'one' })();
    await first.close();
    writeFileSync(path, `${readFileSync(path, 'utf8')}{"agent":null,"args_dig`);
    enforce(() => 2, { container: containerOn(folder), tool: 'two' })();

    expect(await verifyTrail(path)).toMatchObject({ valid: true, recovered: 1 });
    expect(readTrail(path).map(({ kind }) => kind).sort()).toEqual(['call', 'call', 'recovery']);
  });

  it('D-41: cut short, is found by its checkpoint, and where that was taken too, against the head that was kept', async () => {
    const folder = tempFolder();
    const path = join(folder, 'trail.jsonl');
    const container = containerOn(folder);
    const tool = enforce(() => 1, { container, tool: 'one' });
    for (let i = 0; i < 3; i += 1) tool();
    await container.close();
    const { size, root } = await verifyTrail(path);
    writeFileSync(path, `${readFileSync(path, 'utf8').split('\n').slice(0, 2).join('\n')}\n`);

    expect(await verifyTrail(path)).toMatchObject({ valid: false });
    rmSync(`${path}.checkpoints`);
    expect(await verifyTrail(path)).toMatchObject({ valid: true });
    expect(await verifyTrail(path, { expectSize: size, expectRoot: root })).toMatchObject({ valid: false });
  });

  it('D-16: that cannot be written blocks the call before the tool runs', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'trail.jsonl'));
    let ran = false;

    expect(() => enforce(() => { ran = true; }, { container: containerOn(folder), tool: 'one' })()).toThrow(
      expect.objectContaining({ code: 'AUDIT' }),
    );
    expect(ran).toBe(false);
  });

  it('works again when what stood in its way is gone', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'trail.jsonl'));
    const tool = enforce(() => 1, { container: containerOn(folder), tool: 'one' });
    expect(tool).toThrow(expect.objectContaining({ code: 'AUDIT' }));
    rmSync(join(folder, 'trail.jsonl'), { recursive: true });

    expect(tool()).toBe(1);
  });

  it('uses its settings: rotation, and a witness file', async () => {
    const folder = tempFolder();
    const auditWitnessFile = join(tempFolder(), 'witness.jsonl');
    const container = containerOn(folder, { auditRotateMb: 0.005, auditCompress: false, auditWitnessFile });
    const tool = enforce(() => 1, { container, tool: 'one' });
    for (let i = 0; i < 30; i += 1) tool();
    await container.close();

    const result = await verifyTrail(join(folder, 'trail.jsonl'), { witnessFile: auditWitnessFile });
    expect(result).toMatchObject({ valid: true });
    expect(result.segments).not.toBe(1);
  });
});

describe('a full disk', () => {
  const mounted = mountSmallDisk();

  (mounted === undefined ? it.skip : it)(
    `blocks calls while it is full, loses nothing, and works again${mounted === undefined ? ' (skipped: a tmpfs cannot be mounted here; run as root)' : ''}`,
    async () => {
      const disk = mounted ?? '';
      try {
        const container = containerOn(disk);
        let ran = 0;
        const tool = enforce(() => { ran += 1; }, { container, tool: 'one' });
        tool();
        const filler = join(disk, 'filler');
        writeFileSync(filler, '');
        expect(() => { for (;;) appendFileSync(filler, Buffer.alloc(4_096)); }).toThrow();
        let failed = 0;
        for (let i = 0; i < 40; i += 1) {
          try {
            tool();
          } catch (error) {
            failed += 1;
            expect(error).toMatchObject({ code: 'AUDIT' });
          }
        }
        rmSync(filler);
        tool();
        await container.close();

        expect(failed).toBeGreaterThan(0);
        const ok = readTrail(join(disk, 'trail.jsonl')).filter(({ outcome }) => outcome === 'ok').length;
        expect(ok).toBeLessThanOrEqual(ran);
        expect(ok).toBe(42 - failed);
        expect(await verifyTrail(join(disk, 'trail.jsonl'))).toMatchObject({ valid: true });
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});

describe('a read-only folder', () => {
  const mounted = mountSmallDisk();

  (mounted === undefined ? it.skip : it)(
    `blocks calls before the tool runs, and works again when it can be written${mounted === undefined ? ' (skipped: a tmpfs cannot be mounted here; run as root)' : ''}`,
    async () => {
      const disk = mounted ?? '';
      try {
        execFileSync('mount', ['-o', 'remount,ro', disk]);
        let ran = 0;
        const container = containerOn(disk);
        const tool = enforce(() => { ran += 1; }, { container, tool: 'one' });

        expect(tool).toThrow(expect.objectContaining({ code: 'AUDIT' }));
        expect(ran).toBe(0);
        execFileSync('mount', ['-o', 'remount,rw', disk]);
        tool();
        await container.close();
        expect(ran).toBe(1);
        expect(await verifyTrail(join(disk, 'trail.jsonl'))).toMatchObject({ valid: true, entries: 1 });
      } finally {
        execFileSync('umount', [disk]);
      }
    },
  );
});

function mountSmallDisk(): string | undefined {
  const folder = tempFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}
