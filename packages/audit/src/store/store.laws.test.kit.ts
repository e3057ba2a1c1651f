import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseLine } from '../entry/parse-line.js';
import { EMPTY_TREE, rootOf, TreeBuilder } from '../tree/tree-state.js';
import type { AuditStore } from './audit-store.js';
import { all, callFields, indexes, placed, plain, stateOf, TestWriter, torn } from './sealed.test.kit.js';
import { queryLaws } from './query.laws.test.kit.js';
import { shrinkLaws } from './shrink.laws.test.kit.js';
import { codeOf, type Intents, type StoreSite } from './store-site.test.kit.js';

/** What every `AuditStore` must do, tried on one kind of it. */
export function storeLaws(name: string, makeSite: () => StoreSite | Promise<StoreSite>): void {
  describe(`the laws of stores, on ${name}`, () => {
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

    describe('appending', () => {
      it('begins empty', async () => {
        expect([await store.size(), await store.start(), await rest()]).toEqual([0, EMPTY_TREE, []]);
        expect([await store.chainHead(writer.id), await store.lastCheckpoint(), await store.orphans()]).toEqual([null, null, []]);
        expect(await store.query({})).toEqual({ entries: [], next: null });
      });

      it('keeps every line, hash and place, and so the root', async () => {
        const batches = [writer.calls(1, 'a'), writer.calls(3, 'b'), [], writer.calls(64, 'c')];
        const records = batches.flat();

        const firsts: number[] = [];
        for (const batch of batches) firsts.push(await store.append(batch));
        const kept = await all(store.records());

        const builder = new TreeBuilder();
        for (const { line } of kept) builder.add(hashOf(line));
        expect(firsts).toEqual([0, 1, 4, 4]);
        expect(await store.size()).toBe(68);
        expect(plain(kept)).toEqual(placed(records));
        expect(builder.root()).toBe(rootOf(stateOf(records)));
      });

      it('keeps any text that an entry can hold, to the byte', async () => {
        const texts = ['\u0000', 'a\u0000b', '\ufeffx', '\ud800', '😀', "'; drop table leaves; --", '%_\\', '__proto__', '\u2028', '\u007f\u0080', '{"a":1}', 'null', ''];
        const records = texts.map((text) =>
          writer.seal(callFields(text, { agent: text, violation_reason: text, session: text, redactions: { [text]: 1 } })),
        );

        await store.append(records);

        expect(await rest()).toEqual(placed(records));
        const entries = records.map(({ line }): unknown => JSON.parse(String(line)));
        expect((await store.query({})).entries.map(({ entry }) => entry)).toEqual(entries);
      });

      it('keeps any line at all, torn ones of any bytes too', async () => {
        const lines = fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.string({ unit: fc.constantFrom('\u0000', '\ufeff', '"', '\\', '{', '}', 'é', '𝄞', '\r') }),
          fc.constantFrom('{}', '[]', 'null', '1', '{"agent":', '{"entry_hash":1}', '{"a":1e999}', '"\\ud800"', '{"a":"\\u0000"}'),
        );
        await fc.assert(
          fc.asyncProperty(fc.array(lines.filter((line) => !line.includes('\n'))), async (texts) => {
            const first = await store.size();
            const records = texts.map((text) => torn(text));

            await store.append(records);

            expect(plain(await all(store.records(first)))).toEqual(placed(records, first));
          }),
          { numRuns: 50 },
        );
      });

      it('keeps torn lines, also alike ones, ones with a NUL and ones that are no UTF-8', async () => {
        const bytes = Uint8Array.of(0x7b, 0x22, 0xff, 0x00, 0x80);
        const [entry] = writer.calls(1);
        const records = [torn(''), torn('{"agent":'), torn('{"agent":'), torn('a\u0000b'), torn('\ufeff'), torn(bytes), torn(bytes), ...(entry ? [entry] : [])];

        await store.append(records);

        expect(await rest()).toEqual(plain(placed(records)));
        expect(indexes(await store.query({}))).toEqual([7]);
      });

      it('keeps all of a batch or nothing', async () => {
        const [first, second, third] = writer.calls(3);
        const records = [first, second, third].filter((record) => record !== undefined);
        await store.append(records.slice(0, 1));
        const bad = records.slice(1, 2);

        const codes = [
          await codeOf(() => store.append([...bad, ...records.slice(0, 1)])),
          await codeOf(() => store.append([...bad, ...bad])),
          await codeOf(() => store.append([...bad, { hash: 'not a hash', line: 'x', bytes: null }])),
          await codeOf(() => store.append([...bad, { hash: 'a'.repeat(64), line: null, bytes: null }])),
          await codeOf(() => store.append([...bad, { hash: 'a'.repeat(64), line: 'x', bytes: Uint8Array.of(1) }])),
          await codeOf(() => store.append([...bad, { hash: 'a'.repeat(64), line: 'a\nb', bytes: null }])),
          await codeOf(() => store.append([...bad, { hash: 'a'.repeat(64), line: '\ud800', bytes: null }])),
          await codeOf(() => store.append([...bad, { hash: 'a'.repeat(64), line: 'x'.repeat(17 * 1024 * 1024), bytes: null }])),
        ];

        expect(codes).toEqual(['STORE', 'STORE', 'ENTRY_INVALID', 'ENTRY_INVALID', 'ENTRY_INVALID', 'ENTRY_INVALID', 'ENTRY_INVALID', 'ENTRY_TOO_LARGE']);
        expect(await rest()).toEqual(placed(records.slice(0, 1)));
        expect(await store.append(records.slice(1))).toBe(1);
        expect(await rest()).toEqual(placed(records));
      });

      it('refuses an entry that is there under any handle', async () => {
        const records = writer.calls(2);
        await store.append(records);
        const other = await open();

        const code = await codeOf(() => other.append(records.slice(1)));

        expect(code).toBe('STORE');
        expect(await other.size()).toBe(2);
      });

      it('refuses an entry whose place in its writer\'s chain is taken', async () => {
        const [first, second] = writer.calls(2);
        if (first === undefined || second === undefined) throw new Error('no records');
        await store.append([first, second]);
        const line = String(second.line).replace('"agent":null', '"agent":"someone else"').replace(second.hash, 'b'.repeat(64));
        const other = await open();

        const code = await codeOf(() => other.append([{ hash: 'b'.repeat(64), line, bytes: null }]));

        expect(code).toBe('STORE');
        expect(await rest()).toEqual(placed([first, second]));
      });

      it('gives one order without gaps to what two handles append at once', async () => {
        const other = await open();
        const writers = [writer, new TestWriter()];
        const stores = [store, other];
        const firsts = await Promise.all(
          Array.from({ length: 40 }, async (_, i) => stores[i % 2]?.append(writers[i % 2]?.calls(3, String(i)) ?? [])),
        );

        const kept = await all(store.records());
        expect(firsts.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => 3 * i));
        expect(kept.map(({ index }) => index)).toEqual(Array.from({ length: 120 }, (_, i) => i));
        expect(plain(await all(other.records()))).toEqual(plain(kept));
      });

      it('knows where every writer stands, whichever handle wrote', async () => {
        const other = await open();
        const second = new TestWriter();
        const [mine, theirs] = [writer.calls(5), second.calls(2)];
        await store.append(mine);
        await other.append([...theirs, torn('{"agent":')]);

        expect(await other.chainHead(writer.id)).toEqual({ hash: mine[4]?.hash, sequence: 5 });
        expect(await store.chainHead(second.id)).toEqual({ hash: theirs[1]?.hash, sequence: 2 });
        expect([await store.chainHead('nobody'), await store.chainHead("' or 1=1 --"), await store.chainHead('\u0000')]).toEqual([null, null, null]);
      });
    });

    describe('reading', () => {
      it('gives the leaves of any range', async () => {
        const records = placed(writer.calls(30));
        await store.append(records);

        await fc.assert(
          fc.asyncProperty(fc.nat(40), fc.oneof(fc.nat(40), fc.constant(Infinity)), async (from, to) => {
            expect(plain(await all(store.records(from, to)))).toEqual(records.slice(from, Math.max(from, to)));
          }),
          { numRuns: 40 },
        );
        expect(plain(await all(store.records(28)))).toEqual(records.slice(28));
        expect((await store.hashes?.(3, 7)) ?? []).toEqual(store.hashes === undefined ? [] : records.slice(3, 7).map(({ hash }) => hash));
      });

      it('refuses a range that no log has', async () => {
        for (const [from, to] of [[-1, 1], [0.5, 1], [0, Number.NaN], [Number.NaN, 1], [0, -1], [Infinity, Infinity]]) {
          expect(await codeOf(() => all(store.records(from, to)))).toBe('QUERY');
        }
      });

      it('goes on while others append, and may be left in the middle', async () => {
        for (let i = 0; i < 8; i += 1) await store.append(writer.calls(500, String(i)));
        const other = await open();
        let read = 0;

        for await (const { index } of store.records()) {
          if (index % 1000 === 0) await other.append(new TestWriter().calls(1));
          if (index === 3500) break;
          read += 1;
        }

        expect(read).toBe(3500);
        expect(await store.append(writer.calls(1, 'more'))).toBe(4004);
      });

      it('has no answer once it is closed', async () => {
        const records = writer.calls(1);
        await store.close();
        await store.close();

        const attempts: (() => unknown)[] = [
          () => store.append(records), () => store.size(), () => store.chainHead('w'), () => store.begin('w', []), () => store.orphans(),
          () => store.start(), () => all(store.records()), () => store.query({}), () => store.addCheckpoint(checkpoint(1)),
          () => all(store.checkpoints()), () => store.lastCheckpoint(), () => store.entomb([]), () => store.prune(EMPTY_TREE),
        ];
        const codes = await Promise.all(attempts.map(codeOf));

        expect(new Set(codes)).toEqual(new Set(['CLOSED']));
      });
    });

    describe('open calls', () => {
      const intent = (callId: string): Intents[number] => ({ callId, fields: callFields(callId, { outcome: 'unknown', agent: "o'hara\u0000" }) });

      it('gives those of a dead writer to one caller, with all their fields', async () => {
        const intents = [intent('a'), intent('b'), intent("'; drop table calls")];
        await site.beginAndDie('11111111-1111-1111-1111-111111111111', intents);
        const others = await Promise.all([open(), open(), open()]);

        const found = await Promise.all([store, ...others].map(async (handle) => handle.orphans()));

        expect(found.flat().sort((x, y) => (String(x.call_id) < String(y.call_id) ? -1 : 1))).toEqual(
          [intents[2], intents[0], intents[1]].map((one) => one?.fields),
        );
        expect(await store.orphans()).toEqual([]);
      });

      it('leaves those of a living writer alone', async () => {
        await store.begin(writer.id, [intent('a')]);
        const other = await open();

        expect([await other.orphans(), await store.orphans()]).toEqual([[], []]);
      });

      it('ends them with the entry that ends them', async () => {
        await site.beginAndDie('w', [intent('a'), intent('b'), intent('c')]);

        await store.append(writer.calls(1), ['a']);
        await store.append([], ['c', 'never begun']);
        const found = await store.orphans();

        expect(found.map((fields) => fields.call_id)).toEqual(['b']);
      });

      it('does not end them where the entry is refused', async () => {
        const records = writer.calls(1);
        await store.append(records);
        await site.beginAndDie('w', [intent('a')]);

        const code = await codeOf(() => store.append(records, ['a']));

        expect(code).toBe('STORE');
        expect(await store.orphans()).toHaveLength(1);
      });

      it('takes a call that is begun again as one call', async () => {
        await site.beginAndDie('w', [intent('a'), { callId: 'a', fields: callFields('a', { agent: 'second' }) }]);

        expect((await store.orphans()).map(({ agent }) => agent)).toEqual(['second']);
      });
    });

    describe('checkpoints', () => {
      it('are kept as they are, in order', async () => {
        const records = [checkpoint(1), checkpoint(3), { ...checkpoint(3), note: 'cosigned 😀\n3\n' }, { ...checkpoint(4), position: { segment: 2, offset: 17 } }];
        for (const record of records) await store.addCheckpoint(record);
        const other = await open();

        expect(await all(other.checkpoints())).toEqual(records);
        expect(await other.lastCheckpoint()).toEqual(records[3]);
      });

      it('are found by what they cover, however late a witness cosigned a smaller one', async () => {
        const records = [checkpoint(10), checkpoint(30), { ...checkpoint(10), note: 'cosigned\n10\n' }];
        for (const record of records) await store.addCheckpoint(record);

        const found: unknown[] = [];
        for (const atMost of [undefined, 30, 29, 10, 9, 0]) found.push(await store.lastCheckpoint(atMost));

        expect(found).toEqual([records[1], records[1], records[2], records[2], null, null]);
      });
    });
  });
  shrinkLaws(name, makeSite);
  queryLaws(name, makeSite);
}

function hashOf(line: string | null): string {
  const parsed = parseLine(line ?? '');
  if (!parsed.ok) throw new Error('the line is no entry any more');
  return parsed.hash;
}

function checkpoint(size: number): { note: string; nodes: string[]; position: null; time: string } {
  return { note: `log\n${String(size)}\nroot=\n`, nodes: ['a'.repeat(64)], position: null, time: '2026-01-01T00:00:00.000Z' };
}
