import { basename } from 'node:path';
import { type ReadCheckpoint } from '../checkpoint/read-record.js';
import { parseVerifierKey } from '../checkpoint/verifier-key.js';
import { TrailError } from '../errors.js';
import { rootOf, type TreeState } from '../tree/tree-state.js';
import { CheckpointFile } from './checkpoint-file.js';
import { CheckpointWork } from './checkpoint-work.js';
import { fileLog } from './cosign-request.js';
import type { TrailPosition } from './journal.js';
import type { SettledOptions } from './options.js';
import { resumeStart } from './resume-start.js';
import { RunningTree, treeOf } from './running-tree.js';
import type { Tape } from './tape.js';
import type { Writer } from './writer.js';

const SECOND_MS = 1000;

interface Due {
  readonly tape: Tape;
  readonly state: TreeState;
  readonly position: TrailPosition;
}

/** Makes checkpoints of a trail when they are due, and holds the trail against those that are there. */
export class Checkpointer {
  readonly #path: string;
  readonly #options: SettledOptions;
  readonly #origin: string;
  readonly #file: CheckpointFile;
  readonly #writer: () => Writer;
  readonly #work: CheckpointWork;
  #latest: ReadCheckpoint | null = null;
  /** Entries since the last checkpoint was begun. */
  #since = 0;
  #soon: NodeJS.Immediate | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** A signature nobody asked for that is being waited for: no second one is begun. */
  #signing: Promise<void> | null = null;
  #isClosed = false;

  constructor(path: string, options: SettledOptions, writer: () => Writer) {
    this.#path = path;
    this.#options = options;
    this.#origin = options.signer === null ? (options.origin ?? `local/${basename(path)}`) : parseVerifierKey(options.signer.verifierKey).name;
    this.#file = new CheckpointFile(path, options);
    this.#writer = writer;
    this.#work = new CheckpointWork(path, options);
  }

  /** Reads what is there. Called before the trail is opened, so that no record can be ahead of what is read then. */
  read(): readonly ReadCheckpoint[] {
    return this.#file.largest();
  }

  /** Gives the tree to go on with, or throws if the trail is shorter than its last checkpoint, or another one. */
  resume(records: readonly ReadCheckpoint[], tape: Tape): RunningTree | null {
    const latest = records.at(-1);
    if (latest === undefined) return null;
    const position = latest.record.position ?? { segment: 1, offset: 0 };
    const { size } = latest.checkpoint;
    this.#latest = latest;
    if (position.segment < tape.ordinal) {
      if ((tape.opening?.size ?? 0) < size) throw this.#differs(`it begins after ${String(tape.opening?.size ?? 0)} lines`, size);
      return null;
    }
    if (position.segment > tape.ordinal || position.offset > tape.size) throw this.#differs('it ends before them', size);
    const tree = new RunningTree(tape, resumeStart(latest, records.at(-2), tape));
    const state = tree.upTo(position.offset);
    if (state.size !== size || rootOf(state) !== latest.checkpoint.root) throw this.#differs('other lines stand there', size);
    return tree;
  }

  /** Throws what a checkpoint found out that was made in the background. */
  refuseFork(): void {
    this.#work.refuseFork();
  }

