import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import type { ReadCheckpoint } from '../checkpoint/read-record.js';
import { signCheckpoint } from '../checkpoint/sign-checkpoint.js';
import type { Signer } from '../checkpoint/signer.js';
import { TrailError } from '../errors.js';
import { EMPTY_TREE, type TreeState } from '../tree/tree-state.js';
import type { Cosigner, CosignRequest } from '../witness/cosigner.js';
import { withDeadline } from './deadline.js';

/** What a log can tell of itself, for witnesses that are asked about one of its checkpoints. */
export type ProvableLog = Required<Pick<CosignRequest, 'stateAt' | 'leavesFrom' | 'sizeNow'>>;

interface WorkOptions {
  readonly signer: Signer | null;
  readonly cosigner: Cosigner | null;
  readonly onWarning: (message: string) => void;
}

/**
 * What checkpoints need that no append waits for: signatures and witnesses. Tells of what fails, and of a log that turned
 * out to be another one it lets nothing more be appended.
 */
export class CheckpointWork {
  readonly #location: string;
  readonly #options: WorkOptions;
  readonly #open = new Set<Promise<void>>();
  #fork: TrailError | null = null;
  #confirmed: ReadCheckpoint | null = null;

  constructor(location: string, options: WorkOptions) {
    this.#location = location;
    this.#options = options;
  }

  /** The largest checkpoint that witnesses have confirmed since the trail was opened. */
  get confirmed(): ReadCheckpoint | null {
    return this.#confirmed;
  }

  /** Throws what a checkpoint found out that was made in the background. */
  refuseFork(): void {
    if (this.#fork !== null) throw this.#fork;
  }

  /** Counts in what nobody else waits for. */
  track(work: Promise<unknown>): void {
    const open: Promise<void> = work
      .then(
        () => undefined,
        (error: unknown) => {
          this.failed(error);
        },
      )
      .finally(() => {
        this.#open.delete(open);
      });
    this.#open.add(open);
  }

  failed(error: unknown): void {
    if (error instanceof TrailError && error.code === 'CHECKPOINT') this.#fork = error;
    this.#options.onWarning(`no checkpoint of ${this.#location} was made: ${error instanceof Error ? error.message : 'unknown error'}`);
  }

  /** Resolves when nothing is under way any more, what was begun meanwhile included; null where nothing is. */
  idle(): Promise<void> | null {
    return this.#open.size === 0 ? null : this.#settled();
  }

  /** The signed note; a promise where the signer gives one. Nothing is signed of a log that turned out to be another one. */
  sign(checkpoint: Checkpoint): string | Promise<string> {
    this.refuseFork();
    const note = signCheckpoint(checkpoint, this.#options.signer);
    return typeof note === 'string' ? note : withDeadline(note, `the signer of ${checkpoint.origin}`, this.#location);
  }

  /** Asks the witnesses, if there are any, to confirm a checkpoint that is kept, and has what they sign kept as a further record. */
  cosign(made: ReadCheckpoint, log: ProvableLog, keep: (record: CheckpointRecord) => void | Promise<void>): void {
    const { cosigner } = this.#options;
    if (cosigner !== null) this.track(this.#cosigned(cosigner, made, log).then(keep));
  }

  async #cosigned(cosigner: Cosigner, made: ReadCheckpoint, log: ProvableLog): Promise<CheckpointRecord> {
    const { record, checkpoint } = made;
    const { size } = checkpoint;
    // One of these is nearly always asked for, and then nothing has to be read.
    const atHand = [null, made, this.#confirmed].map(stateOf);
    const request: CosignRequest = {
      ...log,
      note: record.note,
      size,
      stateAt: (atMost) => atHand.find((state) => state.size === Math.min(atMost, size)) ?? log.stateAt(Math.min(atMost, size)),
    };
    const note = await withDeadline(cosigner.cosign(request), 'the witnesses', this.#location);
    // Kept, another note would stand in the way of whoever goes on from the last record.
    if (!note.startsWith(record.note)) {
      throw new TrailError('WITNESS', this.#location, 'the cosignatures were not kept: expected the note that was sent, with lines added, got another one: check the cosigner');
    }
    if (size > (this.#confirmed?.checkpoint.size ?? 0)) this.#confirmed = made;
    return { ...record, note };
  }

  async #settled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }
}

/** The tree that a checkpoint is about. */
export function stateOf(read: ReadCheckpoint | null | undefined): TreeState {
  return read === null || read === undefined ? EMPTY_TREE : { size: read.checkpoint.size, nodes: read.record.nodes };
}
