import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditPage, StoredRecord } from './audit-store.js';
import { PageFill } from './page.js';
import type { ReadableLog } from './readable-log.js';
import { settleQuery, type SettledQuery } from './settle-query.js';

/** Where and how to follow a log. */
export interface TailOptions {
  /** The index to begin with; 0 where none is given. */
  readonly from?: number | undefined;
  /** Ends the following; without one it never ends. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait before looking again, in milliseconds; 250. */
  readonly pollMs?: number | undefined;
}

type PageEntry = AuditPage['entries'][number];

function entryIn(record: StoredRecord, query: SettledQuery): readonly PageEntry[] {
  const fill = new PageFill(query);
  fill.offer(record);
  return fill.page().entries;
}

/** A trail of files may end in a line that is being written: it has a reading of its own that leaves it out. */
function newRecords(source: ReadableLog & { wholeRecords?(from: number): AsyncIterable<StoredRecord> }, from: number): AsyncIterable<StoredRecord> {
  return source.wholeRecords?.(from) ?? source.records(from);
}

/** Gives entries as they come, each once and in order, until `signal` ends it; torn lines and tombstones are passed over. */
export async function* tailEntries(source: ReadableLog, options: TailOptions = {}): AsyncGenerator<PageEntry> {
  const { signal, pollMs = 250 } = options;
  const query = settleQuery(source.location, {});
  let next = options.from ?? 0;
  while (signal?.aborted !== true) {
    for await (const record of newRecords(source, next)) {
      next = record.index + 1;
      yield* entryIn(record, query);
      // It may have come to an end while the entry was looked at.
      if (signal?.aborted as boolean | undefined) return;
    }
    await sleep(pollMs, undefined, { signal }).catch(() => undefined);
  }
}
