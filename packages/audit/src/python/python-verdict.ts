import type { CheckName, Place, VerificationCheck, VerificationError } from '../verify/verdict.js';

const DEFAULT_MAX_ERRORS = 100;

/** What each check claims where it passes, in the order in which they are told. */
const CLAIMS: Readonly<Record<CheckName, string>> = {
  framing: 'every line is whole and UTF-8',
  schema: 'every line has the sixteen fields of EnforceCore 1.6 to 1.14, once, in the bytes that it writes',
  order: 'the entries stand in the order of their chain; this format does not number them',
  chain: 'every hash is right and every entry links to the one before it',
  tree: 'the tree over the lines is the expected one',
  checkpoints: '',
  signatures: '',
  witnesses: 'every witnessed entry is there, with the witnessed hash',
  gaps: '',
  clock: 'no entry is older than the one before it',
  expectation: 'the expected number of lines has the expected root',
};

/** Collects what is wrong with a trail of the reference, and what its format leaves open. */
export class PythonVerdict {
  readonly errors: VerificationError[] = [];
  readonly #maxErrors: number;
  readonly #failed = new Map<CheckName, { count: number; readonly first: VerificationError }>();
  readonly #unknown = new Map<CheckName, string>();

  constructor(maxErrors: number = DEFAULT_MAX_ERRORS) {
    this.#maxErrors = maxErrors;
  }

  get failed(): boolean {
    return this.#failed.size > 0;
  }

  hasFailed(code: CheckName): boolean {
    return this.#failed.has(code);
  }

  fail(code: CheckName, { file, line, index, entry_id }: Place, message: string): void {
    const error = { file, line, index, entry_id, code, message };
    const before = this.#failed.get(code);
    if (before === undefined) this.#failed.set(code, { count: 1, first: error });
    else before.count += 1;
    if (this.errors.length < this.#maxErrors) this.errors.push(error);
  }

  /** Says that a check could not be made, and why. */
  skip(code: CheckName, reason: string): void {
    this.#unknown.set(code, reason);
  }

  checks(): VerificationCheck[] {
    // The keys are those of CLAIMS, a record over CheckName.
    return (Object.keys(CLAIMS) as CheckName[]).map((name) => {
      const failure = this.#failed.get(name);
      if (failure !== undefined) {
        const { file, line, index, entry_id, message } = failure.first;
        return { name, status: 'fail', detail: `${String(failure.count)} found, the first: ${message}`, first: { file, line, index, entry_id } };
      }
      const reason = this.#unknown.get(name);
      if (reason !== undefined) return { name, status: 'unknown', detail: reason, first: null };
      return { name, status: 'pass', detail: CLAIMS[name], first: null };
    });
  }
}

/** A place that is no entry. */
export function filePlace(file: string, line = 0): Place {
  return { file, line, index: null, entry_id: null };
}
