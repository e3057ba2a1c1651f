import { readFileSync } from 'node:fs';
import { vitalsOf } from './vitals.js';

/** The only child of a process that started it and waits: the one that runs the tool. */
export class InnerProcess {
  readonly #outer: () => number | undefined;
  #pid: number | undefined;

  constructor(outer: () => number | undefined) {
    this.#outer = outer;
  }

  /** Looked up until it is known: once the outer one is gone, nobody can tell. */
  get pid(): number | undefined {
    const outer = this.#pid === undefined ? this.#outer() : undefined;
    if (outer === undefined) return this.#pid;
    try {
      const pid = Number.parseInt(readFileSync(`/proc/${String(outer)}/task/${String(outer)}/children`, 'latin1'), 10);
      this.#pid = Number.isNaN(pid) ? undefined : pid;
    } catch {
      // Gone, or not there yet.
    }
    return this.#pid;
  }

  /** For a second at most, which is more than a killed process takes. */
  async gone(): Promise<void> {
    for (let tries = 0; this.#pid !== undefined && vitalsOf(this.#pid) !== undefined && tries < 200; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
