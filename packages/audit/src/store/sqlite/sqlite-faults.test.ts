import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyStore } from '../../verify/verify-store.js';
import { all, callFields, stateOf, TestWriter } from '../sealed.test.kit.js';
import { codeOf } from '../store-site.test.kit.js';
import { openStoreTrail } from '../store-trail.js';
import { placeOf } from '../check-records.js';
import { tombstoneText } from '../tombstone.js';
import { openDatabase, type SqliteDatabase } from './sqlite-database.js';
import { openSqliteStore } from './sqlite-store.js';

let folder: string;
let path: string;
let db: SqliteDatabase | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enforcecore-sqlite-'));
  path = join(folder, 'audit.db');
  db = null;
});
afterEach(() => {
  db?.close();
  rmSync(folder, { recursive: true });
});

describe('an SQLite log', () => {
  it('is for its user only, with its side files', () => {
    const store = openSqliteStore(join(folder, 'deep', 'er', 'audit.db'));
    store.append(new TestWriter().calls(1));

    const modes = readdirSync(join(folder, 'deep', 'er')).map((name) => [name, statSync(join(folder, 'deep', 'er', name)).mode & 0o777]);
    store.close();

    expect(modes).toEqual([['audit.db', 0o600], ['audit.db-shm', 0o600], ['audit.db-wal', 0o600]]);
  });

  it('lives in a database handed in, and leaves it open and what else is in it alone', () => {
    db = openDatabase(path, false);
    db.exec('CREATE TABLE mine (x)');
    const store = openSqliteStore(db);
    store.append(new TestWriter().calls(2));
    store.close();

    db.exec('INSERT INTO mine VALUES (1)');
    expect(openSqliteStore(db).size()).toBe(2);
  });

  it('does not touch a transaction of whoever handed the database in', async () => {
    db = openDatabase(path, false);
    const store = openSqliteStore(db);
    db.exec('CREATE TABLE mine (x); BEGIN; INSERT INTO mine VALUES (1)');

    expect(await codeOf(() => store.append(new TestWriter().calls(1)))).toBe('STORE');
    db.exec('COMMIT');

    expect(db.prepare('SELECT count(*) AS n FROM mine').get()).toMatchObject({ n: 1 });
    expect(store.append(new TestWriter().calls(1))).toBe(0);
  });

  it('warns of an SQLite that can damage the file', () => {
    const warnings: string[] = [];
    openSqliteStore(path, { onWarning: (message) => warnings.push(message) }).close();
    db = openDatabase(path, false);
    const row = db.prepare('SELECT sqlite_version() AS v').get() as { v: string };
    const [major = 0, minor = 0, patch = 0] = row.v.split('.').map(Number);

    expect(warnings).toHaveLength(major * 1e6 + minor * 1e3 + patch < 3_051_003 ? 1 : 0);
  });

  it('refuses options that cannot be kept', async () => {
    expect(await codeOf(() => openSqliteStore(path, { busyTimeoutMs: -1 }))).toBe('OPTIONS');
    expect(await codeOf(() => openSqliteStore(path, { busyTimeoutMs: 0.5 }))).toBe('OPTIONS');
    // What a caller without TypeScript can hand in.
    expect(await codeOf(() => openSqliteStore(path, { durability: 'none' as 'power' }))).toBe('OPTIONS');
  });

  it('syncs every append where power may fail', () => {
    db = openDatabase(path, false);
    const store = openSqliteStore(db, { durability: 'power' });

    expect(db.prepare('PRAGMA synchronous').get()).toMatchObject({ synchronous: 2 });
    expect(store.append(new TestWriter().calls(1))).toBe(0);
  });
});

