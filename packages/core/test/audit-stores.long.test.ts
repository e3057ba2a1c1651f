import { openPostgresStore } from '@enforcecore/audit/postgres';
import { openSqliteStore } from '@enforcecore/audit/sqlite';
import { createWitness } from '@enforcecore/audit/witness';
import { generateKeyPair, KeySigner, parseVerifierKey, verifyStore, type AuditEntry, type AuditStore } from '@enforcecore/audit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Auditor, createContainer, DigestKey, enforce, Logger, Policy, verifyDigest, type EnforceContainer, type Settings, type TrailAuditor } from '../src/index.js';
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

/** A process that makes enforced calls where it is told to: so many of them, or one that it stays inside of until it is killed. */
class Child {
  static readonly #program = `
    import { createInterface } from 'node:readline';
    const { createContainer, enforce, Policy } = await import('@enforcecore/core');
    for await (const line of createInterface({ input: process.stdin })) {
      const { settings, what } = JSON.parse(line);
      const container = createContainer({ policy: Policy.from({ name: 'p', rules: {} }), environment: {}, settings });
      const tool = enforce(async (n) => n, { container, tool: 'count' });
      const hang = enforce(async () => { console.log('inside'); await new Promise((resolve) => setTimeout(resolve, 60_000)); }, { container, tool: 'hang' });
      if (what === 'hang') await hang();
      for (let i = 0; i < what; i += 4) await Promise.all([tool(i), tool(i + 1), tool(i + 2), tool(i + 3)]);
      await container.close();
      console.log('done');
    }`;

  readonly #process = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', Child.#program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: ['pipe', 'pipe', 'inherit'],
  });
  readonly #ended = new Promise<number | null>((resolve) => this.#process.on('exit', resolve));

  /** What it prints: `done`, or `inside` once it hangs. */
  async asked(settings: Partial<Settings>, what: 'hang' | number): Promise<string> {
    this.#process.stdin.write(`${JSON.stringify({ settings, what })}\n`);
    return new Promise((resolve) => this.#process.stdout.once('data', (text: Buffer) => { resolve(text.toString().trim()); }));
  }

  /** Gives its exit code, null after the kill. */
  async kill(): Promise<number | null> {
    this.#process.kill('SIGKILL');
    return this.#ended;
  }
}

// All start at once, while the database does: nearly all of their time goes into loading.
const children: Child[] = [];
beforeAll(() => {
  children.push(new Child(), new Child(), new Child());
});
afterAll(async () => {
  for (const child of children) await child.kill();
});

function child(at: number): Child {
  const found = children[at];
  if (found === undefined) throw new Error('not started');
  return found;
}

const kindsOf = (entries: readonly AuditEntry[]): readonly string[] => entries.map(({ tool_name, outcome }) => `${tool_name ?? ''} ${outcome ?? ''}`).sort();

describePostgres('auditStore with PostgreSQL', (server) => {
  let databases = 0;
  async function database(): Promise<string> {
    databases += 1;
    const name = `core_${String(process.pid)}_${String(databases)}`;
    await server().run(`create database ${name} encoding 'UTF8' template template0`);
    return server().url.replace(/\/[^/]*$/, `/${name}`);
  }
  const entriesIn = async (url: string): Promise<readonly AuditEntry[]> => entriesOf(await openPostgresStore({ connectionString: url }));

  async function kill(): Promise<readonly AuditEntry[]> {
    const url = await database();
    await child(1).asked({ auditStore: url, auditPath: tempFolder() }, 'hang');
    await child(1).kill();
    const container = containerOn(url);
    await enforce(async () => Promise.resolve(1), { container, tool: 'next' })();
    await container.close();
    return entriesIn(url);
  }

  async function outlive(): Promise<{ readonly error: unknown; readonly open: unknown; readonly entries: readonly AuditEntry[] }> {
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
    const error = await errorOf(() => running);
    await auditor.whenClosed();
    const name = url.slice(url.lastIndexOf('/') + 1);
    const open = await server().run(`select count(*)::int as open from pg_stat_activity where datname = '${name}'`);
    return { error, open, entries: await entriesIn(url) };
  }

  // A store with open calls of the dead waits two seconds for them to come back: begun first, looked at last.
  let killed: () => ReturnType<typeof kill>;
  let outlived: () => ReturnType<typeof outlive>;
  beforeAll(() => {
    const [first, second] = [kill(), outlive()];
    // Looked at by their tests; until then a failure must not end the process.
    for (const begun of [first, second]) begun.catch(() => undefined);
    [killed, outlived] = [() => first, () => second];
  });

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

  it('keeps being found under a name without its password', async () => {
    const container = containerOn('postgresql://bob:hunter2@db.example:5432/audit?password=xyzzy');

    expect((container.get(Auditor) as TrailAuditor).path).toBe('postgresql://db.example:5432/audit');
    await container.close();
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

  it('D-15: tells of a call whose process was killed inside the tool', async () => {
    expect(kindsOf(await killed())).toEqual(['hang unknown', 'next ok']);
  });

  it('records a call that outlives its container, and leaves no connection behind', async () => {
    const { error, open, entries } = await outlived();

    // Its caller hears that the container is gone.
    expect(error).toMatchObject({ code: 'GUARD' });
    expect(open).toEqual([{ open: 0 }]);
    expect(kindsOf(entries).filter((kind) => kind === 't ok')).toHaveLength(2);
  });
});

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
    const container = containerOn(settings.auditStore, { auditPath: folder });
    const tool = enforce(async (n: number) => Promise.resolve(n), { container, tool: 'count' });
    const asked = [child(0), child(2)].map((one) => one.asked(settings, 40));
    // One by one, so that the others get their turns.
    for (let i = 0; i < 40; i += 1) await tool(i);
    await container.close();

    expect(await Promise.all(asked)).toEqual(['done', 'done']);
    expect(await inSqlite(folder)).toHaveLength(120);
  });

  it('D-15: tells of a call whose process was killed inside the tool', async () => {
    const folder = tempFolder();
    expect(await child(0).asked({ auditStore: sqlite(folder), auditPath: folder }, 'hang')).toBe('inside');
    expect(await child(0).kill()).toBeNull();
    const container = containerOn(sqlite(folder));
    enforce(() => 1, { container, tool: 'next' })();
    await container.close();

    expect(kindsOf(await inSqlite(folder))).toEqual(['hang unknown', 'next ok']);
  });

  it('has its checkpoints confirmed by the witnesses of auditWitnessPolicy, who find it put back to an older copy', async () => {
    const folder = tempFolder();
    const log = generateKeyPair('example.com/audit');
    const key = parseVerifierKey(log.verifierKey);
    const witness = createWitness({ signer: new KeySigner(generateKeyPair('witness.example/w').signingKey), logs: [{ origin: key.name, keys: [key] }], folder: tempFolder() });
    const policy = `log ${log.verifierKey}\nwitness w ${witness.verifierKey} ${(await witness.listen()).url}\nquorum w\n`;
    const auditWitnessPolicy = join(folder, 'witnesses');
    writeFileSync(auditWitnessPolicy, policy);
    const enter = (warnings: string[] = []): { readonly container: EnforceContainer; readonly tool: () => Promise<number> } => {
      const container = containerOn(sqlite(folder), { auditKey: log.signingKey, auditWitnessPolicy, auditCheckpointEntries: 1, auditCheckpointSeconds: 0 });
      container.rebind(Logger).toConstantValue({ log: (level, message) => void warnings.push(`${level} ${message}`) });
      return { container, tool: enforce(async () => Promise.resolve(1), { container, tool: 't' }) };
    };
    const audit = join(folder, 'audit.db');
    for (const round of [1, 2]) {
      const { container, tool } = enter();
      await tool();
      await tool();
      await container.close();
      if (round === 1) for (const side of sides(audit)) copyFileSync(side, `${side}.old`);
    }
    const store = openSqliteStore(audit);
    const verdict = await verifyStore(store, { keys: [key], witnessPolicy: policy });
    store.close();
    for (const side of sides(audit)) rmSync(side);
    for (const side of sides(audit, '.old')) copyFileSync(side, side.replace('.old', ''));

    const warnings: string[] = [];
    const { container, tool } = enter(warnings);
    const error = await refusalOf(tool);
    await container.close();
    await witness.close();

    expect(verdict).toMatchObject({ valid: true, size: 4, errors: [] });
    expect(verdict.checks).toContainEqual(expect.objectContaining({ name: 'witnesses', status: 'pass' }));
    expect(error).toMatchObject({ code: 'AUDIT', cause: { code: 'CHECKPOINT' } });
    expect(warnings).toContainEqual(expect.stringMatching(/no checkpoint of .* was made: no cosignature by witness witness\.example\/w: .*(?:rolled back|rewritten)/));
  });
});

/** The files of a database that are there. */
function sides(path: string, end = ''): readonly string[] {
  return ['', '-wal', '-shm'].map((side) => path + side + end).filter((side) => existsSync(side));
}

/** Calls until a call is refused; the bound is there so that a failure is no hang. */
async function refusalOf(tool: () => Promise<number>): Promise<unknown> {
  for (let i = 0; i < 100; i += 1) {
    try {
      await tool();
    } catch (error) {
      return error;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return undefined;
}