  /** Counts an entry. Half-way the next checkpoint is made when the event loop comes round, at the end at once. */
  count(): void {
    const { checkpointEntries, checkpointSeconds } = this.#options;
    this.#since += 1;
    if (checkpointEntries > 0 && this.#since >= checkpointEntries) {
      this.#attempt(() => this.make());
      return;
    }
    if (checkpointEntries > 0 && this.#since * 2 >= checkpointEntries) this.#whenIdle();
    if (checkpointSeconds > 0 && this.#timer === null) this.#startTimer(checkpointSeconds);
  }

  /** How many lines the last checkpoint covers, as far as this writer knows. */
  get coveredSize(): number {
    return this.#latest?.checkpoint.size ?? 0;
  }

  /** Makes one when the event loop comes round, if any are made or signed at all. */
  soon(): void {
    const { checkpointEntries, checkpointSeconds, signer } = this.#options;
    if (checkpointEntries > 0 || checkpointSeconds > 0 || signer !== null) this.#whenIdle();
  }

  #whenIdle(): void {
    this.#soon ??= setImmediate(() => {
      this.#soon = null;
      this.#attempt(() => {
        this.#makeMeanwhile();
        return null;
      });
    });
  }

  /** Makes a checkpoint of everything that is there now, unless there is one; a promise where the signer gives one. */
  make(): ReadCheckpoint | null | Promise<ReadCheckpoint | null> {
    const due = this.#due();
    if (due === null) return this.#latest;
    due.tape.sync();
    return this.#seal(due);
  }

  /** The same without waiting for the disk, for when nobody asked. */
  #makeMeanwhile(): void {
    const due = this.#due();
    if (due === null) return;
    due.tape.syncSoon().then(
      () => {
        // At the end a checkpoint of everything is made, so this one is not missed.
        if (!this.#isClosed) this.#attempt(() => this.#seal(due));
      },
      (error: unknown) => {
        this.#work.failed(error);
      },
    );
  }

  /** What a checkpoint would cover now; null if the last one covers everything. */
  #due(): Due | null {
    this.#since = 0;
    const writer = this.#writer();
    // Read first: no record can then be ahead of the lines that are read after it.
    const added = this.#file.added();
    const state = treeOf(writer);
    this.#compare(added, writer);
    if (state.size === 0 || (this.#latest?.checkpoint.size ?? 0) >= state.size) return null;
    return { tape: writer.tape, state, position: { segment: writer.tape.ordinal, offset: writer.running.offset } };
  }

  /** INVARIANT: what is signed was synced before, whatever the mode: a log that lost it with the power would be refused. */
  #seal({ state, position }: Due): ReadCheckpoint | Promise<ReadCheckpoint> {
    const checkpoint = { origin: this.#origin, size: state.size, root: rootOf(state) };
    const save = (note: string): ReadCheckpoint => {
      const made = { checkpoint, record: { note, nodes: state.nodes, position, time: new Date(this.#options.now()).toISOString() } };
      this.#file.append(made.record);
      if (this.#latest === null || made.checkpoint.size > this.#latest.checkpoint.size) this.#latest = made;
      return made;
    };
    const note = this.#work.sign(checkpoint);
    return typeof note === 'string' ? this.#witnessed(save(note)) : note.then((signed) => this.#witnessed(save(signed)));
  }

  /** Makes the last one; a promise while something is under way. */
  close(): Promise<void> | null {
    this.#isClosed = true;
    if (this.#soon !== null) clearImmediate(this.#soon);
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#options.checkpointEntries > 0 || this.#options.checkpointSeconds > 0) {
      const makeLast = (): void => { this.#attempt(() => this.make()); };
      if (this.#signing === null) makeLast();
      else this.#work.track(this.#signing.then(makeLast));
    }
    return this.#work.idle();
  }

  #startTimer(seconds: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#attempt(() => this.make());
    }, seconds * SECOND_MS);
    this.#timer.unref();
  }

  #attempt(make: () => ReadCheckpoint | null | Promise<ReadCheckpoint | null>): void {
    if (this.#signing !== null) return;
    try {
      const made = make();
      if (made instanceof Promise) this.#sign(made.then(() => undefined));
    } catch (error) {
      this.#work.failed(error);
    }
  }

  #sign(work: Promise<void>): void {
    const ended = (): void => { this.#signing = null; };
    this.#signing = work.then(ended, ended);
    this.#work.track(work);
  }

  #witnessed(made: ReadCheckpoint): ReadCheckpoint {
    const log = fileLog(made, { file: this.#file, confirmed: this.#work.confirmed, writer: this.#writer });
    this.#work.cosign(made, log, (record) => { this.#file.append(record); });
    return made;
  }

  /** Checkpoints of other writers must be of this very trail. */
  #compare(others: readonly ReadCheckpoint[], writer: Writer): void {
    const { tape, running } = writer;
    for (const other of others) {
      const { record, checkpoint } = other;
      if (record.position?.segment === tape.ordinal && record.position.offset > tape.size) throw this.#differs('it ends before them', checkpoint.size);
      if (checkpoint.size === running.size && rootOf(running.upTo(0)) !== checkpoint.root) throw this.#differs('other lines stand there', checkpoint.size);
      if (checkpoint.size > (this.#latest?.checkpoint.size ?? 0)) this.#latest = other;
    }
  }

  #differs(what: string, size: number): TrailError {
    const text = `cannot append to ${this.#path}: its last checkpoint covers ${String(size)} lines, and ${what}: verify it and restore the trail that was checkpointed, or move the trail and ${this.#file.path} away`;
    return new TrailError('CHECKPOINT', this.#path, text);
  }
}
