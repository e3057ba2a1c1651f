import { openPostgresStore } from '@enforcecore/audit/postgres';
import { openSqliteStore } from '@enforcecore/audit/sqlite';
import type { AuditEntry, AuditStore } from '@enforcecore/audit';
import { afterAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Auditor, createContainer, DigestKey, enforce, Policy, verifyDigest, type EnforceContainer, type Settings, type TrailAuditor } from '../src/index.js';
import { describePostgres } from '../../audit/src/store/postgres/server.test.kit.js';
import { errorOf, removeTempFolders, tempFolder } from './kit.js';

afterAll(removeTempFolders);

function containerOn(auditStore: string, settings: Partial<Settings> = {}): EnforceContainer {
  return createContainer({ policy: Policy.from({ name: 'p', rules: { denied_tools: ['denied'] } }), environment: {}, settings: { auditPath: tempFolder(), auditStore, ...settings } });
}

/** All entries of a store, oldest first; the store is closed. */
async function entriesOf(store: AuditStore): Promise<readonly AuditEntry[]> {
  const { entries } = await store.query({ limit: 10_000 });
  await store.close();
  return entries.map(({ entry }) => entry);
}

const sqlite = (folder: string): string => `sqlite:${join(folder, 'audit.db')}`;
const inSqlite = (folder: string): Promise<readonly AuditEntry[]> => entriesOf(openSqliteStore(join(folder, 'audit.db')));

/** A process that makes enforced calls on a store; `hang` stays inside a tool until it is killed. */
function run(settings: Partial<Settings>, what: 'hang' | number): { readonly ended: Promise<number | null>; readonly inside: Promise<void>; readonly kill: () => void } {
  const program = `
    const { createContainer, enforce, Policy } = await import('@enforcecore/core');
    const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings: ${JSON.stringify(settings)} });
    const tool = enforce(async (n) => n, { container, tool: 'count' });
    const hang = enforce(async () => { console.log('inside'); await new Promise((resolve) => setTimeout(resolve, 60_000)); }, { container, tool: 'hang' });
    if (${String(what === 'hang')}) await hang();
    for (let i = 0; i < ${String(what === 'hang' ? 0 : what)}; i += 4) await Promise.all([tool(i), tool(i + 1), tool(i + 2), tool(i + 3)]);
    await container.close();`;
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    ended: new Promise((resolve) => child.on('exit', resolve)),
    inside: new Promise((resolve) => child.stdout.once('data', () => { resolve(); })),
    kill: () => child.kill('SIGKILL'),
  };
}

const kindsOf = (entries: readonly AuditEntry[]): readonly string[] => entries.map(({ tool_name, outcome }) => `${tool_name ?? ''} ${outcome ?? ''}`).sort();

describe('auditStore with SQLite', () => {
  it('records synchronous and asynchronous calls, and nothing in files', async () => {
    const folder = tempFolder();
    const container = containerOn(sqlite(folder), { auditPath: folder });
    expect(enforce((n: number) => n, { container, tool: 'sync' })(1)).toBe(1);
    expect(await enforce(async (n: number) => Promise.resolve(n), { container, tool: 'async' })(2)).toBe(2);
    await errorOf(() => enforce(() => 1, { container, tool: 'denied' })());
    await container.close();

    const entries = await inSqlite(folder);
    expect(kindsOf(entries)).toEqual(['async ok', 'denied blocked', 'sync ok']);
    expect(existsSync(join(folder, 'trail.jsonl'))).toBe(false);
    expect(existsSync(join(folder, 'digest.key'))).toBe(true);
  });

  it('has the head of its log', async () => {
    const folder = tempFolder();
    const container = containerOn(sqlite(folder));
    const auditor = container.get(Auditor) as TrailAuditor; // the default binding
    enforce(() => 1, { container, tool: 't' })();

    expect(await auditor.head()).toMatchObject({ size: 1 });
    expect(auditor.path).toBe(sqlite(folder));
    await container.close();
  });

  it('checks digests with auditDigestKey as files do', async () => {
    const folder = tempFolder();
    const container = containerOn(sqlite(folder), { auditDigestKey: 'k'.repeat(32) });
    enforce((n: number) => n, { container, tool: 't' })(7);
    await container.close();

    const [entry] = await inSqlite(folder);
    expect(verifyDigest(entry?.args_digest ?? '', [7], new DigestKey('k'.repeat(32)))).toBe(true);
  });

  it('D-40: is written by three processes at once', async () => {
    const folder = tempFolder();
    const settings = { auditStore: sqlite(folder), auditPath: folder };
    const ended = await Promise.all([40, 40, 40].map((count) => run(settings, count).ended));

    expect(ended).toEqual([0, 0, 0]);
    expect(await inSqlite(folder)).toHaveLength(120);
  });

  it('D-15: tells of a call whose process was killed inside the tool', async () => {
    const folder = tempFolder();
    const child = run({ auditStore: sqlite(folder), auditPath: folder }, 'hang');
    await child.inside;
    child.kill();
    await child.ended;
    const container = containerOn(sqlite(folder));
    enforce(() => 1, { container, tool: 'next' })();
    await container.close();

    expect(kindsOf(await inSqlite(folder))).toEqual(['hang unknown', 'next ok']);
  });
});

