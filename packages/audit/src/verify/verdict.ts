/** What a verification looks at. */
export type CheckName = 'framing' | 'schema' | 'order' | 'chain' | 'links' | 'segments' | 'witness' | 'expectation';

/** One thing that is wrong; `line` counts from 1, 0 means the file as a whole. */
export interface VerificationError {
  readonly file: string;
  readonly line: number;
  readonly code: CheckName;
  readonly message: string;
}

export interface VerificationCheck {
  readonly name: CheckName;
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly detail: string;
}

const DEFAULT_MAX_ERRORS = 100;

const CLAIMS: Readonly<Record<CheckName, string>> = {
  framing: 'every line is whole, or vouched for by a recovery entry',
  schema: 'every line is canonical JSON of schema version 1',
  order: 'every writer counts 1, 2, 3',
  chain: 'every hash is right and every entry links to the one before it',
  links: 'every entry another writer saw is there, and earlier',
  segments: 'every segment continues the one before it',
  witness: 'every witnessed entry is there, with the witnessed hash',
  expectation: 'the expected number of lines has the expected head',
};

/** Collects what is wrong: the first errors in full, all of them in number. */
export class Verdict {
  readonly errors: VerificationError[] = [];
  readonly #maxErrors: number;
  readonly #counts = new Map<CheckName, number>();
  readonly #unknown = new Map<CheckName, string>();

  constructor(maxErrors: number = DEFAULT_MAX_ERRORS) {
    this.#maxErrors = maxErrors;
  }

  get failed(): boolean {
    return this.#counts.size > 0;
  }

  fail(code: CheckName, file: string, line: number, message: string): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (this.errors.length < this.#maxErrors) this.errors.push({ file, line, code, message });
  }

  /** Says that a check could not be made, and why. */
  skip(code: CheckName, reason: string): void {
    this.#unknown.set(code, reason);
  }

  checks(): VerificationCheck[] {
    // The keys are those of CLAIMS, a record over CheckName.
    return (Object.keys(CLAIMS) as CheckName[]).map((name) => {
      const count = this.#counts.get(name);
      if (count !== undefined) return { name, status: 'fail', detail: `${String(count)} found: not ${CLAIMS[name]}` };
      const reason = this.#unknown.get(name);
      return reason === undefined ? { name, status: 'pass', detail: CLAIMS[name] } : { name, status: 'unknown', detail: reason };
    });
  }
}
