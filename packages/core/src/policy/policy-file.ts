import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { PolicyError, PolicyLoadError } from '../errors.js';
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
  /** INVARIANT: what is loaded again is the file of the start, wherever the process has gone since. */
  readonly #absolute: string;
  readonly #everyMs: number;
  readonly #told: (reload: Reload) => void;
  #policy: Policy;
  /** What the files looked like when they were read. */
  #read: string;
  /** What a changed file looked like at the last look. */
  #seen: string | undefined;
  #lookedAt: number;
  /** What was wrong with the files at the last look, and when to try them again. */
  #refused: { readonly problem: string; readonly againAt: number } | undefined;

  /**
   * @param everyMs milliseconds between two looks; 0 never looks.
   * @throws PolicyError when the file cannot be loaded.
   */
  constructor(path: string, everyMs: number, now: number, told: (reload: Reload) => void) {
    this.#path = path;
    this.#absolute = resolve(path);
    this.#everyMs = everyMs;
    this.#told = told;
    this.#policy = Policy.fromFile(path);
    this.#read = asRead(this.#policy);
    this.#lookedAt = now;
  }

  /** The policy as of the last look; a look is taken when it is time. */
  current(now: number): Policy {
    if (this.#everyMs > 0 && now - this.#lookedAt >= this.#everyMs) this.#look(now);
    return this.#policy;
  }

  #look(now: number): void {
    this.#lookedAt = now;
    const looks = fingerprint(this.#policy);
    if (looks === this.#read) {
      this.#seen = undefined;
      // What was wrong may lie in a file that the policy which holds does not know.
      if (this.#refused !== undefined && now >= this.#refused.againAt) this.#reload(looks, now);
      return;
    }
    if (looks !== this.#seen) {
      this.#seen = looks;
      return;
    }
    this.#seen = undefined;
    this.#reload(looks, now);
  }

  #reload(looks: string, now: number): void {
    const before = this.#policy;
    this.#read = looks;
    let after: Policy;
    try {
      after = Policy.fromFile(resolve(this.#path) === this.#absolute ? this.#path : this.#absolute);
    } catch (error) {
      // Safe to go on: the rules that held still hold, and whoever runs the house is told.
      this.#keep(before, error, now);
      return;
    }
    this.#refused = undefined;
    this.#read = asRead(after);
    const isSame = after.digest === before.digest;
    // The same rules from other files: there is nothing to tell, but other files to look at.
    if (!isSame || String(after.files) !== String(before.files)) this.#policy = after;
    if (!isSame) this.#told({ kind: 'swapped', before, after });
  }

  #keep(policy: Policy, thrown: unknown, now: number): void {
    const error = thrown instanceof PolicyError ? thrown : new PolicyLoadError('the policy could not be loaded again', { cause: thrown });
    const isNews = this.#refused?.problem !== error.message;
    this.#refused = { problem: error.message, againAt: now + looksBetweenTries * this.#everyMs };
    if (isNews) this.#told({ kind: 'kept', policy, error });
  }
}

const looksBetweenTries = 10;

/** What tells one state of the files from another, without reading them: links on the way are followed anew at each look. */
function fingerprint({ ways, files }: Policy): string {
  return [...ways, ...files].map(look).join('\n');
}

/** Times of files are coarse: one that changed just now may have changed again since it was read, so it is read once more. */
const unsureMs = 2_000;

function asRead(policy: Policy): string {
  const now = Date.now();
  const isFresh = policy.files.some((file) => {
    const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now;
    return Math.abs(now - changedAt) < unsureMs;
  });
  return isFresh ? 'unsure' : fingerprint(policy);
}

function look(file: string): string {
  try {
    const { mtimeNs, ctimeNs, size, ino } = statSync(file, { bigint: true });
    return `${String(mtimeNs)} ${String(ctimeNs)} ${String(size)} ${String(ino)}`;
  } catch {
    return 'gone';
  }
}