describePostgres('auditStore with PostgreSQL', (server) => {
  let databases = 0;
  async function database(): Promise<string> {
    databases += 1;
    const name = `core_${String(process.pid)}_${String(databases)}`;
    await server().run(`create database ${name} encoding 'UTF8' template template0`);
    return server().url.replace(/\/[^/]*$/, `/${name}`);
  }
  const entriesIn = async (url: string): Promise<readonly AuditEntry[]> => entriesOf(await openPostgresStore({ connectionString: url }));

  it('records asynchronous calls, those that run at once too, and has written all when the container is closed', async () => {
    const url = await database();
    const container = containerOn(url);
    const tool = enforce(async (n: number) => Promise.resolve(n), { container, tool: 't' });

    expect(await Promise.all(Array.from({ length: 50 }, (_, i) => tool(i)))).toHaveLength(50);
    await container.close();
    expect(await entriesIn(url)).toHaveLength(50);
  });

  it('L6: blocks a synchronous tool with an error that names it, and records that', async () => {
    const url = await database();
    const container = containerOn(url);
    let ran = 0;

    expect(() => enforce(() => { ran += 1; }, { container, tool: 'sync' })()).toThrow(
      expect.objectContaining({ code: 'ASYNC_SERVICE', message: expect.stringContaining('Auditor (PostgreSQL) answers with a promise, and "sync" is a synchronous tool') }),
    );
    expect(ran).toBe(0);
    await container.close();
    expect(kindsOf(await entriesIn(url))).toEqual(['sync enforcement_error']);
  });

  it('blocks calls while it cannot be opened, tells no password, and works when it can', async () => {
    const url = await database();
    const name = url.slice(url.lastIndexOf('/') + 1);
    const container = containerOn(url.replace('postgres@', 'postgres:hunter2@'));
    let ran = 0;
    const tool = enforce(async () => { ran += 1; await Promise.resolve(); }, { container, tool: 't' });
    await server().run(`alter database ${name} allow_connections false`);

    const error = await errorOf(tool);
    expect(error).toMatchObject({ code: 'AUDIT', cause: { code: 'STORE' } });
    expect(`${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)}`).not.toContain('hunter2');
    expect(ran).toBe(0);
    await server().run(`alter database ${name} allow_connections true`);
    await tool();
    expect(ran).toBe(1);
    await container.close();
  });

  it('withholds a result whose entry it does not take, and works again when it does', async () => {
    const url = await database();
    const name = url.slice(url.lastIndexOf('/') + 1);
    const container = containerOn(url);
    const leave = async (isOpen: boolean): Promise<void> => {
      await server().run(`alter database ${name} allow_connections ${String(isOpen)}`);
      await server().run(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    };
    const tool = enforce(async (cuts: boolean) => { if (cuts) await leave(false); return 'released'; }, { container, tool: 't' });
    await tool(false);

    await expect(tool(true)).rejects.toMatchObject({ code: 'AUDIT', message: expect.stringContaining('its result is withheld, though the tool has run') });
    await leave(true);
    expect(await tool(false)).toBe('released');
    await container.close();
    expect((await entriesIn(url)).filter(({ outcome }) => outcome === 'ok')).toHaveLength(2);
  });

  it('D-15: tells of a call whose process was killed inside the tool', async () => {
    const url = await database();
    const child = run({ auditStore: url, auditPath: tempFolder() }, 'hang');
    await child.inside;
    child.kill();
    await child.ended;
    const container = containerOn(url);
    await enforce(async () => Promise.resolve(1), { container, tool: 'next' })();
    await container.close();

    expect(kindsOf(await entriesIn(url))).toEqual(['hang unknown', 'next ok']);
  });

  it('keeps being found under a name without its password', async () => {
    const container = containerOn('postgresql://bob:hunter2@db.example:5432/audit?password=xyzzy');

    expect((container.get(Auditor) as TrailAuditor).path).toBe('postgresql://db.example:5432/audit');
    await container.close();
  });

  it('records a call that outlives its container, and leaves no connection behind', async () => {
    const url = await database();
    const container = containerOn(url);
    let finish: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => { finish = resolve; });
    const tool = enforce(async (waits: boolean) => { if (waits) await wait; return 1; }, { container, tool: 't' });
    await tool(false);
    const auditor = container.get(Auditor) as TrailAuditor; // the default binding
    const running = tool(true);
    await new Promise((resolve) => setImmediate(resolve));
    await container.close();
    finish();

    // Its caller hears that the container is gone.
    expect(await errorOf(() => running)).toMatchObject({ code: 'GUARD' });
    await auditor.whenClosed();
    const name = url.slice(url.lastIndexOf('/') + 1);
    expect(await server().run(`select count(*)::int as open from pg_stat_activity where datname = '${name}'`)).toEqual([{ open: 0 }]);
    expect(kindsOf(await entriesIn(url)).filter((kind) => kind === 't ok')).toHaveLength(2);
  });

  it('can be rebound after first use, and is closed all the same', async () => {
    const url = await database();
    const container = containerOn(url);
    await enforce(async () => Promise.resolve(1), { container, tool: 't' })();
    const first = container.get(Auditor) as TrailAuditor;
    container.rebind(Auditor).toConstantValue({ begin: () => undefined, record: () => ({ entryId: 'x' }) });
    await first.whenClosed();
    await container.close();

    const name = url.slice(url.lastIndexOf('/') + 1);
    expect(await server().run(`select count(*)::int as open from pg_stat_activity where datname = '${name}'`)).toEqual([{ open: 0 }]);
  });
});
