import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditStore, LogRecord } from './audit-store.js';
import { placeOf } from './check-records.js';
import { all, indexes, placed, plain, stateOf, TestWriter, torn } from './sealed.test.kit.js';
import { codeOf, type StoreSite } from './store-site.test.kit.js';
import { tombstoneText } from './tombstone.js';

function tombstone(record: LogRecord): LogRecord {
  const place = placeOf(record.line);
  if (place === null) throw new Error('not an entry');
  return { hash: record.hash, line: tombstoneText(place), bytes: null };
}

/** What every store must do that gives up some of its content, tried on one kind of it. */
export function shrinkLaws(name: string, makeSite: () => StoreSite | Promise<StoreSite>): void {
  describe(`giving up content, on ${name}`, () => {
    let site: StoreSite;
    let handles: AuditStore[];
    let store: AuditStore;
    let writer: TestWriter;

    const open = async (): Promise<AuditStore> => {
      const handle = await site.open();
      handles.push(handle);
      return handle;
    };
    const rest = async (): Promise<unknown[]> => plain(await all(store.records()));

    beforeEach(async () => {
      site = await makeSite();
      handles = [];
      store = await open();
      writer = new TestWriter();
    });
    afterEach(async () => {
      for (const handle of handles) await handle.close();
      await site.clear();
    });

    describe('erasing', () => {
      it('puts a tombstone where the entry was, and changes no hash', async () => {
        const records = writer.calls(4);
        await store.append(records);
        const erased = placed(records).map((record) => ({ ...tombstone(record), index: record.index })).slice(1, 3);

        await store.entomb(erased);
        await store.entomb(erased);

        expect(await rest()).toEqual([placed(records)[0], ...erased, placed(records)[3]]);
        expect(indexes(await store.query({ writer_id: writer.id }))).toEqual([0, 3]);
        expect(await store.chainHead(writer.id)).toEqual({ hash: records[3]?.hash, sequence: 4 });
        expect(await codeOf(() => store.append(records.slice(1, 2)))).toBe('STORE');
      });

      it('replaces nothing by anything else', async () => {
        const records = placed([...writer.calls(2), torn('{"agent":')]);
        await store.append(records);
        const [first, second, third] = records;
        if (first === undefined || second === undefined || third === undefined) throw new Error('no records');
        const good = { ...tombstone(first), index: 0 };

        const codes = [];
        for (const bad of [
          { ...good, index: 1 }, { ...good, index: 7 }, { ...good, index: -1 }, { ...good, line: null }, { ...good, line: '{}' },
          { ...good, hash: second.hash }, { ...second, index: 0 }, { ...good, line: String(good.line).replace('"sequence":1', '"sequence":2') },
          { ...good, line: ` ${String(good.line)}` }, { ...good, index: 2, hash: third.hash }, { ...good, bytes: Uint8Array.of(1) },
        ]) {
          codes.push(await codeOf(() => store.entomb([{ ...tombstone(second), index: 1 }, bad])));
        }

        expect(new Set(codes)).toEqual(new Set(['ERASURE']));
        expect(await rest()).toEqual(records);
      });
    });

    describe('deleting old leaves', () => {
      it('keeps the indexes, and the tree of what is gone', async () => {
        const records = placed(writer.calls(20));
        await store.append(records);

        await store.prune(stateOf(records.slice(0, 13)));
        await store.prune(stateOf(records.slice(0, 13)));
        const more = placed(writer.calls(2, 'more'), 20);
        const other = await open();

        expect(await other.append(more)).toBe(20);
        expect([await other.size(), await other.start()]).toEqual([22, stateOf(records.slice(0, 13))]);
        expect(await rest()).toEqual([...records.slice(13), ...more]);
        expect(plain(await all(store.records(3, 15)))).toEqual(records.slice(13, 15));
        expect(indexes(await other.query({ limit: 2 }))).toEqual([13, 14]);
      });

      it('can take everything, and goes on from there', async () => {
        const records = writer.calls(3);
        await store.append(records);

        await store.prune(stateOf(records));

        expect([await store.size(), await rest()]).toEqual([3, []]);
        expect(await store.append(writer.calls(1, 'more'))).toBe(3);
      });

      it('begins at a later leaf only where nothing ever was', async () => {
        if (store.beginAt === undefined) return;
        const start = stateOf(writer.calls(13));
        const bad = [{ size: 3, nodes: [] }, { size: -1, nodes: [] }, { size: 1, nodes: ['x'] }];
        for (const state of bad) expect(await codeOf(() => store.beginAt?.(state))).toBe('STORE');

        await store.beginAt(start);

        expect([await store.size(), await store.start()]).toEqual([13, start]);
        expect(await store.append(writer.calls(1, 'more'))).toBe(13);
        expect(await codeOf(() => store.beginAt?.(start))).toBe('STORE');
      });

      it('deletes nothing for a state that is not the tree\'s', async () => {
        const records = placed(writer.calls(8));
        await store.append(records);
        await store.prune(stateOf(records.slice(0, 2)));
        const state = stateOf(records.slice(0, 5));

        const codes = [];
        for (const bad of [
          { size: 5, nodes: [] }, { size: 5, nodes: [...state.nodes].reverse() }, { size: 6, nodes: state.nodes }, stateOf(records.slice(0, 1)),
          stateOf([...records, ...writer.calls(1, 'x')]), { size: -1, nodes: [] }, { size: 2.5, nodes: [] }, { size: Number.NaN, nodes: [] },
        ]) {
          codes.push(await codeOf(() => store.prune(bad)));
        }

        expect(new Set(codes)).toEqual(new Set(['STORE']));
        expect(await rest()).toEqual(records.slice(2));
      });
    });
  });
}
