/** What one check of arguments may cost, in steps of some nanoseconds each: about half a second at most. */
const mostSteps = 10_000_000;

/** Raised inside a check that has cost too much; ends it. */
export class TooMuchWork extends Error {
  override name = 'TooMuchWork';
}

/** Counts what a check costs. A schema of a few lines can make a validator work for years. */
export class Work {
  #left = mostSteps;

  begin(): void {
    this.#left = mostSteps;
  }

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchWork('the check costs too much');
  }
}
