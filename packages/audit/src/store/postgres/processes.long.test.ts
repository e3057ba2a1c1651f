import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { AuditStore } from '../audit-store.js';
import { openStoreTrail } from '../store-trail.js';
import { checkLog } from './log-check.test.kit.js';
import { openPostgresStore } from './open-postgres-store.js';
import { describePostgres, freshSchema } from './server.test.kit.js';

const CHILD = fileURLToPath(new URL('../../../test/postgres-writer.mjs', import.meta.url));
const DIST = fileURLToPath(new URL('../../../dist/store/postgres/index.js', import.meta.url));

/** A process with two writers, and what it told. */
class WriterProcess {
  readonly done: string[] = [];
  readonly begun: string[] = [];
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #rest = '';
  readonly #waiting: (() => void)[] = [];

  constructor(mode: 'trails' | 'patient', url: string, schema: string, count: number) {
    if (!existsSync(DIST)) throw new Error(`${DIST} is missing: build the package first (npx tsc -b packages/audit)`);
    this.#child = spawn(process.execPath, [CHILD, mode, url, schema, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#take(chunk.toString());
    });
    this.ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** Resolves when this many entries were acknowledged, or the process ended. */
  async reaches(count: number): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.#waiting.push(() => {
        if (this.done.length >= count) resolve();
      });
    });
    await Promise.race([reached, this.ended]);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    // The last piece may be half a line.
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const [what, value = ''] = line.split(' ');
      if (what === 'done') this.done.push(value);
      if (what === 'begun') this.begun.push(value);
    }
    for (const look of this.#waiting) look();
  }
}

describePostgres('processes on one log in PostgreSQL', (server) => {
  let schema: string;
  let store: AuditStore | null;
  let children: WriterProcess[];
  beforeEach(() => {
    schema = freshSchema();
    store = null;
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill();
    await Promise.all(children.map(({ ended }) => ended));
    await store?.close();
    await server().run(`drop schema if exists ${schema} cascade`);
  });

  const start = (mode: 'trails' | 'patient', count: number): void => {
    children = Array.from({ length: 4 }, () => new WriterProcess(mode, server().url, schema, count));
  };
  const open = async (): Promise<AuditStore> => (store = await openPostgresStore({ connectionString: server().url, schema }));
  const done = (): string[] => children.flatMap((child) => child.done);

  /** The server notices a little later that a process is gone. */
  const noWriterLeft = async (): Promise<void> => {
    for (;;) {
      const [row] = await server().run("select count(*)::int as count from pg_stat_activity where application_name = 'enforcecore'");
      if (row?.['count'] === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it('write one gapless log that verifies, eight writers in four processes, without an error (D-54)', async () => {
    start('trails', 200);

    const codes = await Promise.all(children.map(({ ended }) => ended));
    const log = await checkLog(await open());

    expect(codes).toEqual([0, 0, 0, 0]);
    expect(log).toMatchObject({ faults: [], size: 1600, writers: 8 });
    expect(done().filter((hash) => !log.hashes.has(hash))).toEqual([]);
    expect([...log.calls.values()].every((count) => count === 1)).toBe(true);
    expect(await store?.orphans()).toEqual([]);
  }, 60_000);

  it('lose and tear nothing when one is killed, and its open calls become unknown once', async () => {
    start('trails', 120);
    const [victim] = children;
    await victim?.reaches(40);
    victim?.kill();

    await Promise.all(children.map(({ ended }) => ended));
    await noWriterLeft();
    const rivals = await Promise.all(
      Array.from({ length: 3 }, async () => openStoreTrail(await openPostgresStore({ connectionString: server().url, schema, graceMs: 0 }))),
    );
    for (const rival of rivals) await rival.close();
    const left = await open();
    const log = await checkLog(left);

    expect(log.faults).toEqual([]);
    expect(done().filter((hash) => !log.hashes.has(hash))).toEqual([]);
    expect(children.flatMap(({ begun }) => begun).filter((callId) => log.calls.get(callId) !== 1)).toEqual([]);
    expect([...log.calls].filter(([, count]) => count !== 1)).toEqual([]);
    expect(await left.orphans()).toEqual([]);
  }, 60_000);

  it('lose nothing that was acknowledged when the server is stopped at once and started again', async () => {
    const { restart } = server();
    // The server that POSTGRES_URL names is not ours to stop.
    if (restart === null) return;
    start('patient', 150);
    await children[0]?.reaches(60);

    await restart();
    await Promise.all(children.map((child) => child.reaches(150)));
    await restart();
    const codes = await Promise.all(children.map(({ ended }) => ended));
    const log = await checkLog(await open());

    expect(codes).toEqual([0, 0, 0, 0]);
    expect(log).toMatchObject({ faults: [], size: 1200, writers: 8 });
    expect(done().filter((hash) => !log.hashes.has(hash))).toEqual([]);
    expect(new Set(done()).size).toBe(1200);
    expect([...log.calls.values()].every((count) => count === 1)).toBe(true);
  }, 60_000);
});
