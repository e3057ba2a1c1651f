/** What a verification looks at. */
export type CheckName =
  | 'framing'
  | 'schema'
  | 'order'
  | 'chain'
  | 'tree'
  | 'checkpoints'
  | 'signatures'
  | 'witnesses'
  | 'gaps'
  | 'clock'
  | 'expectation';

/** Where something is wrong. */
export interface Place {
  /** A file, or what a database is called. */
  readonly file: string;
  /** From 1; 0 means the file as a whole. In a database the place among the records that were read. */
  readonly line: number;
  /** The place in the log, from 0; null for what is no leaf of it. */
  readonly index: number | null;
  readonly entry_id: string | null;
}

/** One thing that is wrong. */
export interface VerificationError extends Place {
  readonly code: CheckName;
  readonly message: string;
}

export interface VerificationCheck {
  readonly name: CheckName;
  /** `unknown`: something could not be judged; `detail` says what and why. */
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly detail: string;
  /** The first offending entry; null where nothing fails. */
  readonly first: Place | null;
}

const DEFAULT_MAX_ERRORS = 100;

const CLAIMS: Readonly<Record<CheckName, string>> = {
  framing: 'every line is whole, or vouched for by a recovery entry',
  schema: 'every line is canonical JSON of schema version 1',
  order: 'every writer counts 1, 2, 3, and what it saw of others is there, and earlier',
  chain: 'every hash is right and every entry links to the one before it',
  tree: 'the leaves make the tree that the log says they make',
  checkpoints: 'at the size of every checkpoint the log has its root',
  signatures: 'every checkpoint has a valid signature by a key that was given',
  witnesses: 'what was witnessed is there, unchanged',
  gaps: 'every segment continues the one before it, and what was deleted or erased is announced',
  clock: "no writer's time goes back, and no entry is from the future",
  expectation: 'the log has the expected size and root',
};

/** Every check, in the order in which they are told. */
// The keys are those of CLAIMS, a record over CheckName.
export const CHECK_NAMES = Object.freeze(Object.keys(CLAIMS)) as readonly CheckName[];

interface Failure {
  count: number;
  first: VerificationError;
}

function isEarlier(one: Place, other: Place): boolean {
  return one.index !== null && (other.index === null || one.index < other.index);
}

/** Collects what is wrong: the first errors in full, all of them in number. */
export class Verdict {
  readonly errors: VerificationError[] = [];
  readonly #maxErrors: number;
  readonly #unasked: ReadonlySet<CheckName>;
  readonly #failures = new Map<CheckName, Failure>();
  readonly #doubts = new Map<CheckName, string[]>();
  readonly #notes = new Map<CheckName, string[]>();

  /** What is in `unasked` is neither judged nor failed. */
  constructor(maxErrors: number = DEFAULT_MAX_ERRORS, unasked: readonly CheckName[] = []) {
    this.#maxErrors = maxErrors;
    this.#unasked = new Set(unasked);
  }

  get failed(): boolean {
    return this.#failures.size > 0;
  }

  hasFailed(code: CheckName): boolean {
    return this.#failures.has(code);
  }

  fail(code: CheckName, { file, line, index, entry_id }: Place, message: string): void {
    if (this.#unasked.has(code)) return;
    const error = { file, line, index, entry_id, code, message };
    const failure = this.#failures.get(code);
    if (failure === undefined) {
      this.#failures.set(code, { count: 1, first: error });
    } else {
      failure.count += 1;
      if (isEarlier(error, failure.first)) failure.first = error;
    }
    if (this.errors.length < this.#maxErrors) this.errors.push(error);
  }

  /** Says that something could not be judged, and why: the check is then not passed. */
  doubt(code: CheckName, reason: string): void {
    this.#doubts.set(code, [...(this.#doubts.get(code) ?? []), reason]);
  }

  /** Adds to what a passed check says. */
  note(code: CheckName, text: string): void {
    this.#notes.set(code, [...(this.#notes.get(code) ?? []), text]);
  }

  checks(): VerificationCheck[] {
    return CHECK_NAMES.map((name) => {
      if (this.#unasked.has(name)) return { name, status: 'unknown', detail: 'was not asked for', first: null };
      const failure = this.#failures.get(name);
      if (failure !== undefined) {
        const { file, line, index, entry_id, message } = failure.first;
        const detail = `${String(failure.count)} found, the first: ${message}`;
        return { name, status: 'fail', detail, first: { file, line, index, entry_id } };
      }
      const doubts = this.#doubts.get(name);
      const notes = this.#notes.get(name) ?? [];
      if (doubts !== undefined) return { name, status: 'unknown', detail: [...doubts, ...notes].join('; '), first: null };
      return { name, status: 'pass', detail: [CLAIMS[name], ...notes].join('; '), first: null };
    });
  }
}
