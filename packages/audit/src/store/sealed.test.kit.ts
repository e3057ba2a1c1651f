import { completeFields, type EntryFields, type LooseFields } from '../entry/entry.js';
import { Chain } from '../trail/chain.js';
import { leafHash, TreeBuilder, type TreeState } from '../tree/tree-state.js';
import type { AuditPage, LogRecord, StoredRecord } from './audit-store.js';

/** Call fields with nothing in them but what is given. */
export function callFields(callId: string, more: LooseFields = {}): EntryFields {
  return completeFields({ call_id: callId, tool_name: 'search', decision: 'allowed', outcome: 'ok', kind: 'call', ...more });
}

/** A writer that seals entries one after another, a second apart. */
export class TestWriter {
  #time = Date.UTC(2026, 0, 1);
  readonly #chain = new Chain(() => this.#time);

  get id(): string {
    return this.#chain.writerId;
  }

  seal(fields: EntryFields): LogRecord {
    const { line, entryHash, sequence } = this.#chain.seal(fields, null);
    this.#chain.advance(entryHash, sequence);
    this.#time += 1000;
    return { hash: entryHash, line: line.slice(0, -1), bytes: null };
  }

  calls(count: number, prefix = 'c'): LogRecord[] {
    return Array.from({ length: count }, (_, i) => this.seal(callFields(`${prefix}-${String(i)}`)));
  }
}

/** A torn line, as text or as bytes that are no UTF-8. */
export function torn(content: string | Uint8Array): LogRecord {
  const hash = leafHash(content);
  return typeof content === 'string' ? { hash, line: content, bytes: null } : { hash, line: null, bytes: content };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export function stateOf(records: readonly LogRecord[]): TreeState {
  const builder = new TreeBuilder();
  for (const { hash } of records) builder.add(hash);
  return builder.state();
}

export function placed(records: readonly LogRecord[], first = 0): StoredRecord[] {
  return records.map(({ hash, line, bytes }, i) => ({ index: first + i, hash, line, bytes }));
}

/** Bytes as plain numbers: databases give different kinds of arrays. */
export function plain(records: readonly StoredRecord[]): unknown[] {
  return records.map((record) => ({ ...record, bytes: record.bytes === null ? null : [...record.bytes] }));
}

export function indexes(page: AuditPage): number[] {
  return page.entries.map(({ index }) => index);
}
