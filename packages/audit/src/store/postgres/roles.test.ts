import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { systemCode, type TrailError } from '../../errors.js';
import type { AuditStore } from '../audit-store.js';
import { all, callFields, placed, stateOf, TestWriter } from '../sealed.test.kit.js';
import { tombstoneText } from '../tombstone.js';
import { placeOf } from '../check-records.js';
import { checkLog } from './log-check.test.kit.js';
import { openPostgresStore } from './open-postgres-store.js';
import { postgresGrants } from './schema.js';
import { describePostgres, freshSchema } from './server.test.kit.js';

/** What every one of them must be refused for is the right, 42501. */
const REWRITINGS = [
  'update leaves set line = line', 'delete from leaves', 'truncate leaves', "insert into leaves (index, hash, line) values (9, sha256('x'), 'x')",
  'update head set size = 0', 'delete from head', 'update writers set sequence = 0', 'delete from writers', 'select * from calls', 'delete from calls',
  'update checkpoints set record = record', 'delete from checkpoints', "insert into checkpoints (record) values ('x')", 'delete from migrations',
  "select entomb('{0}', '{x}')", "select prune(1, '{}')", "select begin_at(1, '{}')", 'alter table leaves disable trigger user', 'drop table leaves',
  "set session_replication_role = 'replica'", 'create table mine ()', 'create or replace function tombstone(line text) returns text language sql as $$ select line $$',
];

describePostgres('a role that is not the owner of a log in PostgreSQL', (server) => {
  let schema: string;
  let owner: AuditStore;
  let store: AuditStore | null;
  beforeEach(async () => {
    schema = freshSchema();
    store = null;
    owner = await openPostgresStore({ connectionString: server().url, schema });
    await server().run(`create role ${schema} login password 'not-shown'`);
  });
  afterEach(async () => {
    await store?.close();
    await owner.close();
    await server().run(`drop schema ${schema} cascade; drop owned by ${schema}; drop role ${schema}`);
  });

  const url = (): string => {
    const address = new URL(server().url);
    address.username = schema;
    address.password = 'not-shown';
    return address.href;
  };
  const open = async (): Promise<AuditStore> => (store = await openPostgresStore({ connectionString: url(), schema }));
  const as = async (text: string): Promise<unknown> => {
    const client = new pg.Client({ connectionString: url() });
    await client.connect();
    try {
      return await client.query(`set search_path = ${schema}; ${text}`);
    } finally {
      await client.end();
    }
  };

  it('is told what it lacks, and its password is in no message', async () => {
    const error = await open().catch((thrown: unknown) => thrown as TrailError);

    expect(error).toMatchObject({ code: 'STORE' });
    expect(String(error)).toContain('postgresGrants');
    expect(JSON.stringify([error, (error as TrailError).cause, (error as TrailError).stack])).not.toContain('not-shown');
  });

  it('appends, begins, recovers, reads and adds checkpoints with what postgresGrants gives', async () => {
    await server().run(postgresGrants(schema, { schema }));
    const app = await open();
    const records = new TestWriter().calls(3);

    await owner.begin('w', [{ callId: 'dead', fields: callFields('dead', { outcome: 'unknown' }) }]);
    await owner.close();
    await app.begin('v', [{ callId: 'c-0', fields: callFields('c-0', { outcome: 'unknown' }) }]);
    await app.append(records, ['c-0']);
    await app.addCheckpoint({ note: 'log\n3\nroot=\n', nodes: [], position: null, time: '2026-01-01T00:00:00.000Z' });

    expect((await app.orphans()).map(({ call_id }) => call_id)).toEqual(['dead']);
    expect(await checkLog(app)).toMatchObject({ faults: [], size: 3 });
    expect((await app.query({ call_id: 'c-1' })).entries).toHaveLength(1);
    expect(await app.lastCheckpoint()).toMatchObject({ nodes: [] });
    expect(app.location).not.toContain('not-shown');
  });

  it('cannot rewrite history', async () => {
    await server().run(postgresGrants(schema, { schema }));
    const app = await open();
    await app.append(new TestWriter().calls(2));
    const before = await checkLog(app);

    const answers = await Promise.all(REWRITINGS.map((statement) => as(statement).then(() => 'done', systemCode)));

    expect(REWRITINGS.filter((_, i) => answers[i] !== '42501')).toEqual([]);
    expect(await checkLog(app)).toEqual(before);
  });

  it('cannot have its own functions run in place of those that append calls', async () => {
    await server().run(`${postgresGrants(schema, { schema })}; create schema ${schema}_own authorization ${schema}`);
    await as(`create function ${schema}_own.length(bytea) returns int language plpgsql as $$ begin delete from ${schema}.leaves; return 0; end $$`);
    const app = await open();
    await app.append(new TestWriter().calls(1));

    const appended = as(
      `set search_path = ${schema}_own, pg_catalog; select ${schema}.append(sha256('x'), E'x\\n', '{}', '{}', '', '{}', '{}', '{}', '{}')`,
    );

    await expect(appended).resolves.toBeDefined();
    expect(await app.size()).toBe(2);
    await server().run(`drop schema ${schema}_own cascade`);
  });

  it('cannot erase or delete through the store either, unless retention was granted', async () => {
    await server().run(postgresGrants(schema, { schema }));
    const records = placed(new TestWriter().calls(4));
    const app = await open();
    await app.append(records);
    const place = placeOf(records[3]?.line ?? '');
    if (place === null) throw new Error('not an entry');
    const tombstone = { index: 3, hash: place.entry_hash, line: tombstoneText(place), bytes: null };

    await expect(app.entomb([tombstone])).rejects.toMatchObject({ code: 'STORE' });
    await expect(app.prune(stateOf(records.slice(0, 2)))).rejects.toMatchObject({ code: 'STORE' });
    await server().run(postgresGrants(schema, { schema, retention: true }));
    await app.entomb([tombstone]);
    await app.prune(stateOf(records.slice(0, 2)));

    expect(await all(app.records())).toEqual([records[2], tombstone]);
  });
});
