import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openTrail } from '../trail/trail.js';
import { verifyTrail } from '../verify/verify-trail.js';
import { rootOf } from '../tree/tree-state.js';
import type { AuditQuery } from './audit-store.js';
import { openJsonlSource } from './jsonl-source.js';
import { MemoryStore } from './memory-store.js';
import { all, stateOf } from './sealed.test.kit.js';
import { openSqliteStore } from './sqlite/sqlite-store.js';
import { codeOf } from './store-site.test.kit.js';
import { TrailRoom } from './trail-room.test.kit.js';

describe('a trail of files as a log', () => {
  let room: TrailRoom;
  beforeEach(() => {
    room = new TrailRoom();
  });
  afterEach(() => {
    room.clear();
  });

  it('has the leaves that the verifier finds, over all segments and torn lines', async () => {
    room.fill();
    const { size, root, valid, segments } = await verifyTrail(room.path);

    const source = openJsonlSource(room.path);
    const records = await all(source.records());

    expect([valid, segments > 3]).toEqual([true, true]);
    expect([records.length, rootOf(stateOf(records)), await source.size()]).toEqual([size, root, size]);
    expect(records.map(({ index }) => index)).toEqual(records.map((_, i) => i));
    expect(records.filter(({ bytes }) => bytes !== null)).toHaveLength(2);
  });

  it('finds an entry that was added to a torn line', async () => {
    room.fill(3, {});
    const lines = readFileSync(room.path, 'utf8').split('\n');
    writeFileSync(room.path, [lines[0], `{"agent":"é${String(lines[1])}`, lines[2], '{"agent":"cut'].join('\n'));
    const { size, root } = await verifyTrail(room.path);

    const records = await all(openJsonlSource(room.path).records());

    expect([records.length, rootOf(stateOf(records))]).toEqual([size, root]);
    expect(records.map(({ line }) => line)).toEqual([lines[0], '{"agent":"é', lines[1], lines[2], '{"agent":"cut']);
  });

  it('gives any range, and goes on where it ended before', async () => {
    room.fill();
    const source = openJsonlSource(room.path);
    const records = await all(source.records());

    await fc.assert(
      fc.asyncProperty(fc.nat(80), fc.nat(80), fc.boolean(), async (from, to, whole) => {
        const found = await all(whole ? source.wholeRecords(from) : source.records(from, to));
        expect(found).toEqual(records.slice(from, whole ? undefined : Math.max(from, to)));
      }),
      { numRuns: 30 },
    );
  });

  it('answers every query as the databases do', async () => {
    room.fill();
    const source = openJsonlSource(room.path);
    const records = await all(source.records());
    const memory = MemoryStore.open();
    memory.append(records);
    const sqlite = openSqliteStore(':memory:');
    sqlite.append(records);
    const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
    const queries: fc.Arbitrary<AuditQuery> = fc.record({
      tool_name: maybe(fc.constantFrom('tool-0', 'tool-1', 'tool')), session: maybe(fc.constantFrom('s-1', 's-2')), kind: maybe(fc.constantFrom('call', 'segment', 'recovery')),
      decision: maybe(fc.constantFrom('allowed', 'blocked')), text: maybe(fc.constantFrom('denied 3', 'TIMES', ',')), order: maybe(fc.constantFrom('asc', 'desc')),
      limit: maybe(fc.integer({ min: 1, max: 80 })), after: maybe(fc.nat(90).map(String)),
    });

    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        const expected = await memory.query(query);
        expect(await source.query(query)).toEqual(expected);
        expect(await sqlite.query(query)).toEqual(expected);
      }),
      { numRuns: 80 },
    );
    sqlite.close();
  });

  it('gives the checkpoints that are whole', async () => {
    room.fill(30, { checkpointEntries: 10 });
    const source = openJsonlSource(room.path);
    const before = await all(source.checkpoints());
    appendFileSync(`${room.path}.checkpoints`, '{"nodes":[],"no');

    expect(before.length).toBeGreaterThan(2);
    expect(await all(source.checkpoints())).toEqual(before);
    expect(await source.lastCheckpoint()).toEqual(before.at(-1));
  });

  it('has none where no checkpoint was made', async () => {
    room.fill(3, { checkpointEntries: 0, checkpointSeconds: 0 });

    expect(await all(openJsonlSource(room.path).checkpoints())).toEqual([]);
  });

  it('begins where its oldest file begins', async () => {
    let now = Date.UTC(2026, 0, 1);
    const trail = openTrail(room.path, { rotateBytes: 4000, retainDays: 1, now: () => now });
    for (let i = 0; i < 60; i += 1) {
      trail.append(room.draft(i));
      now += 3_600_000;
    }
    const { size } = trail.head();
    await trail.close();

    const source = openJsonlSource(room.path);
    const start = await source.start();
    const records = await all(source.records());

    expect(start.size).toBeGreaterThan(0);
    expect([records[0]?.index, (records.at(-1)?.index ?? 0) + 1, await source.size()]).toEqual([start.size, size, size]);
  });

  it('tells what is missing', async () => {
    expect(await codeOf(() => all(openJsonlSource(room.path).records()))).toBe('MISSING');
    expect(await codeOf(() => openJsonlSource(room.path).query({}))).toBe('MISSING');
    expect(await codeOf(() => openJsonlSource(room.folder).start())).toBe('NOT_A_FILE');
  });
});
