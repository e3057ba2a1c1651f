import { statSync } from 'node:fs';
import { PolicyError } from '../errors.js';
import { Policy } from './policy.js';

/** What came of a changed file. */
export type Reload =
  | { readonly kind: 'swapped'; readonly before: Policy; readonly after: Policy }
  | { readonly kind: 'kept'; readonly policy: Policy; readonly error: PolicyError };

/**
 * A policy file and everything it extends, taken up anew when one of them changes. Files are looked at when a policy is
 * asked for and the last look is old enough: nothing runs in between, and no event can be lost. A change counts when two
 * looks in a row see the same, so that a file that is still being written is left alone.
 */
export class PolicyFile {
  readonly #path: string;
  readonly #everyMs: number;
  readonly #told: (reload: Reload) => void;
  #policy: Policy;
  /** What the files looked like when they were read. */
  #read: string;
  /** What a changed file looked like at the last look. */
  #seen: string | undefined;
  #lookedAt: number;

  /**
   * @param everyMs milliseconds between two looks; 0 never looks.
   * @throws PolicyError when the file cannot be loaded.
   */
  constructor(path: string, everyMs: number, now: number, told: (reload: Reload) => void) {
    this.#path = path;
    this.#everyMs = everyMs;
    this.#told = told;
    this.#policy = Policy.fromFile(path);
    this.#read = asRead(this.#policy.files);
    this.#lookedAt = now;
  }

  /** The policy as of the last look; a look is taken when it is time. */
  current(now: number): Policy {
    if (this.#everyMs > 0 && now - this.#lookedAt >= this.#everyMs) this.#look(now);
    return this.#policy;
  }

  #look(now: number): void {
    this.#lookedAt = now;
    const looks = fingerprint(this.#policy.files);
    if (looks === this.#read) {
      this.#seen = undefined;
      return;
    }
    if (looks !== this.#seen) {
      this.#seen = looks;
      return;
    }
    this.#seen = undefined;
    this.#reload(looks);
  }

  #reload(looks: string): void {
    const before = this.#policy;
    // A file that is refused is not read again before it changes.
    this.#read = looks;
    try {
      const after = Policy.fromFile(this.#path);
      this.#read = asRead(after.files);
      if (after.digest === before.digest) return;
      this.#policy = after;
      this.#told({ kind: 'swapped', before, after });
    } catch (error) {
      // Safe to go on: the rules that held still hold, and whoever runs the house is told.
      if (!(error instanceof PolicyError)) throw error;
      this.#told({ kind: 'kept', policy: before, error });
    }
  }
}

/** What tells one state of the files from another, without reading them. */
function fingerprint(files: readonly string[]): string {
  return files.map(look).join('\n');
}

/** Times of files are coarse: one that changed just now may have changed again since it was read, so it is read once more. */
const unsureMs = 2_000;

function asRead(files: readonly string[]): string {
  const youngest = Math.max(...files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity));
  return Date.now() - youngest < unsureMs ? 'unsure' : fingerprint(files);
}

function look(file: string): string {
  try {
    const { mtimeNs, size, ino } = statSync(file, { bigint: true });
    return `${String(mtimeNs)} ${String(size)} ${String(ino)}`;
  } catch {
    return 'gone';
  }
}
