import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuditEntry } from '../entry/entry.js';
import { exportEntries, type ExportFormat } from './export.js';
import { openJsonlSource } from './jsonl-source.js';
import { MemoryStore } from './memory-store.js';
import { all, callFields, TestWriter } from './sealed.test.kit.js';
import { codeOf } from './store-site.test.kit.js';
import { TrailRoom } from './trail-room.test.kit.js';

async function text(store: Parameters<typeof exportEntries>[0], format: ExportFormat, query: Parameters<typeof exportEntries>[1] = {}): Promise<string> {
  return (await all(exportEntries(store, query, format))).join('');
}

/** RFC 4180, read back by the book: null where a field stands without quotes and is empty. */
function parseCsv(csv: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let at = 0; at < csv.length; ) {
    const match = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(csv.slice(at, at + 100_000));
    if (match === null) throw new Error('not RFC 4180');
    row.push(match[1]?.replaceAll('""', '"') ?? (match[2] === '' ? null : (match[2] ?? null)));
    if (match[3] === '\r\n') {
      rows.push(row);
      row = [];
    }
    at += match[0].length;
  }
  return rows;
}

function filled(count: number): MemoryStore {
  const store = MemoryStore.open();
  store.append(new TestWriter().calls(count));
  return store;
}

describe('exporting entries', () => {
  it('gives the very lines that are stored', async () => {
    const store = MemoryStore.open();
    const writer = new TestWriter();
    const records = [...writer.calls(3), writer.seal(callFields('x', { agent: 'é\u0000"', redactions: { 10: 1, 9: 2, ['__proto__']: 3 } }))];
    store.append(records);

    expect(await text(store, 'jsonl')).toBe(records.map(({ line }) => `${String(line)}\n`).join(''));
  });

  it('gives one JSON array, also of nothing', async () => {
    const parsed = JSON.parse(await text(filled(3), 'json')) as AuditEntry[];

    expect(parsed.map(({ call_id }) => call_id)).toEqual(['c-0', 'c-1', 'c-2']);
    expect(JSON.parse(await text(filled(0), 'json'))).toEqual([]);
  });

  it('gives a table with every field', async () => {
    const store = filled(2);
    const [{ entry } = { entry: null }] = (await store.query({})).entries;

    const [head, first] = parseCsv(await text(store, 'csv'));

    expect(head?.[0]).toBe('index');
    expect([...(head ?? [])].slice(1).sort()).toEqual(Object.keys(entry ?? {}).sort());
    expect(first?.[head?.indexOf('call_id') ?? -1]).toBe('c-0');
    expect(first?.[head?.indexOf('agent') ?? -1]).toBeNull();
    expect(first?.[head?.indexOf('redactions') ?? -1]).toBe('{}');
  });

  it('never gives a spreadsheet a formula, and keeps every other text', async () => {
    const unit = fc.constantFrom('=', '+', '-', '@', '"', ',', '\r', '\n', '\t', ' ', 'a', '1', '\u0000', 'é', '＝', "'");
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit, maxLength: 6 }), { minLength: 1, maxLength: 10 }), async (texts) => {
        const store = MemoryStore.open();
        const writer = new TestWriter();
        store.append(texts.map((agent) => writer.seal(callFields('=1+1', { agent, tool_name: '@SUM(A1)' }))));

        const [head, ...rows] = parseCsv(await text(store, 'csv'));

        const column = (name: string): (string | null | undefined)[] => rows.map((row) => row[head?.indexOf(name) ?? -1]);
        expect(column('agent').map((cell) => cell?.replace(/^'(?=[=+\-@\t\r\n＝])/, ''))).toEqual(texts.map((one) => one.replace(/^'(?=[=+\-@\t\r\n＝])/, '')));
        expect(rows.flat().filter((cell) => cell !== null && /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
        expect(new Set(column('call_id'))).toEqual(new Set(["'=1+1"]));
      }),
      { numRuns: 60 },
    );
  });

  it('goes on beyond one page, up to a limit, in either order, from files as from a database', async () => {
    const room = new TrailRoom();
    try {
      room.fill(30, {});
      const source = openJsonlSource(room.path);
      const memory = filled(0);
      memory.append(await all(source.records()));
      const many = filled(2500);

      expect((await text(many, 'jsonl')).split('\n')).toHaveLength(2501);
      expect((await text(many, 'jsonl', { limit: 1700, order: 'desc' })).split('\n')).toHaveLength(1701);
      for (const query of [{}, { decision: 'blocked' as const }, { order: 'desc' as const }, { limit: 3 }, { order: 'desc' as const, limit: 2 }, { after: '5' }]) {
        expect(await text(source, 'csv', query)).toBe(await text(memory, 'csv', query));
      }
    } finally {
      room.clear();
    }
  });

  it('refuses what it does not know before it gives anything', async () => {
    // What a caller without TypeScript can hand in.
    expect(await codeOf(() => text(filled(1), 'xml' as ExportFormat))).toBe('OPTIONS');
    expect(await codeOf(() => text(filled(1), 'csv', { limit: 0 }))).toBe('QUERY');
  });
});