describe('what goes wrong', () => {
  it('is told by its code: not a file, not a database, one of something else, one of a later release, none', async () => {
    mkdirSync(join(folder, 'dir'));
    writeFileSync(join(folder, 'text'), 'no database at all. '.repeat(100));
    db = openDatabase(join(folder, 'other.db'), false);
    db.exec('CREATE TABLE customers (x)');
    openSqliteStore(path).close();
    const later = openDatabase(path, false);
    later.exec('UPDATE audit_log SET schema_version = 99');
    later.close();

    const codes = await Promise.all(['dir', 'text', 'other.db', 'audit.db'].map((name) => codeOf(() => openSqliteStore(join(folder, name)))));
    const readOnly = await codeOf(() => openSqliteStore(join(folder, 'none.db'), { readOnly: true }));

    expect([...codes, readOnly]).toEqual(['NOT_A_FILE', 'NOT_A_TRAIL', 'NOT_A_TRAIL', 'FORMAT', 'MISSING']);
  });

  it('keeps a reader from writing', async () => {
    const store = openSqliteStore(path);
    store.append(new TestWriter().calls(3));
    const reader = openSqliteStore(path, { readOnly: true });

    expect(await codeOf(() => reader.append(new TestWriter().calls(1)))).toBe('READ_ONLY');
    expect(await codeOf(() => reader.begin('w', [{ callId: 'a', fields: callFields('a') }]))).toBe('READ_ONLY');
    expect(await all(reader.records())).toHaveLength(3);
    expect(await verifyStore(reader)).toMatchObject({ valid: true, size: 3 });
    reader.close();
    store.close();
  });

  it('is a full disk: nothing is stored, and all works again when there is space', async () => {
    db = openDatabase(path, false);
    const store = openSqliteStore(db);
    const trail = openStoreTrail(store);
    db.exec('PRAGMA max_page_count = 60');
    const draft = { call_id: 'a', tool_name: 'search', decision: 'allowed', outcome: 'ok', agent: 'x'.repeat(3000) } as const;
    let count = 0;
    let code = '';
    while (code === '') {
      code = await codeOf(() => trail.append(draft));
      count += code === '' ? 1 : 0;
    }
    const again = await codeOf(() => trail.append(draft));
    const whileFull = store.size();
    db.exec('PRAGMA max_page_count = 10000');
    trail.append(draft);

    expect([code, again, whileFull]).toEqual(['NO_SPACE', 'NO_SPACE', count]);
    expect(await verifyStore(store)).toMatchObject({ valid: true, size: count + 1, errors: [] });
  });

  it.each(['removed', 'replaced'])('is a file that was %s while open: refused, and works again when it is back', async (how) => {
    const store = openSqliteStore(path);
    const trail = openStoreTrail(store);
    const draft = { call_id: 'a', tool_name: 'search', decision: 'allowed', outcome: 'ok' } as const;
    trail.append(draft);
    renameSync(path, `${path}.away`);
    if (how === 'replaced') writeFileSync(path, '');

    const codes = [await codeOf(() => trail.append(draft)), await codeOf(() => trail.begin({ call_id: 'b', tool_name: 'x' }))];
    renameSync(`${path}.away`, path);
    trail.append(draft);

    expect(codes).toEqual(how === 'removed' ? ['REMOVED', 'REMOVED'] : ['REPLACED', 'REPLACED']);
    expect(await verifyStore(store)).toMatchObject({ valid: true, size: 2 });
    await trail.close();
  });

  it('is another process that keeps the file locked', async () => {
    const store = openSqliteStore(path, { busyTimeoutMs: 20 });
    db = openDatabase(path, false);
    db.exec('BEGIN IMMEDIATE');

    expect(await codeOf(() => store.append(new TestWriter().calls(1)))).toBe('STORE');
    db.exec('COMMIT');

    expect(store.append(new TestWriter().calls(1))).toBe(0);
    store.close();
  });

  it('is a damaged row: a typed error, never a TypeError', async () => {
    const store = openSqliteStore(path);
    store.append(new TestWriter().calls(3));
    store.addCheckpoint({ note: 'x', nodes: [], position: null, time: '2026-01-01T00:00:00.000Z' });
    db = openDatabase(path, false);
    db.exec('DROP TRIGGER audit_leaves_update; DROP TRIGGER audit_checkpoints_update; DROP TRIGGER audit_log_update');
    db.exec(`UPDATE audit_checkpoints SET record = '[1]'; UPDATE audit_log SET start_nodes = '{"a":1}'; PRAGMA ignore_check_constraints = 1`);
    db.exec(`UPDATE audit_leaves SET hash = 5 WHERE idx = 1; INSERT INTO audit_calls VALUES ('1', '2', 'nonsense', 'h', 1, '0')`);
    db.exec(`UPDATE audit_calls SET pid = 2147483000`);

    expect(await codeOf(() => store.lastCheckpoint())).toBe('STORE');
    expect(await codeOf(() => all(store.checkpoints()))).toBe('STORE');
    expect(await codeOf(() => store.start())).toBe('STORE');
    expect((await all(store.records())).map(({ hash }) => hash)[1]).toBe('5');
    expect(store.orphans()).toEqual([]);
    store.close();
  });
});

