import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { readRecord } from '../checkpoint/read-record.js';
import { fileError, systemCode } from '../errors.js';
import { checkpointPath } from '../trail/checkpoint-file.js';
import { findTrailFiles } from '../trail/trail-files.js';
import { EMPTY_TREE, type TreeState } from '../tree/tree-state.js';
import type { AuditPage, AuditQuery, StoredRecord } from './audit-store.js';
import { checkpointSize, largerOf } from './checkpoint-size.js';
import { checkRange } from './check-records.js';
import { readMarked, refuseLong, type JsonlMark } from './jsonl-reader.js';
import { PageFill } from './page.js';
import type { ReadableLog } from './readable-log.js';
import { settleQuery, type SettledQuery } from './settle-query.js';

type PageEntry = AuditPage['entries'][number];

/** The trail of files at a path, read like a database: all its segments, its checkpoints, its torn lines. A query reads all of it. */
export class JsonlSource implements ReadableLog {
  readonly location: string;
  /** Where the last complete reading ended, for the one that goes on from there. */
  #end: JsonlMark | null = null;

  constructor(path: string) {
    this.location = path;
  }

  async start(): Promise<TreeState> {
    const { files } = await findTrailFiles(this.location);
    const opening = files[0]?.opening ?? null;
    return opening === null ? EMPTY_TREE : { size: opening.size, nodes: opening.nodes };
  }

  async size(): Promise<number> {
    let size = (await this.start()).size;
    for await (const { next } of readMarked(this.location)) size = next.index;
    return size;
  }

  async *records(from = 0, to = Infinity): AsyncGenerator<StoredRecord> {
    yield* this.#records(from, to, false);
  }

  /** Like `records`, without a last line that a writer may be in the middle of. */
  async *wholeRecords(from: number): AsyncGenerator<StoredRecord> {
    yield* this.#records(from, Infinity, true);
  }

  async query(query: AuditQuery): Promise<AuditPage> {
    const settled = settleQuery(this.location, query);
    const fill = new PageFill(settled);
    const candidates = settled.order === 'asc' ? this.#candidates() : this.#lastOnes(settled);
    for await (const candidate of candidates) if (!fill.offer(candidate)) break;
    return fill.page();
  }

  /** Every entry that fits, oldest first, in one reading; order, limit and place are left out of account. */
  async *scan(query: AuditQuery): AsyncGenerator<PageEntry> {
    const settled = settleQuery(this.location, query);
    for await (const candidate of this.#candidates()) {
      const fill = new PageFill({ ...settled, order: 'asc' });
      fill.offer(candidate);
      yield* fill.page().entries;
    }
  }

  /** Checkpoints, oldest first; what is no record is passed over, since a crash may have cut one short. */
  async *checkpoints(): AsyncGenerator<CheckpointRecord> {
    const path = checkpointPath(this.location);
    const input = createReadStream(path, 'utf8');
    const lines = createInterface({ input, crlfDelay: Infinity });
    try {
      for await (const line of lines) {
        const record = tryRead(line);
        if (record !== null) yield record;
      }
      if (input.errored !== null) throw input.errored;
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw fileError(error, path, 'cannot read');
    } finally {
      lines.close();
      input.destroy();
    }
  }

  async lastCheckpoint(atMost = Infinity): Promise<CheckpointRecord | null> {
    let last: CheckpointRecord | null = null;
    for await (const record of this.checkpoints()) if (checkpointSize(record) <= atMost) last = largerOf(last, record);
    return last;
  }

  async *#records(from: number, to: number, onlyWhole: boolean): AsyncGenerator<StoredRecord> {
    checkRange(this.location, from, to);
    let end = this.#end !== null && this.#end.index <= from ? this.#end : null;
    for await (const marked of readMarked(this.location, { from: end ?? undefined, onlyWhole })) {
      end = marked.next;
      const index = end.index - 1;
      if (index < from) continue;
      if (index >= to) return;
      refuseLong(this.location, marked);
      const { hash, line, bytes } = marked.record;
      yield { index, hash, line, bytes };
      // Only what is known to be ended by a newline: a torn tail may still be.
      if (onlyWhole) this.#end = end;
    }
  }

  async *#candidates(): AsyncGenerator<Pick<StoredRecord, 'index' | 'line'>> {
    for await (const { record, next } of readMarked(this.location)) yield { index: next.index - 1, line: record.line };
  }

  /** The last entries that fit, one more than a page takes, newest first: all that is held of a trail that is read forwards. */
  async *#lastOnes(query: SettledQuery): AsyncGenerator<Pick<StoredRecord, 'index' | 'line'>> {
    const held: Pick<StoredRecord, 'index' | 'line'>[] = [];
    for await (const candidate of this.#candidates()) {
      const fill = new PageFill({ ...query, limit: 1 });
      fill.offer(candidate);
      if (fill.page().entries.length === 0) continue;
      held.push(candidate);
      if (held.length > 2 * (query.limit + 1)) held.splice(0, held.length - query.limit - 1);
    }
    yield* held.reverse();
  }
}

function tryRead(line: string): CheckpointRecord | null {
  try {
    return readRecord(line).record;
  } catch {
    // As whoever writes the trail does; the verifier names it.
    return null;
  }
}

/** A trail of files as a log to query, export, follow or move; nothing is read before it is asked. */
export function openJsonlSource(path: string): JsonlSource {
  return new JsonlSource(path);
}
