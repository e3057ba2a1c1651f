import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { TrailError } from '../../errors.js';
import type { PostgresStore } from './postgres-store.js';
import { all, callFields, TestWriter, torn } from '../sealed.test.kit.js';
import { codeOf } from '../store-site.test.kit.js';
import { checkLog } from './log-check.test.kit.js';
import { openPostgresStore } from './open-postgres-store.js';
import { postgresFault } from './postgres-fault.js';
import { describePostgres, freshSchema, type PostgresServer } from './server.test.kit.js';

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Holds the row that every append waits for. */
class Blocker {
  readonly #client: pg.Client;
  readonly #server: PostgresServer;

  constructor(server: PostgresServer) {
    this.#server = server;
    this.#client = new pg.Client({ connectionString: server.url });
  }

  async hold(schema: string): Promise<void> {
    await this.#client.connect();
    await this.#client.query(`begin; select from ${schema}.head for update`);
  }

  async waitedFor(): Promise<number> {
    // Not by its own connection: within one transaction that view never changes.
    const pid = async (): Promise<unknown> =>
      (await this.#server.run("select pid from pg_stat_activity where wait_event_type = 'Lock' and query like '%.append(%'"))[0]?.['pid'];
    await until(async () => (await pid()) !== undefined);
    return Number(await pid());
  }

  async end(): Promise<void> {
    await this.#client.end();
  }
}

describePostgres('the connection to a log in PostgreSQL', (server) => {
  let schema: string;
  let stores: PostgresStore[];
  let blocker: Blocker;
  beforeEach(() => {
    schema = freshSchema();
    stores = [];
    blocker = new Blocker(server());
  });
  afterEach(async () => {
    await blocker.end();
    for (const store of stores) await store.close();
    await server().run(`drop schema if exists ${schema} cascade`);
  });

  const open = async (more: object = { connectionString: server().url }): Promise<PostgresStore> => {
    const store = await openPostgresStore({ schema, ...more });
    stores.push(store);
    return store;
  };
  const intent = { callId: 'a', fields: callFields('a', { outcome: 'unknown' }) };
  const liveOwners = async (): Promise<unknown> =>
    (await server().run(`select count(*)::int as count from pg_locks where locktype = 'advisory' and granted and objsubid = 1
      and (classid::bigint << 32 | objid::bigint) in (select owner from ${schema}.calls)`))[0]?.['count'];

  it('lost in the middle of an append is a STORE error with its cause, and the next append works', async () => {
    const store = await open();
    const writer = new TestWriter();
    const records = writer.calls(2);
    await blocker.hold(schema);

    const appended = Promise.resolve(store.append(records)).catch((error: unknown) => error);
    await server().run('select pg_terminate_backend($1)', [await blocker.waitedFor()]);
    const error = await appended;
    await blocker.end();

    expect(error).toMatchObject({ code: 'STORE', cause: expect.anything() });
    expect(await store.chainHead(writer.id)).toBeNull();
    expect(await store.append(records)).toBe(0);
    expect(await checkLog(store)).toMatchObject({ faults: [], size: 2 });
  });

  it('lost at this end only: what it was doing there is over before the next statement', async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    const streams: { destroy(): void }[] = [];
    // The socket is no part of the published types.
    pool.on('connect', (client) => streams.push((client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream));
    const store = await open({ client: pool });
    const writer = new TestWriter();
    const records = writer.calls(2);
    await store.size();
    await blocker.hold(schema);

    const appended = Promise.resolve(store.append(records)).catch((error: unknown) => error);
    await blocker.waitedFor();
    streams.at(-1)?.destroy();
    const error = await appended;
    const head = await store.chainHead(writer.id);
    await blocker.end();

    expect(error).toMatchObject({ code: 'STORE' });
    expect(head).toBeNull();
    expect(await store.append(records)).toBe(0);
    expect(await checkLog(store)).toMatchObject({ faults: [], size: 2 });
    await store.close();
    await pool.end();
  });

  it('that waits too long for other writers is given up by the server, and nothing is written', async () => {
    const store = await open({ connectionString: server().url, statementTimeoutMs: 100 });
    await blocker.hold(schema);

    const error = await Promise.resolve(store.append(new TestWriter().calls(1))).catch((thrown: unknown) => thrown);
    await blocker.end();

    expect(error).toMatchObject({ code: 'STORE', message: expect.stringContaining('statementTimeoutMs') });
    expect(await store.size()).toBe(0);
  });

  it('comes back by itself while calls are open, so that nobody takes them over', async () => {
    const [store, other] = [await open(), await open()];
    await store.begin('w', [intent]);
    const [row] = await server().run("select pid from pg_locks where locktype = 'advisory'");

    await server().run('select pg_terminate_backend($1)', [row?.['pid']]);
    await until(async () => {
      const [now] = await server().run("select pid from pg_locks where locktype = 'advisory' and granted");
      return now !== undefined && now['pid'] !== row?.['pid'];
    });

    expect(await liveOwners()).toBe(1);
    expect(await other.orphans()).toEqual([]);
  });

  it('goes with the store, and its open calls are anybody\'s then', async () => {
    const [store, other] = [await open(), await open({ connectionString: server().url, graceMs: 0 })];
    await store.begin('w', [intent]);

    await store.close();

    expect(await liveOwners()).toBe(0);
    expect(await other.orphans()).toEqual([intent.fields]);
  });

  it('may be the application\'s own pool, which stays open and keeps no lock or setting of the store', async () => {
    const pool = new pg.Pool({ connectionString: server().url, max: 2 });
    const store = await open({ client: pool });
    await store.append(new TestWriter().calls(3));
    await all(store.records());

    await store.close();
    const { rows } = await pool.query("select current_setting('statement_timeout') as timeout, (select count(*)::int from pg_locks where locktype = 'advisory') as locks");

    expect(rows).toEqual([{ timeout: '0', locks: 0 }]);
    await pool.end();
  });

  it('never writes with synchronous_commit off, whatever the role\'s default is', async () => {
    const pool = new pg.Pool({ connectionString: server().url, options: '-c synchronous_commit=off -c default_transaction_isolation=serializable' });
    const stores = await Promise.all([open({ client: pool }), open({ client: pool })]);
    const writers = [new TestWriter(), new TestWriter()];

    await Promise.all(Array.from({ length: 20 }, async (_, i) => stores[i % 2]?.append(writers[i % 2]?.calls(1, String(i)) ?? [])));

    expect(await checkLog(stores[0])).toMatchObject({ faults: [], size: 20 });
    for (const store of stores) await store.close();
    await pool.end();
  });

  it('tries again what the database undid for another transaction\'s sake, and gives up after some times', async () => {
    const store = await open();
    const fail = (times: number): Promise<unknown> =>
      server().run(`create sequence if not exists ${schema}.tries; alter sequence ${schema}.tries restart;
        create or replace function ${schema}.fail() returns trigger language plpgsql as $$ begin
          if nextval('${schema}.tries') <= ${String(times)} then raise exception 'undone' using errcode = 'serialization_failure'; end if; return new;
        end $$; create or replace trigger fail before insert on ${schema}.leaves for each row execute function ${schema}.fail()`);
    await fail(3);
    const first = await store.append(new TestWriter().calls(1));
    await fail(1000);

    const error = await Promise.resolve(store.append(new TestWriter().calls(1))).catch((thrown: unknown) => thrown);

    expect(first).toBe(0);
    expect(error).toMatchObject({ code: 'STORE', message: expect.stringContaining('40001') });
    expect(await store.size()).toBe(1);
  });

  it('outlives a restart of the server, for reading too', async () => {
    const { restart } = server();
    // The server that POSTGRES_URL names is not ours to stop.
    if (restart === null) return;
    const store = await open();
    const writer = new TestWriter();
    await store.append(writer.calls(3));
    await store.begin(writer.id, [intent]);
    await all(store.records());

    await restart();
    // Its connection ended with the server, and it is given time to come back.
    const taken = await (await open({ connectionString: server().url, graceMs: 5000 })).orphans();
    const kept = await all(store.records());
    const codes = [await codeOf(() => store.append(writer.calls(1)))];
    // The first may find out that the connection is gone; it is not repeated, as nobody can know what became of it.
    if (codes[0] === 'STORE') codes.push(await codeOf(() => store.size()));

    expect(taken).toEqual([]);
    expect(kept).toHaveLength(3);
    expect(codes.at(-1)).toBe('');
  });
});

describePostgres('opening a log in PostgreSQL', (server) => {
  let schema: string;
  beforeEach(() => {
    schema = freshSchema();
  });
  afterEach(async () => {
    await server().run(`drop schema if exists ${schema} cascade`);
  });
  const open = (): Promise<PostgresStore> => openPostgresStore({ connectionString: server().url, schema });

  it('creates the schema once, however many start at the same time', async () => {
    const stores = await Promise.all(Array.from({ length: 12 }, open));

    const rows = await server().run(`select version from ${schema}.migrations`);

    expect(rows).toEqual([{ version: 1 }]);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('creates nothing for who only reads, and reads what is there', async () => {
    const options = { connectionString: server().url, schema, readOnly: true };
    const refused = await openPostgresStore(options).catch((error: unknown) => error);
    const [row] = await server().run('select count(*)::int as count from pg_namespace where nspname = $1', [schema]);
    const writer = await open();
    await writer.append(new TestWriter().calls(2));

    const reader = await openPostgresStore(options);
    const size = await reader.size();
    await reader.close();

    expect(refused).toMatchObject({ code: 'MISSING' });
    expect(row).toEqual({ count: 0 });
    expect(size).toBe(2);
  });

  it('refuses a schema that is newer than it knows', async () => {
    await (await open()).close();
    await server().run(`insert into ${schema}.migrations (version) values (7)`);

    await expect(open()).rejects.toMatchObject({ code: 'STORE', message: expect.stringContaining('newer') });
  });

  it('refuses a database that cannot hold every text', async () => {
    await server().run(`create database ${schema} encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'`);
    const address = new URL(server().url);
    address.pathname = `/${schema}`;

    await expect(openPostgresStore({ connectionString: address.href })).rejects.toMatchObject({ code: 'STORE', message: expect.stringContaining('LATIN1') });

    await server().run(`drop database ${schema} with (force)`);
  });

  it('undoes a creation that fails half-way', async () => {
    await server().run(`create schema ${schema}; create table ${schema}.checkpoints ()`);

    await expect(open()).rejects.toMatchObject({ code: 'STORE' });

    expect(await server().run(`select table_name from information_schema.tables where table_schema = '${schema}'`)).toEqual([{ table_name: 'checkpoints' }]);
  });

  it('says where it is', async () => {
    const store = await open();

    expect(store.location).toMatch(/^postgres:\/\/[^@]+\/[^/]+$/);
    await store.close();
  });
});

describePostgres('what another hand wrote into a log in PostgreSQL', (server) => {
  let schema: string;
  let store: PostgresStore;
  beforeEach(async () => {
    schema = freshSchema();
    store = await openPostgresStore({ connectionString: server().url, schema, graceMs: 0 });
  });
  afterEach(async () => {
    await store.close();
    await server().run(`drop schema if exists ${schema} cascade`);
  });

  it.each(['', 'null', '7', '[]', '{"note":1}', '{"note":"x","nodes":[1],"time":"x"}', '{"note":"x"'])('is no checkpoint: %j', async (text) => {
    await server().run(`insert into ${schema}.checkpoints (size, record) values (1, $1)`, [text]);

    expect(await codeOf(() => store.lastCheckpoint())).toBe('STORE');
    expect(await codeOf(() => all(store.checkpoints()))).toBe('STORE');
  });

  it('is no open call, and does not hide those that are', async () => {
    const intent = { callId: 'a', fields: callFields('a', { outcome: 'unknown' }) };
    const dead = await openPostgresStore({ connectionString: server().url, schema });
    await dead.begin('w', [intent]);
    await dead.begin('w', []);
    await dead.close();
    for (const [i, text] of ['', 'null', '[]', '{}', '{"call_id":7}', '{"call_id":"x","tool_name":"t","depth":-1}'].entries()) {
      await server().run(`insert into ${schema}.calls (call, writer_id, owner, fields) values ($1, 'w', 1, $2)`, [Buffer.from([i]), text]);
    }

    expect(await store.orphans()).toEqual([intent.fields]);
  });

  it('does not bring down a query or a reading', async () => {
    const hostile = ['[[[[', '{"agent":"', '{"agent":"a","call_id":"', 'x"tool_name":"y', '['.repeat(100_000), '"timestamp":"2026', '{"agent":"\\ud800"}'];
    await store.append(hostile.map((line) => torn(line)));

    expect(await all(store.records())).toHaveLength(hostile.length);
    expect((await store.query({ agent: 'a' })).entries).toEqual([]);
  });

  it('keeps texts of a megabyte in every field that is indexed, and finds them', async () => {
    const text = `"\\\u0001é${'x'.repeat(1024 * 1024)}`;
    const near = text.slice(0, 60_000);
    const fields = { agent: near, session: near, tenant_id: near, tool_name: near, violation_reason: text };
    await store.append([new TestWriter().seal(callFields(near, fields)), ...new TestWriter().calls(1)]);

    for (const query of [{ agent: near }, { session: near }, { tenant_id: near }, { tool_name: near }, { call_id: near }, { text: 'é' }]) {
      expect((await store.query(query)).entries.map(({ index }) => index)).toEqual([0]);
    }
    expect((await store.query({ agent: near.slice(0, -1) })).entries).toEqual([]);
  });

  it('cannot be more than one message holds, and says so', async () => {
    const record = torn('x'.repeat(2 ** 24));

    expect(await codeOf(() => store.append(Array.from({ length: 9 }, () => record)))).toBe('ENTRY_TOO_LARGE');

    expect(await store.size()).toBe(0);
  }, 60_000);
});

describe('postgresFault', () => {
  it.each([
    ['42501', 'STORE', 'postgresGrants'], ['25006', 'STORE', 'primary'], ['28P01', 'STORE', 'password'], ['3F000', 'STORE', 'owner'], ['53100', 'STORE', 'disk'],
    ['57014', 'STORE', 'statementTimeoutMs'], ['XX000', 'STORE', 'XX000'], ['', 'STORE', 'connection'], ['EC001', 'STORE', 'already'], ['EC002', 'ERASURE', 'tombstones'],
  ])('tells what to do about %j', (code, expected, word) => {
    const cause = Object.assign(new Error('quotes a value'), { code });

    const fault = postgresFault(cause, 'postgres://host/db', 'cannot append to');

    expect(fault).toMatchObject({ code: expected, cause, message: expect.stringContaining(word) });
    expect(fault.message).not.toContain('quotes');
  });
});

describe('openPostgresStore', () => {
  const client = new pg.Pool({ max: 1 });

  it.each([
    [{}, 'client'], [{ connectionString: 'postgresql:///x', client: new pg.Pool() }, 'client'], [{ client }, 'client'],
    [{ connectionString: 'postgresql:///x', schema: 'A' }, 'schema'], [{ connectionString: 'postgresql:///x', schema: 'a"; drop schema x' }, 'schema'],
    [{ connectionString: 'postgresql:///x', schema: '' }, 'schema'], [{ connectionString: 'postgresql:///x', poolSize: 1 }, 'poolSize'],
    [{ connectionString: 'postgresql:///x', poolSize: 2.5 }, 'poolSize'], [{ connectionString: 'postgresql:///x', statementTimeoutMs: 0 }, 'statementTimeoutMs'],
    [{ connectionString: 'postgresql:///x', connectTimeoutMs: Number.NaN }, 'connectTimeoutMs'],
    [{ connectionString: 'postgresql://u:s3cret@[x/y' }, 'connectionString'], [{ connectionString: 'postgresql://u:s3cret@x:99999999/y' }, 'connectionString'],
    [{ connectionString: 'postgresql://u:s3cret@x/y?sslrootcert=/missing' }, 'connectionString'],
  ])('refuses %j', async (options, name) => {
    const error = await openPostgresStore(options).catch((thrown: unknown) => thrown as TrailError);

    expect(error).toBeInstanceOf(TrailError);
    expect(error).toMatchObject({ code: 'OPTIONS', message: expect.stringContaining(name) });
    expect(everything(error)).not.toContain('s3cret');
  });

  it('tells of a server that is not there without a password', async () => {
    const error = await openPostgresStore({ connectionString: 'postgresql://u:s3cret@127.0.0.1:1/db' }).catch((thrown: unknown) => thrown as TrailError);

    expect(error).toMatchObject({ code: 'STORE' });
    expect(everything(error)).not.toContain('s3cret');
  });
});

/** An error with all that hangs on it. */
function everything(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const names = Object.getOwnPropertyNames(error);
  // Every own property may be read by its name.
  return names.map((name) => `${name}: ${everything((error as Record<string, unknown>)[name])}`).join('\n');
}
