import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leafHash } from '../tree/tree-state.js';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { readRecord } from '../checkpoint/read-record.js';
import type { StoredRecord } from '../store/audit-store.js';
import { call, Room } from '../trail/kit.test.kit.js';
import { openTrail } from '../trail/trail.js';
import { EMPTY_TREE, withLeaf, type TreeState } from '../tree/tree-state.js';
import { readFileSync } from 'node:fs';
import { completeFields } from '../entry/entry.js';
import { segmentText, tornText } from '../entry/detail.js';
import { Chain } from '../trail/chain.js';
import { rehash } from './scene.test.kit.js';
import { verifyStore, type LogSource } from './verify-store.js';

function source(records: readonly StoredRecord[], checkpoints: readonly CheckpointRecord[] = [], start: TreeState = EMPTY_TREE): LogSource {
  return {
    location: 'memory',
    start: () => start,
     
    async *records(from = 0) { yield* records.filter(({ index }) => index >= from); },
     
    async *checkpoints() { yield* checkpoints; },
  };
}

function recordOf(line: string, index: number): StoredRecord {
  return { index, line, bytes: null, hash: /"entry_hash":"([0-9a-f]{64})"/.exec(line)?.[1] ?? leafHash(line) };
}

describe('verifyStore', () => {
  let room: Room;
  let records: StoredRecord[];
  let checkpoint: CheckpointRecord;
  beforeAll(async () => {
    room = new Room();
    const trail = openTrail(room.path);
    for (const id of ['a', 'ü', 'c', 'd']) trail.append(call(id));
    await trail.close();
    records = readFileSync(room.path, 'utf8').split('\n').slice(0, -1).map(recordOf);
    checkpoint = readRecord(readFileSync(`${room.path}.checkpoints`, 'utf8').trim()).record;
  });
  afterAll(() => {
    room.clear();
  });

  async function codes(changed: readonly StoredRecord[], checkpoints: readonly CheckpointRecord[] = []): Promise<string[]> {
    return [...new Set((await verifyStore(source(changed, checkpoints))).errors.map(({ code }) => code))];
  }

  it('finds nothing wrong with what writers wrote, and comes to the same root as the file', async () => {
    const { root } = await room.verify();

    expect(await verifyStore(source(records, [checkpoint]))).toMatchObject({ valid: true, entries: 4, size: 4, root, segments: 0, checkpoints: { count: 1, lastSize: 4 }, errors: [] });
  });

  it('is never valid for an empty store, unless that is expected', async () => {
    expect((await verifyStore(source([]))).valid).toBe(false);
    expect((await verifyStore(source([]), { expectSize: 0 })).valid).toBe(true);
  });

  it('finds a stored hash or index that is not that of the line (D-52)', async () => {
    const wrongHash = records.map((record, at) => (at === 1 ? { ...record, hash: 'ab'.repeat(32) } : record));
    const wrongIndex = records.map((record, at) => (at > 1 ? { ...record, index: record.index + 1 } : record));

    expect(await codes(wrongHash)).toEqual(['tree']);
    expect(await codes(wrongIndex)).toEqual(['tree']);
  });

  it('finds an entry edited by SQL, with and without its hashes made right (D-53)', async () => {
    const edit = (record: StoredRecord): string => (record.line ?? '').replace('"search"', '"delete"');
    const plain = records.map((record, at) => (at === 3 ? { ...record, line: edit(record) } : record));
    const right = records.map((record, at) => (at === 3 ? recordOf(rehash(edit(record)), at) : record));

    expect(await codes(plain)).toEqual(['tree', 'chain']);
    expect(await codes(right, [checkpoint])).toEqual(['checkpoints']);
  });

  it('finds a deleted last record by the checkpoint (D-41)', async () => {
    expect(await codes(records.slice(0, 3), [checkpoint])).toEqual(['checkpoints']);
  });

  it('finds a lone surrogate, which has no bytes that could have been hashed', async () => {
    const broken = records.map((record, at) => (at === 3 ? recordOf((record.line ?? '').replace('"search"', '"\ud800"'), at) : record));

    expect(await codes(broken)).toContain('framing');
  });

  it('accepts torn lines that are vouched for, each once, by their hash and length', async () => {
    const bytes = Uint8Array.of(0x7b, 0xff);
    const torn = { index: 0, line: null, bytes, hash: leafHash(bytes) };
    const chain = new Chain(Date.now);
    const vouching = chain.seal(completeFields({ kind: 'recovery', detail: tornText({ length: 2, offset: 99, segment: 7, hash: torn.hash }) }), null);
    const vouched = { ...recordOf(vouching.line.trimEnd(), 1) };

    expect(await verifyStore(source([torn, vouched]))).toMatchObject({ valid: true, recovered: 1, size: 2, entries: 1 });
    expect(await codes([torn, { ...torn, index: 1 }, { ...vouched, index: 2 }])).toEqual(['framing']);
    expect(await codes([torn])).toEqual(['framing']);
  });

  describe('a log that begins later', () => {
    const startAt = (size: number): TreeState => records.slice(0, size).reduce((state, { hash }) => withLeaf(state, hash), EMPTY_TREE);
    const said = (size: number): StoredRecord => recordOf(new Chain(Date.now).seal(completeFields({ kind: 'segment', detail: segmentText({ role: 'pruned', size }) }), null).line.trimEnd(), 4);

    it('goes on from the state that pruning left, and does not know what was before', async () => {
      const result = await verifyStore(source([...records.slice(2), said(2)], [checkpoint], startAt(2)));

      expect(result).toMatchObject({ valid: true, size: 5, entries: 3, errors: [] });
      expect(result.checks.filter(({ status }) => status === 'unknown').map(({ name }) => name)).toEqual(['order', 'chain', 'signatures', 'witnesses', 'expectation']);
    });

    it('fails where no entry says so, or says less', async () => {
      const nothingSaid = await verifyStore(source(records.slice(2), [checkpoint], startAt(2)));
      const lessSaid = await verifyStore(source([...records.slice(2), said(1)], [checkpoint], startAt(2)));
      const allGone = await verifyStore(source([], [checkpoint], startAt(4)));

      expect([nothingSaid, lessSaid, allGone].map(({ errors }) => errors.map(({ code }) => code))).toEqual([['gaps'], ['gaps'], ['gaps']]);
    });

    it('fails where what says so stands behind all that a kept checkpoint or head covers', async () => {
      const log = source([...records.slice(2), said(2)], [checkpoint], startAt(2));

      for (const given of [{ checkpoint: checkpoint.note }, { expectSize: 4, expectRoot: (await room.verify()).root }]) {
        const { errors } = await verifyStore(log, given);
        expect(errors.map(({ code, message }) => [code, message])).toEqual([['gaps', 'the first 2 lines are missing and no entry that a checkpoint covers says they were deleted']]);
      }
    });

    it('does not count what is only said to have been there as the expected size', async () => {
      const { valid, checks } = await verifyStore(source([...records.slice(2), said(2)], [checkpoint], startAt(2)), { expectSize: 5 });

      expect(valid).toBe(true);
      expect(checks.find(({ name }) => name === 'expectation')).toMatchObject({ status: 'unknown', detail: expect.stringContaining('give the root too') });
    });

    it('fails where its start is no state of a tree, or no checkpoint reaches it', async () => {
      const hollow = await verifyStore(source([said(2)], [], { size: 4, nodes: [] }));
      const beyond = await verifyStore(source([], [], { size: 2 ** 40, nodes: ['a'.repeat(64)] }), { checkpoint: checkpoint.note });

      expect(hollow.errors.map(({ code }) => code)).toContain('tree');
      expect(beyond.errors.map(({ code }) => code)).toEqual(expect.arrayContaining(['tree', 'checkpoints', 'gaps']));
    });
  });

  it('finds an entry that is kept as bytes, where queries do not look', async () => {
    const hidden = records.map((record, at) => (at === 1 ? { ...record, line: null, bytes: Buffer.from(record.line ?? '') } : record));

    expect(await codes(hidden)).toEqual(['framing']);
  });

  it('starts behind a checkpoint where that is asked for', async () => {
    expect(await verifyStore(source(records, [checkpoint]), { from: 4 })).toMatchObject({ valid: true, size: 4, entries: 0 });
  });

  it.each<[string, Readonly<Record<string, unknown>> | null]>([
    ['no source', null],
    ['a method missing', { records: undefined }],
    ['a start of nothing', { start: () => null }],
    ['a start of text', { start: () => ({ size: '0', nodes: [] }) }],
    ['a size of text', { size: () => '4' }],
    ['records that are none', { records: () => undefined }],
    ['a record of nothing', { records: () => [null] }],
    ['a line of another type', { records: () => [{ index: 0, hash: '', line: 7, bytes: null }] }],
    ['bytes of another type', { records: () => [{ index: 0, hash: '', line: null, bytes: 'x' }] }],
    ['an index of another type', { records: () => [{ index: Symbol('0'), hash: '', line: 'x', bytes: null }] }],
    ['checkpoints that are none', { checkpoints: () => 7 }],
  ])('refuses %s with a typed error', async (_, given) => {
    const strange = given === null ? null : { ...source(records), ...given };

    // As a caller in plain JavaScript would, past the types.
    const verified = verifyStore(strange as LogSource);

    await expect(verified).rejects.toMatchObject({ name: 'TrailError', code: 'STORE' });
  });

  it('finds checkpoints that are none, whatever they are', async () => {
    const strange = { ...source(records), location: 7, async *checkpoints() { yield* [null, 7, [], { note: {} }]; } };

    // As above.
    const { errors } = await verifyStore(strange as unknown as LogSource);

    expect(errors.map(({ code }) => code)).toEqual(['checkpoints', 'checkpoints', 'checkpoints', 'checkpoints']);
  });
});
