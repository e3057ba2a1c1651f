import { parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.js';
import { readRecord, recordLine, type ReadCheckpoint } from '../checkpoint/read-record.js';
import type { CheckpointRecord } from '../checkpoint/checkpoint-record.js';
import { parseSignedNote } from '../checkpoint/signed-note.js';
import { TrailError } from '../errors.js';
import type { TreeState } from '../tree/tree-state.js';
import { CheckpointCheck, type CheckpointSummary } from './checks/checkpoint-check.js';
import { Cover } from './checks/cover.js';
import { ExpectationCheck } from './checks/expectation-check.js';
import { RootWatch } from './checks/root-watch.js';
import { SignatureCheck } from './checks/signature-check.js';
import type { GrowingTree } from './checks/tree-check.js';
import { WitnessFileCheck } from './checks/witness-file-check.js';
import { WitnessPolicyCheck } from './checks/witness-policy-check.js';
import type { EntryFacts } from './entry-facts.js';
import { LineCheck } from './line-check.js';
import { OpenCalls } from './open-calls.js';
import type { StoredLine } from './stored-line.js';
import { Verdict, type CheckName, type Place, type VerificationCheck, type VerificationError } from './verdict.js';
import { checkVerifyOptions, type VerifyOptions } from './verify-options.js';

/** What a verification found. */
export interface VerificationResult {
  readonly valid: boolean;
  /** Entries that were read, erased ones included. */
  readonly entries: number;
  /** Lines, torn ones included, since the log began. */
  readonly size: number;
  /** The root of the tree over all lines, in hex. */
  readonly root: string;
  readonly writers: number;
  /** Torn lines that a recovery entry vouches for. */
  readonly recovered: number;
  /** Lines of which only hash and place are left. */
  readonly erased: number;
  /** Files that were read; 0 for a database. */
  readonly segments: number;
  readonly checkpoints: CheckpointSummary;
  readonly errors: readonly VerificationError[];
  readonly checks: readonly VerificationCheck[];
}

/** Where the reading starts: at the beginning of what is left, or behind a checkpoint. */
export interface ReadingStart {
  readonly state: TreeState;
  /** The checkpoint whose word is taken for what is before. */
  readonly trusted: TrustedStart | null;
  /** Grows from `state`; the portable one where none is given. */
  readonly tree?: GrowingTree | undefined;
  /** A log in files. */
  readonly endsFiles: boolean;
}

/** A checkpoint to start from, and who signed it. */
export interface TrustedStart {
  readonly record: CheckpointRecord;
  readonly state: TreeState;
  readonly signer: string | null;
}

/** What is not judged in mode `structure`. */
const NOT_STRUCTURE: readonly CheckName[] = ['schema', 'gaps', 'clock'];
/** What a start behind a checkpoint leaves to its signature. */
const FROM_START: readonly CheckName[] = ['framing', 'schema', 'order', 'chain', 'tree', 'gaps', 'clock'];

/** All checks over one log, wherever its lines come from. Takes checkpoints first, then lines, and then concludes. */
export class Verification {
  readonly verdict: Verdict;
  readonly openCalls = new OpenCalls();
  readonly #name: string;
  readonly #options: VerifyOptions;
  readonly #watch = new RootWatch();
  readonly #checkpoints: CheckpointCheck;
  readonly #signatures: SignatureCheck;
  readonly #policy: WitnessPolicyCheck | null;
  readonly #expectation: ExpectationCheck;
  readonly #cover: Cover;
  #witnessFile: WitnessFileCheck | null = null;
  #trusted: TrustedStart | null = null;
  #lines: LineCheck | null = null;

  /** Throws `TrailError` OPTIONS, KEY or FORMAT for what cannot be used. */
  constructor(name: string, options: VerifyOptions) {
    checkVerifyOptions(options);
    this.#name = name;
    this.#options = options;
    this.verdict = new Verdict(options.maxErrors, options.checks === 'structure' ? NOT_STRUCTURE : []);
    this.#checkpoints = new CheckpointCheck(this.verdict, this.#watch);
    this.#signatures = new SignatureCheck(this.verdict, options.keys ?? []);
    this.#policy = options.witnessPolicy === undefined ? null : new WitnessPolicyCheck(this.verdict, options.witnessPolicy, this.place(0));
    this.#cover = coverOf(options);
    this.#expectation = new ExpectationCheck(this.verdict, options, this.place(0), this.#watch);
  }

  /** A place that is no entry. */
  place(line: number, file = this.#name): Place {
    return { file, line, index: null, entry_id: null };
  }

  /** Takes what a witness file holds. */
  witnessed(path: string, content: string): void {
    this.#witnessFile = new WitnessFileCheck(path, content, this.verdict);
  }

  /** Takes a checkpoint that is kept beside the log, as its line or as a record. */
  async kept(record: string | CheckpointRecord, place: Place): Promise<void> {
    let read: ReadCheckpoint;
    try {
      read = readRecord(typeof record === 'string' ? record : recordLine(record));
    } catch (error) {
      if (typeof record === 'string' && !isJson(record)) this.#checkpoints.unreadable();
      else this.verdict.fail('checkpoints', place, error instanceof TrailError ? error.message : 'not a checkpoint record');
      return;
    }
    this.#checkpoints.kept(read, place);
    const signer = await this.#judgeNote(read.record.note, read.checkpoint, place);
    this.#offer(read, signer);
  }

  /** Where to start reading, if that is asked for and there is a checkpoint to start from. */
  startFrom(): TrustedStart | null {
    return this.#trusted;
  }

  /** Takes the user's checkpoint, and gives what judges the lines. */
  async begin({ state, trusted, tree, endsFiles }: ReadingStart): Promise<LineCheck> {
    await this.#given();
    const { openCalls } = this;
    const witnessFile = this.#witnessFile;
    const needsEntries = witnessFile !== null || openCalls.size > 0;
    const visit = (facts: EntryFacts, line: StoredLine, place: () => Place): void => {
      witnessFile?.visit(facts, place);
      openCalls.visit(facts, line);
    };
    const lines = new LineCheck(this.verdict, {
      checks: this.#options.checks ?? 'all', before: beforeOf(state, trusted), start: state, endsFiles, tree, cover: this.#cover,
      nowMs: (this.#options.now ?? Date.now)(),
      onStop: () => { this.#stop(lines); },
      onEntry: needsEntries ? visit : undefined,
    });
    this.#lines = lines;
    this.#watch.begin(lines.size, () => lines.root());
    lines.stopAt = this.#watch.next;
    if (trusted !== null) this.#tellOf(trusted);
    else this.#believed(state);
    return lines;
  }

  /** Ends every check. `segments`: how many files were read. */
  conclude(segments: number): VerificationResult {
    const lines = this.#lines;
    if (lines === null) throw new TrailError('OPTIONS', this.#name, 'cannot conclude: nothing was read: call begin first');
    const { entries, size, writers } = lines;
    const root = lines.root();
    if (size === 0 && this.#options.expectSize !== 0) this.verdict.fail('framing', this.place(0), 'the trail is empty');
    lines.end();
    this.#watch.end();
    const checkpoints = this.#checkpoints.end();
    this.#signatures.end(this.place(0), size);
    this.#endWitnesses(lines);
    this.openCalls.end(this.verdict);
    this.#expectation.end(size, root);
    return {
      valid: !this.verdict.failed,
      entries, size, root, writers,
      recovered: lines.recovered,
      erased: lines.gaps.erased,
      segments, checkpoints,
      errors: this.verdict.errors,
      checks: this.verdict.checks(),
    };
  }

  async #given(): Promise<void> {
    const { checkpoint: note } = this.#options;
    if (note === undefined) return;
    const place = this.place(0, 'the given checkpoint');
    const checkpoint = parseCheckpoint(parseSignedNote(note, { allowUnsigned: true }).text);
    this.#checkpoints.given(checkpoint, place);
    await this.#judgeNote(note, checkpoint, place);
    // Without a key, that it was kept elsewhere is what makes it count.
    if (!this.#signatures.canJudge && this.#policy?.asksWitnesses !== true) this.#cover.take(checkpoint.size);
  }

  /** Gives the name of the key that signed, if one was given. */
  async #judgeNote(note: string, checkpoint: Checkpoint, place: Place): Promise<string | null> {
    const signer = await this.#signatures.visit(note, checkpoint, place);
    if (signer !== null && this.#policy?.asksWitnesses !== true) this.#cover.take(checkpoint.size);
    // Where the log's key is known, witnesses of another log's checkpoint say nothing.
    if (this.#signatures.canJudge && signer === null) return null;
    if ((await this.#policy?.visit(note, checkpoint)) === true) this.#cover.take(checkpoint.size);
    return signer;
  }

  /** What was before the first line is gone; the state of the tree there stands on a line that anyone could have written. */
  #believed({ size }: TreeState): void {
    if (size === 0) return;
    const before = `${String(size)} lines before the first that was read`;
    if (!this.#cover.reaches(size)) this.verdict.fail('tree', this.place(0), `the log says that there were ${before}, and nothing that was given or signed covers them`);
    if (this.#cover.isAsked) return;
    this.verdict.note('tree', `there were ${before}, as the log says`);
    if (this.#options.expectSize !== undefined) this.verdict.doubt('expectation', `of the size, ${before} are only said to have been there: give the root too`);
  }

  #offer({ record, checkpoint }: ReadCheckpoint, signer: string | null): void {
    const { size } = checkpoint;
    if (this.#options.from === undefined || size > this.#options.from || size <= (this.#trusted?.state.size ?? 0)) return;
    if (this.#signatures.canJudge && signer === null) return;
    this.#trusted = { record, state: { size, nodes: record.nodes }, signer };
  }

  #tellOf({ state, signer }: TrustedStart): void {
    const from = `from index ${String(state.size)} on`;
    for (const name of FROM_START) {
      if (signer === null) this.verdict.doubt(name, `${from} only: what is before is not read, and the checkpoint that covers it is not known to be signed`);
      else this.verdict.note(name, `${from}; what is before is covered by a checkpoint that ${signer} signed, and was not read`);
    }
  }

  #stop(lines: LineCheck): void {
    this.#watch.reached(lines.size, () => lines.root());
    lines.stopAt = this.#watch.next;
  }

  #endWitnesses(lines: LineCheck): void {
    this.#witnessFile?.end(lines.startSize > 0);
    this.#policy?.end(lines.size, lines.startSize, this.#signatures.canJudge);
    if (this.#witnessFile === null && this.#policy === null) this.verdict.doubt('witnesses', 'no witness was given');
  }
}

function coverOf({ keys, checkpoint, witnessPolicy, expectSize, expectRoot }: VerifyOptions): Cover {
  const cover = new Cover((keys?.length ?? 0) > 0 || [checkpoint, witnessPolicy, expectRoot].some((given) => given !== undefined));
  // Without a size, the root is that of all lines.
  if (expectRoot !== undefined) cover.take(expectSize ?? Infinity);
  return cover;
}

function beforeOf({ size }: TreeState, trusted: TrustedStart | null): 'nothing' | 'deleted' | 'trusted' {
  if (size === 0) return 'nothing';
  return trusted === null ? 'deleted' : 'trusted';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // A part of a record, as a crash leaves it.
    return false;
  }
}
