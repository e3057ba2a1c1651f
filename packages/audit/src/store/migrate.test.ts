import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCheckpoint } from '../checkpoint/checkpoint.js';
import { rootOf } from '../tree/tree-state.js';
import { openTrail } from '../trail/trail.js';
import { verifyTrail } from '../verify/verify-trail.js';
import type { AuditStore, StoredRecord } from './audit-store.js';
import { openJsonlSource } from './jsonl-source.js';
import { jsonlTarget } from './jsonl-target.js';
import { MemoryStore } from './memory-store.js';
import { migrate } from './migrate.js';
import type { ReadableLog } from './readable-log.js';
import { all, stateOf, TestWriter, torn } from './sealed.test.kit.js';
import { openSqliteStore, type SqliteStore } from './sqlite/sqlite-store.js';
import { codeOf } from './store-site.test.kit.js';
import { openStoreTrail } from './store-trail.js';
import { TrailRoom } from './trail-room.test.kit.js';

describe('moving a log', () => {
  let room: TrailRoom;
  let sqlite: SqliteStore;
  beforeEach(() => {
    room = new TrailRoom();
    sqlite = openSqliteStore(join(room.folder, 'audit.db'));
  });
  afterEach(() => {
    sqlite.close();
    room.clear();
  });

  function filesOf(path: string): Record<string, string> {
    const folder = join(path, '..');
    const names = readdirSync(folder).filter((name) => /jsonl(\.checkpoints)?$/.test(name));
    return Object.fromEntries(names.map((name) => [name, createHash('sha256').update(readFileSync(join(folder, name))).digest('hex')]));
  }

  async function moveRound(targets: readonly AuditStore[]): Promise<{ readonly back: string; readonly roots: readonly string[] }> {
    const roots: string[] = [];
    let source: ReadableLog = openJsonlSource(room.path);
    for (const target of targets) {
      roots.push((await migrate(source, target)).root);
      source = target;
    }
    const back = join(room.folder, 'back', 'trail.jsonl');
    roots.push((await migrate(source, jsonlTarget(back))).root);
    return { back, roots };
  }

  it('keeps root and bytes from files through databases back to files, which verify', async () => {
    room.fill();
    const before = await verifyTrail(room.path);

    const { back, roots } = await moveRound([sqlite, MemoryStore.open()]);

    const after = await verifyTrail(back, { expectSize: before.size, expectRoot: before.root });
    expect([before.valid, before.recovered]).toEqual([true, 3]);
    expect(new Set(roots)).toEqual(new Set([before.root]));
    expect(after).toMatchObject({ valid: true, size: before.size, root: before.root, recovered: 3, segments: before.segments });
    expect(filesOf(back)).toEqual(filesOf(room.path));
    expect(existsSync(`${back}.migrating`)).toBe(false);
    expect(statSync(back).mode & 0o777).toBe(0o600);
  });

  it('leaves files that a writer can go on with', async () => {
    room.fill();
    const { back } = await moveRound([sqlite]);

    const trail = openTrail(back);
    trail.append(room.draft(1000));
    await trail.close();

    const { valid, errors } = await verifyTrail(back);
    expect([valid, errors]).toEqual([true, []]);
  });

  it('leaves a database that a writer can go on with, and that can be moved to files then', async () => {
    room.fill();
    const { size } = await migrate(openJsonlSource(room.path), sqlite);
    const trail = openStoreTrail(openSqliteStore(join(room.folder, 'audit.db')));
    for (let i = 0; i < 10; i += 1) trail.append(room.draft(2000 + i));
    await trail.close();

    const { back } = await moveRound([sqlite].slice(1));
    const moved = await migrate(sqlite, jsonlTarget(join(room.folder, 'more', 'trail.jsonl')));

    expect(existsSync(back)).toBe(true);
    expect(moved.size).toBe(size + 10);
    expect(await verifyTrail(join(room.folder, 'more', 'trail.jsonl'), { expectSize: moved.size, expectRoot: moved.root })).toMatchObject({ valid: true });
  });

  it('takes the checkpoints along, and says where in the files they are', async () => {
    room.fill();
    const { back } = await moveRound([sqlite]);

    const [from, to] = [await all(openJsonlSource(room.path).checkpoints()), await all(openJsonlSource(back).checkpoints())];
    expect(from.length).toBeGreaterThan(5);
    expect(to.map(({ note }) => note)).toEqual(from.map(({ note }) => note));
    expect(sqlite.lastCheckpoint()?.position).toBeNull();
  });

  it('moves a trail whose oldest segments were deleted', async () => {
    let now = Date.UTC(2026, 0, 1);
    const trail = openTrail(room.path, { rotateBytes: 4000, retainDays: 1, checkpointEntries: 10, now: () => now });
    for (let i = 0; i < 60; i += 1) {
      trail.append(room.draft(i));
      now += 3_600_000;
    }
    const head = trail.head();
    await trail.close();

    const { back, roots } = await moveRound([sqlite, MemoryStore.open()]);

    expect(new Set(roots)).toEqual(new Set([head.root]));
    expect(sqlite.start().size).toBeGreaterThan(0);
    // Where the leaves of a deleted file were is not known to a database.
    expect({ ...filesOf(back), 'trail.jsonl.checkpoints': '' }).toEqual({ ...filesOf(room.path), 'trail.jsonl.checkpoints': '' });
    expect(await verifyTrail(back, { expectSize: head.size, expectRoot: head.root })).toMatchObject({ valid: (await verifyTrail(room.path)).valid });
    await openTrail(back).close();
  });

  it('moves what was written since the last time only', async () => {
    room.fill(20, { checkpointEntries: 5 });
    const first = await migrate(openJsonlSource(room.path), sqlite);
    const again = await migrate(openJsonlSource(room.path), sqlite);
    room.fill(10, { checkpointEntries: 5 });

    const third = await migrate(openJsonlSource(room.path), sqlite);

    expect([first.moved, again.moved, third.moved]).toEqual([first.size, 0, third.size - first.size]);
    expect(await all(sqlite.records())).toEqual(await all(openJsonlSource(room.path).records()));
    expect(await all(sqlite.checkpoints())).toHaveLength(first.checkpoints + again.checkpoints + third.checkpoints);
  });

  it('can be begun again after an interruption anywhere', async () => {
    const source = MemoryStore.open();
    source.append(new TestWriter().calls(900));
    source.append([torn('{"agent":'), torn(Uint8Array.of(0xff))]);
    const broken = { location: 'broken', start: () => source.start(), query: source.query.bind(source), checkpoints: () => source.checkpoints() };
    for (const stop of [1, 256, 257, 700]) {
      const records = async function* (from?: number, to?: number): AsyncGenerator<StoredRecord> {
        for await (const record of source.records(from, to)) {
          if (record.index === stop) throw new Error('pulled the plug');
          yield record;
        }
      };
      await expect(migrate({ ...broken, records }, sqlite)).rejects.toThrow('pulled the plug');
    }

    const progress: number[] = [];
    const result = await migrate(source, sqlite, { onProgress: (leaves) => progress.push(leaves) });

    expect(result.root).toBe(rootOf(stateOf(await all(source.records()))));
    expect(await all(sqlite.records())).toEqual(await all(source.records()));
    expect([result.moved < 902, progress.at(-1)]).toEqual([true, 902]);
  });

  it('writes files anew after an interruption', async () => {
    const source = MemoryStore.open();
    source.append(new TestWriter().calls(3));
    const path = join(room.folder, 'trail.jsonl');
    mkdirSync(`${path}.migrating`);
    writeFileSync(join(`${path}.migrating`, 'trail.jsonl'), 'half of some');

    await migrate(source, jsonlTarget(path));

    expect(await all(openJsonlSource(path).records())).toEqual(await all(source.records()));
  });

  it('refuses a target that holds something else', async () => {
    const [one, two, writer] = [MemoryStore.open(), MemoryStore.open(), new TestWriter()];
    one.append(writer.calls(5));
    two.append([...(await all(one.records())).slice(0, 2), ...new TestWriter().calls(1)]);
    const longer = MemoryStore.open();
    longer.append([...(await all(one.records())), ...writer.calls(1)]);
    const other = MemoryStore.open();
    other.addCheckpoint({ note: 'x\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n', nodes: [], position: null, time: '2026-01-01T00:00:00.000Z' });
    room.fill(1, {});
    const taken = readFileSync(room.path);

    for (const target of [two, longer, other]) expect(await codeOf(() => migrate(one, target))).toBe('STORE');
    expect(await codeOf(() => migrate(one, jsonlTarget(room.path)))).toBe('STORE');
    expect([two.size(), longer.size(), readFileSync(room.path)]).toEqual([3, 6, taken]);
  });

  it('refuses a source that is not what its checkpoints say', async () => {
    const source = MemoryStore.open();
    openStoreTrail(source.another(), { checkpointEntries: 2 }).append(room.draft(1));
    source.addCheckpoint({ note: `x\n1\n${Buffer.alloc(32, 7).toString('base64')}\n`, nodes: ['07'.repeat(32)], position: null, time: '2026-01-01T00:00:00.000Z' });

    expect(await codeOf(() => migrate(source, MemoryStore.open()))).toBe('CHECKPOINT');
  });

  it('refuses to say that all is well when the target gives back something else', async () => {
    const source = MemoryStore.open();
    source.append(new TestWriter().calls(5));
    const target = MemoryStore.open();
    const liar: AuditStore = Object.assign(Object.create(target) as AuditStore, {
      location: 'liar', append: target.append.bind(target), size: target.size.bind(target), start: target.start.bind(target), checkpoints: target.checkpoints.bind(target),
      records: async function* (from?: number, to?: number) {
        for await (const record of target.records(from, to)) yield record.index === 3 ? { ...record, line: 'changed' } : record;
      },
    });

    expect(await codeOf(() => migrate(source, liar))).toBe('STORE');
  });

  it('refuses to write a log to files that files cannot hold', async () => {
    room.fill();
    await migrate(openJsonlSource(room.path), sqlite);
    const records = await all(sqlite.records());
    const closing = records.findIndex(({ line }) => line?.includes('\\"role\\":\\"close\\"') === true);
    const bad = MemoryStore.open();
    bad.append([...records.slice(0, closing + 1), ...new TestWriter().calls(1)]);
    const pruned = MemoryStore.open();
    pruned.append(records);
    await pruned.prune(stateOf(records.slice(0, 2)));

    for (const source of [bad, pruned]) expect(await codeOf(() => migrate(source, jsonlTarget(join(room.folder, 'x', 'trail.jsonl'))))).toBe('FORMAT');
    expect(existsSync(join(room.folder, 'x', 'trail.jsonl'))).toBe(false);
  });

  it('moves a log that ends in the middle of a rotation', async () => {
    room.fill();
    const records = await all(openJsonlSource(room.path).records());
    const closing = records.findIndex(({ line }) => line?.includes('\\"role\\":\\"close\\"') === true);
    const source = MemoryStore.open();
    source.append(records.slice(0, closing + 1));
    const path = join(room.folder, 'mid', 'trail.jsonl');

    await migrate(source, jsonlTarget(path));
    const trail = openTrail(path);
    trail.append(room.draft(1));
    await trail.close();

    expect(await verifyTrail(path)).toMatchObject({ valid: true, segments: 2 });
  });

  it('moves a log of nothing', async () => {
    const path = join(room.folder, 'none', 'trail.jsonl');

    const moved = await migrate(MemoryStore.open(), jsonlTarget(path));

    expect([moved.size, readFileSync(path, 'utf8')]).toEqual([0, '']);
    expect(parseCheckpoint(`x\n0\n${Buffer.from(moved.root, 'hex').toString('base64')}\n`).size).toBe(0);
  });
});
