import { parseLine } from '../../entry/parse-line.js';
import { TreeBuilder, type TreeHead } from '../../tree/tree-state.js';
import type { AuditStore, ChainHead, StoredRecord } from '../audit-store.js';
import { parseTombstone } from '../tombstone.js';

/** What a whole log came to, with nothing believed that can be computed. */
export interface LogCheck extends TreeHead {
  /** What is wrong and at which index, in log order. */
  readonly faults: readonly string[];
  readonly hashes: ReadonlySet<string>;
  /** How many entries each call has. */
  readonly calls: ReadonlyMap<string, number>;
  readonly writers: number;
}

class Check {
  readonly faults: string[] = [];
  readonly hashes = new Set<string>();
  readonly calls = new Map<string, number>();
  readonly tree: TreeBuilder;
  readonly heads = new Map<string, ChainHead>();

  constructor(tree: TreeBuilder) {
    this.tree = tree;
  }

  take({ index, hash, line }: StoredRecord): void {
    if (index !== this.tree.size) this.faults.push(`index ${String(index)} where ${String(this.tree.size)} was due`);
    const parsed = parseLine(line ?? '');
    const left = parsed.ok ? parsed.entry : parseTombstone(line ?? '');
    if (left === null) {
      this.faults.push(`line ${String(index)}`);
      return;
    }
    const computed = parsed.ok ? parsed.hash : left.entry_hash;
    if (computed !== hash || left.entry_hash !== hash) this.faults.push(`hash ${String(index)}`);
    const before = this.heads.get(left.writer_id) ?? { hash: '', sequence: 0 };
    if (left.previous_hash !== before.hash || left.sequence !== before.sequence + 1) this.faults.push(`chain ${String(index)}`);
    this.heads.set(left.writer_id, { hash: computed, sequence: left.sequence });
    this.hashes.add(computed);
    this.tree.add(computed);
    const callId = parsed.ok ? parsed.entry.call_id : null;
    if (callId !== null) this.calls.set(callId, (this.calls.get(callId) ?? 0) + 1);
  }
}

/** Reads a log from its start and recomputes every hash, every chain and the tree. */
export async function checkLog(store: AuditStore): Promise<LogCheck> {
  const check = new Check(new TreeBuilder(await store.start()));
  for await (const record of store.records()) check.take(record);
  const size = await store.size();
  if (size !== check.tree.size) check.faults.push(`size ${String(size)} where there are ${String(check.tree.size)}`);
  for (const [writerId, { hash }] of check.heads) {
    if ((await store.chainHead(writerId))?.hash !== hash) check.faults.push('head of a writer');
  }
  const { faults, hashes, calls, tree, heads } = check;
  return { faults, hashes, calls, size: tree.size, root: tree.root(), writers: heads.size };
}
