import { SandboxError } from '../sandbox/sandbox-errors.js';

/** What code threw, in its own words: hostile text, cut to 2,000 characters a field. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  /** Lines count from 1 in the text that was run, which is called `code.js`. */
  readonly stack: string;
}

/** The code has a mistake, threw, or gave a value that is no data. No limit was reached. */
export class CodeThrewError extends SandboxError {
  override name = 'CodeThrewError';
  readonly thrown: Thrown;
  readonly logs: readonly string[];
  constructor(thrown: Thrown, logs: readonly string[]) {
    // The code's own words stay out of the message, which may be written to a log.
    super('the code did not run to its end: it threw; see `thrown`');
    this.thrown = thrown;
    this.logs = logs;
  }
}
