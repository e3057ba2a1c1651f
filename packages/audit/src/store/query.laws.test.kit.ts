import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LooseFields } from '../entry/entry.js';
import { TrailError, type TrailErrorCode } from '../errors.js';
import type { AuditQuery, AuditStore, LogRecord } from './audit-store.js';
import { callFields, indexes, TestWriter } from './sealed.test.kit.js';
import { QUERY_FIELDS } from './settle-query.js';
import { codeOf, type StoreSite } from './store-site.test.kit.js';

async function answerTo(find: () => Promise<number[]>): Promise<number[] | TrailErrorCode> {
  try {
    return await find();
  } catch (error) {
    if (error instanceof TrailError) return error.code;
    throw error;
  }
}

/** What every store must answer, tried on one kind of it. */
export function queryLaws(name: string, makeSite: () => StoreSite | Promise<StoreSite>): void {
  describe(`queries, on ${name}`, () => {
    let site: StoreSite;
    let handles: AuditStore[];
    let store: AuditStore;
    let writer: TestWriter;
    const open = async (): Promise<AuditStore> => {
      const handle = await site.open();
      handles.push(handle);
      return handle;
    };
    const varied = (i: number): LooseFields => ({
      tool_name: `tool-${String(i % 3)}`, policy_name: `policy-${String(i % 4)}`, policy_digest: 'abcdef'.charAt(i % 6).repeat(64),
      tenant_id: `tenant-${String(i % 2)}`, agent: `agent-${String(i % 5)}`, session: `session-${String(i % 7)}`,
      tool_call_id: i % 2 === 0 ? null : `call_${String(i % 6)}|fc`,
      parent_call_id: i % 3 === 0 ? null : `parent-${String(i % 3)}`, decision: i % 2 === 0 ? 'allowed' : 'blocked',
      outcome: i % 2 === 0 ? 'ok' : 'blocked', error_class: i % 4 === 0 ? 'TypeError' : null, violation_type: i % 2 === 0 ? null : 'tool_denied',
      violation_reason: i % 2 === 0 ? null : `Tool ${String(i)} is DENIED by rule 100%_x; Ünï "quoted"`,
    });
    let records: LogRecord[];

    beforeEach(async () => {
      site = await makeSite();
      handles = [];
      store = await open();
      writer = new TestWriter();
      records = Array.from({ length: 30 }, (_, i) => writer.seal(callFields(`call-${String(i)}`, varied(i))));
      records.push(writer.seal(callFields('x', { kind: 'gap', detail: 'lost', decision: null, outcome: null })));
      await store.append(records);
    });
    afterEach(async () => {
      for (const handle of handles) await handle.close();
      await site.clear();
    });
    const entries = (): Record<string, unknown>[] => records.map(({ line }) => JSON.parse(String(line)) as Record<string, unknown>);
    const find = async (query: AuditQuery): Promise<number[]> => indexes(await store.query(query));

    it.each(QUERY_FIELDS)('find by %s', async (field) => {
      const values = new Set(entries().map((entry) => entry[field]).filter((value) => typeof value === 'string'));
      expect(values.size).toBeGreaterThan(0);
      for (const value of values) {
        const expected = entries().flatMap((entry, i) => (entry[field] === value ? [i] : []));
        // Both type and value come from entries.
        expect(await find({ [field]: value })).toEqual(expected);
      }
      if (!['kind', 'decision', 'outcome'].includes(field)) expect(await find({ [field]: 'never' })).toEqual([]);
    });

    it('find what fits every condition', async () => {
      expect(await find({ tool_name: 'tool-1', decision: 'blocked', agent: 'agent-2' })).toEqual([7]);
      expect(await find({ tool_name: 'tool-1', decision: 'allowed', agent: 'agent-2', tenant_id: 'tenant-1' })).toEqual([]);
    });

    it('find by time, the first instant in, the last one out', async () => {
      const at = (second: string): string => `2026-01-01T00:00:${second}Z`;

      expect(await find({ since: at('03'), until: at('06') })).toEqual([3, 4, 5]);
      expect(await find({ since: at('03.000000001'), until: at('06.000000001') })).toEqual([4, 5, 6]);
      expect(await find({ since: at('03.0'), until: at('05.999') })).toEqual([3, 4, 5]);
      expect(await find({ since: at('59') })).toEqual([]);
      expect(await find({ until: '2025-12-31T23:59:59.999999999Z' })).toEqual([]);
    });

    it('find by words of the reason, in any case of ASCII letters', async () => {
      expect(await find({ text: 'denied TOOL 7' })).toEqual([7, 17, 27]);
      expect(await find({ text: '  DeNiEd\t"QUOTED"  29 ' })).toEqual([29]);
      expect(await find({ text: '100%_X' })).toHaveLength(15);
      expect(await find({ text: '%' })).toHaveLength(15);
      expect(await find({ text: 'Ünï' })).toHaveLength(15);
      expect(await find({ text: 'üNÏ' })).toEqual([]);
      expect(await find({ text: '1__%' })).toEqual([]);
      expect(await find({ text: '\\' })).toEqual([]);
    });

    it('go in either order, page by page, each entry once', async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom('asc' as const, 'desc' as const), fc.integer({ min: 1, max: 40 }), fc.boolean(), async (order, limit, some) => {
          const condition = some ? { decision: 'blocked' as const } : {};
          const expected = entries().flatMap((entry, i) => (!some || entry['decision'] === 'blocked' ? [i] : []));
          const found: number[] = [];

          let after: string | null | undefined;
          let pages = 0;
          while (after !== null) {
            const page = await store.query({ ...condition, order, limit, after });
            found.push(...indexes(page));
            after = page.next;
            pages += 1;
          }

          expect(found).toEqual(order === 'asc' ? expected : expected.reverse());
          expect(pages).toBe(Math.ceil(expected.length / limit));
        }),
        { numRuns: 30 },
      );
    });

    it('stay in place while others append', async () => {
      const other = await open();
      const up = await store.query({ limit: 10 });
      const down = await store.query({ limit: 10, order: 'desc' });
      await other.append(new TestWriter().calls(5, 'late'));

      expect(await find({ limit: 10, after: up.next ?? '' })).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
      expect(await find({ limit: 10, order: 'desc', after: down.next ?? '' })).toEqual([20, 19, 18, 17, 16, 15, 14, 13, 12, 11]);
    });

    it('give 100 where no limit is given, and at most 10,000', async () => {
      await store.append(writer.calls(200, 'many'));

      expect(await find({})).toHaveLength(100);
      expect(await find({ limit: 10_000 })).toHaveLength(231);
    });

    it('take hostile values for values', async () => {
      const hostile = [
        "'; drop table leaves; --", '%', '_', '\\', 'call-%', "call-0' or '1'='1", '\u0000', 'call-0\u0000', '\ud800', '__proto__', 'x'.repeat(1024 * 1024),
        '$1', '?', ':a', '"', '`', '\ufeffcall-0', ' call-0', 'CALL-0', '',
      ];
      for (const value of hostile) {
        for (const field of QUERY_FIELDS) {
          // A type that only a caller without TypeScript gets past.
          const query = { [field]: value } as AuditQuery;
          expect([[], 'QUERY']).toContainEqual(await answerTo(() => find(query)));
        }
      }
      expect(await store.size()).toBe(31);
    });

    it('refuse what no store can answer', async () => {
      const bad: unknown[] = [
        null, 'text', { limit: 0 }, { limit: 10_001 }, { limit: 1.5 }, { limit: '5' }, { order: 'up' }, { order: '' }, { after: '-1' }, { after: '1e3' }, { after: '' },
        { after: 'x'.repeat(100) }, { after: 3 }, { since: 'yesterday' }, { since: '2026-02-30T00:00:00Z' }, { until: '2026-01-01T00:00:00+01:00' },
        { until: 5 }, { text: '' }, { text: '  ' }, { text: 'x '.repeat(100) }, { text: 'a\u0000' }, { tool_name: 5 }, { tool_name: ['a'] }, { tool_name: {} },
        { tool: 'search' }, JSON.parse('{"__proto__":"x"}'), { kind: 'calls' }, { decision: 'alowed' }, { outcome: 'toString' },
      ];
      for (const query of bad) {
        // What a caller without TypeScript can hand in.
        expect([query, await codeOf(() => store.query(query as AuditQuery))]).toEqual([query, 'QUERY']);
      }
    });

    it('never take one text for another', async () => {
      const names = ['a', 'a\u0000', 'a\u0000b', 'A', 'a ', '1', '1.0', 'true', 'null', '[1]', '{"a":1}', '"a"', 'é', 'e\u0301'];
      await store.append(names.map((name, i) => writer.seal(callFields(`n-${String(i)}`, { tool_name: name, violation_reason: name }))));

      for (const [i, name] of names.entries()) {
        if (name.includes('\u0000')) continue;
        expect([name, await find({ tool_name: name })]).toEqual([name, [31 + i]]);
      }
      expect(await find({ text: 'b' })).toContain(33);
    });
  });
}