describe('changes by SQL', () => {
  it('are refused while the triggers are there', () => {
    const store = openSqliteStore(path);
    store.append(new TestWriter().calls(3));
    store.addCheckpoint({ note: 'x', nodes: [], position: null, time: '2026-01-01T00:00:00.000Z' });
    db = openDatabase(path, false);
    for (const sql of [
      `UPDATE audit_leaves SET line = '{}' WHERE idx = 1`, `UPDATE audit_leaves SET hash = '${'a'.repeat(64)}'`, 'UPDATE audit_leaves SET idx = 9 WHERE idx = 2',
      'UPDATE audit_leaves SET line = NULL, bytes = x\'00\'', `UPDATE audit_leaves SET line = json_set(line, '$.erased', 1, '$.entry_hash', 'x')`,
      'DELETE FROM audit_leaves', 'DELETE FROM audit_leaves WHERE idx = 2', 'DELETE FROM audit_checkpoints', `UPDATE audit_checkpoints SET record = ''`,
      'DELETE FROM audit_log', 'UPDATE audit_log SET start_size = -1',
    ]) {
      expect(() => db?.exec(sql)).toThrow(/log|checkpoint/);
    }
    expect(store.size()).toBe(3);
    store.close();
  });

  it.each([
    ['a decision', `UPDATE audit_leaves SET line = replace(line, '"allowed"', '"blocked"') WHERE idx = 3`],
    ['a hash and its line', `UPDATE audit_leaves SET line = replace(line, hash, '${'a'.repeat(64)}'), hash = '${'a'.repeat(64)}' WHERE idx = 3`],
    ['a missing leaf', 'DELETE FROM audit_leaves WHERE idx = 3'],
    ['a missing leaf whose gap was closed', 'DELETE FROM audit_leaves WHERE idx = 3; UPDATE audit_leaves SET idx = idx - 1 WHERE idx > 3'],
    ['two leaves that changed places', 'UPDATE audit_leaves SET idx = 99 WHERE idx = 2; UPDATE audit_leaves SET idx = 2 WHERE idx = 3; UPDATE audit_leaves SET idx = 3 WHERE idx = 99'],
    ['leaves cut off at the end, behind which there is a checkpoint', 'DELETE FROM audit_leaves WHERE idx > 7'],
  ])('are found by the verifier when whoever made them dropped the triggers: %s', async (_what, sql) => {
    const store = openSqliteStore(path);
    const trail = openStoreTrail(store);
    for (let i = 0; i < 10; i += 1) trail.append({ call_id: String(i), tool_name: 'search', decision: 'allowed', outcome: 'ok' });
    await trail.close();
    db = openDatabase(path, false);
    for (const name of ['leaves_update', 'leaves_delete']) db.exec(`DROP TRIGGER audit_${name}`);
    db.exec(sql);

    const tampered = openSqliteStore(path);
    const { valid } = await verifyStore(tampered);
    tampered.close();

    expect(valid).toBe(false);
  });

  it('leave queries saying what the line says: a column cannot be changed apart from it', () => {
    const store = openSqliteStore(path);
    store.append(new TestWriter().calls(1));
    db = openDatabase(path, false);

    expect(() => db?.exec(`UPDATE audit_leaves SET tool_name = 'other'`)).toThrow(/generated column/);
    store.close();
  });
});

describe('erased content', () => {
  it('is in no file any more', async () => {
    const secret = 'the-secret-of-ada';
    const store = openSqliteStore(path);
    const writer = new TestWriter();
    const records = Array.from({ length: 50 }, (_, i) => writer.seal(callFields(`c-${String(i)}`, { session: i % 7 === 0 ? `${secret}${'x'.repeat(i * 200)}` : null, agent: i % 7 === 0 ? secret : 'a' })));
    store.append(records);
    const everything = (): string => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1')).join('');
    expect(everything().includes(secret)).toBe(true);

    const tombstones = records.flatMap((record, index) => {
      const place = placeOf(record.line);
      return index % 7 === 0 && place !== null ? [{ index, hash: record.hash, line: tombstoneText(place), bytes: null }] : [];
    });
    store.entomb(tombstones);

    expect(everything().includes(secret)).toBe(false);
    expect((await store.query({ session: secret })).entries).toEqual([]);
    await store.prune(stateOf(records));
    expect(everything().includes('"c-1')).toBe(false);
    store.close();
  });
});

describe('a row before the start', () => {
  it('is no part of the log: no query shows it, and none has an index below zero', async () => {
    const store = openSqliteStore(path);
    const records = new TestWriter().calls(4);
    store.append(records);
    await store.prune(stateOf(records.slice(0, 2)));
    db = openDatabase(path, false);
    const insert = (index: number, line: string, hash: string): unknown => db?.prepare('INSERT INTO audit_leaves (idx, hash, line) VALUES (?, ?, ?)').run(index, hash, line);
    const [forged] = new TestWriter().calls(1);

    insert(0, forged?.line ?? '', forged?.hash ?? '');
    const { entries } = await store.query({});

    expect(entries.map(({ index }) => index).sort()).toEqual([2, 3]);
    expect(() => insert(-1, forged?.line ?? '', forged?.hash ?? '')).toThrow(/CHECK constraint/);
    store.close();
  });
});

describe('a checkpoint in SQLite', () => {
  it.each([['process', 1], ['power', 2]] as const)('is written through to the disk in mode %s, with all that it covers', (durability, before) => {
    const own = openDatabase(path, false);
    db = own;
    const store = openSqliteStore(own, { durability });
    own.exec('CREATE TEMP TABLE seen (level)');
    own.exec('CREATE TEMP TRIGGER at_checkpoint AFTER INSERT ON main.audit_checkpoints BEGIN INSERT INTO seen SELECT synchronous FROM pragma_synchronous; END');

    store.addCheckpoint({ note: 'log\n0\n', nodes: [], position: null, time: '2026-01-01T00:00:00.000Z' });

    // 2 is FULL, 1 is NORMAL.
    expect([...own.prepare('SELECT level FROM seen').iterate()]).toEqual([{ level: 2 }]);
    expect(own.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: before });
    store.close();
  });
});
