import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { readRecord, recordLine } from '../checkpoint/read-record.js';
import { TrailError } from '../errors.js';
import { rootOf, TreeBuilder, type TreeHead } from '../tree/tree-state.js';
import type { AuditStore, LogRecord, StoredRecord } from './audit-store.js';
import { storeFault } from './faults.js';
import { JsonlTarget } from './jsonl-target.js';
import type { ReadableLog } from './readable-log.js';

const BATCH_RECORDS = 256;
const BATCH_LENGTH = 1024 * 1024;

/** What to tell of a migration while it goes on. */
export interface MigrateOptions {
  /** Told after every batch how many leaves the target has. */
  readonly onProgress?: ((leaves: number) => void) | undefined;
}

/** What was moved; `size` and `root` are those of source and target. */
export interface Migration extends TreeHead {
  /** Leaves that were not in the target before. */
  readonly moved: number;
  readonly checkpoints: number;
}

interface Checkpoints {
  readonly records: readonly CheckpointRecord[];
  /** The roots that they state, by size. */
  readonly roots: ReadonlyMap<number, readonly string[]>;
}

async function checkpointsOf(source: ReadableLog): Promise<Checkpoints> {
  const records: CheckpointRecord[] = [];
  const roots = new Map<number, string[]>();
  for await (const record of source.checkpoints()) {
    const { size, root } = readRecord(recordLine(record)).checkpoint;
    records.push(record);
    roots.set(size, [...(roots.get(size) ?? []), root]);
  }
  return { records, roots };
}

function otherContent(target: string): TrailError {
  return storeFault(target, 'holds another log, or more of this one: nothing was moved: choose an empty target, or one that a migration of this log began');
}

/** Gathers leaves until it is worth sending them. */
class Batch {
  records: LogRecord[] = [];
  #length = 0;

  add(record: LogRecord): boolean {
    this.records.push(record);
    this.#length += record.line?.length ?? record.bytes?.length ?? 0;
    return this.records.length >= BATCH_RECORDS || this.#length >= BATCH_LENGTH;
  }

  take(): readonly LogRecord[] {
    const taken = this.records;
    this.records = [];
    this.#length = 0;
    return taken;
  }
}

/** One run from one log to another. */
class MigrationRun {
  readonly #source: ReadableLog;
  readonly #target: AuditStore | JsonlTarget;
  readonly #onProgress: (leaves: number) => void;

  constructor(source: ReadableLog, target: AuditStore | JsonlTarget, { onProgress = () => undefined }: MigrateOptions) {
    this.#source = source;
    this.#target = target;
    this.#onProgress = onProgress;
  }

  async run(): Promise<Migration> {
    // Read first: no checkpoint is then ahead of the leaves that are read after it.
    const checkpoints = await checkpointsOf(this.#source);
    if (this.#target instanceof JsonlTarget) this.#target.expect(checkpoints.roots.keys());
    const present = await this.#begin();
    const head = await this.#move(checkpoints.roots, present);
    await this.#compare(head);
    const added = await this.#moveCheckpoints(checkpoints.records);
    if (this.#target instanceof JsonlTarget) await this.#target.publish();
    return { ...head, moved: head.size - present, checkpoints: added };
  }

  /** Gives the number of leaves that the target has already. */
  async #begin(): Promise<number> {
    const start = await this.#source.start();
    const target = this.#target;
    if ((await target.size()) === 0 && start.size > 0) {
      if (target.beginAt === undefined) {
        throw storeFault(target.location, `cannot begin at leaf ${String(start.size)}, before which ${this.#source.location} has deleted everything: choose another target`);
      }
      await target.beginAt(start);
    }
    const own = await target.start();
    if (own.size !== start.size || rootOf(own) !== rootOf(start)) throw otherContent(target.location);
    return target.size();
  }

  /** Appends what the target lacks, once what it has is known to be the beginning of the source. */
  async #move(stated: Checkpoints['roots'], present: number): Promise<TreeHead> {
    const builder = new TreeBuilder(await this.#source.start());
    const root = await this.#rootOfTarget(present);
    const batch = new Batch();
    if (builder.size === present && builder.root() !== root) throw otherContent(this.#target.location);
    for await (const record of this.#source.records(builder.size)) {
      this.#checkIndex(record, builder.size);
      builder.add(record.hash);
      if (builder.size === present && builder.root() !== root) throw otherContent(this.#target.location);
      if (builder.size > present && batch.add(record)) await this.#send(batch);
      if (stated.has(builder.size)) this.#checkStated(stated.get(builder.size) ?? [], builder);
    }
    if (builder.size < present) throw otherContent(this.#target.location);
    await this.#send(batch);
    return { size: builder.size, root: builder.root() };
  }

  async #send(batch: Batch): Promise<void> {
    const records = batch.take();
    if (records.length === 0) return;
    const first = await this.#target.append(records);
    this.#onProgress(first + records.length);
  }

  async #rootOfTarget(size: number): Promise<string> {
    const builder = new TreeBuilder(await this.#target.start());
    for await (const { hash } of this.#target.records(builder.size, size)) builder.add(hash);
    return builder.root();
  }

  #checkIndex({ index }: StoredRecord, expected: number): void {
    if (index === expected) return;
    throw storeFault(this.#source.location, `gave leaf ${String(index)} where ${String(expected)} was expected: verify it, then begin again`);
  }

  #checkStated(roots: readonly string[], builder: TreeBuilder): void {
    if (roots.every((root) => root === builder.root())) return;
    const { location } = this.#source;
    throw new TrailError('CHECKPOINT', location, `cannot move ${location}: it is not what its checkpoint of ${String(builder.size)} leaves says: verify it`);
  }

  /** Holds what now is in the target against the source, byte by byte. */
  async #compare({ size, root }: TreeHead): Promise<void> {
    const builder = new TreeBuilder(await this.#target.start());
    const source = this.#source.records(builder.size, size)[Symbol.asyncIterator]();
    try {
      for await (const record of this.#target.records(builder.size)) {
        const next = await source.next();
        if (next.done === true || !isSame(next.value, record)) break;
        builder.add(record.hash);
      }
    } finally {
      await source.return?.();
    }
    if (builder.size === size && builder.root() === root) return;
    throw storeFault(this.#target.location, `does not give back what was moved into it from leaf ${String(builder.size)} on: somebody else writes it, or it is damaged`);
  }

  async #moveCheckpoints(records: readonly CheckpointRecord[]): Promise<number> {
    let known = 0;
    for await (const { note } of this.#target.checkpoints()) {
      if (records[known]?.note !== note) throw otherContent(this.#target.location);
      known += 1;
    }
    const rest = records.slice(known);
    for (const record of rest) await this.#target.addCheckpoint({ ...record, position: null });
    return rest.length;
  }
}

function isSame(left: StoredRecord, right: StoredRecord): boolean {
  if (left.index !== right.index || left.hash !== right.hash || left.line !== right.line) return false;
  return left.bytes === right.bytes || (left.bytes !== null && right.bytes !== null && Buffer.compare(left.bytes, right.bytes) === 0);
}

/**
 * Moves a log to another place with all its leaves, torn lines too, and its checkpoints; calls that are open stay behind. Can be
 * begun again after an interruption. When it resolves, the target was read back and is the source, byte for byte.
 */
export function migrate(source: ReadableLog, target: AuditStore | JsonlTarget, options: MigrateOptions = {}): Promise<Migration> {
  return new MigrationRun(source, target, options).run();
}
