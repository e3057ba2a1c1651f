/** What one check of arguments may cost, in steps of some nanoseconds each: about half a second at most. */
const mostSteps = 10_000_000;

/** Raised inside a check that has cost too much; ends it. */
export class TooMuchWork extends Error {
  override name = 'TooMuchWork';
}

export interface Keys {
  readonly count: number;
  /** What it costs to go through them once, and to write each down. */
  readonly steps: number;
}

/** Counts what a check costs. A schema of a few lines can make a validator work for years. */
export class Work {
  #left = mostSteps;
  #keys: WeakMap<object, Keys> | undefined;

  begin(): void {
    this.#left = mostSteps;
    this.#keys = undefined; // the arguments may have changed
  }

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new TooMuchWork('the check costs too much');
  }

  /** Of an object: counted once in a check. */
  keysOf(data: object): Keys {
    this.#keys ??= new WeakMap();
    const known = this.#keys.get(data);
    if (known !== undefined) return known;
    const names = Object.keys(data);
    const keys = { count: names.length, steps: names.reduce((steps, name) => steps + keySteps(name), 0) };
    this.spend(keys.steps / 4);
    this.#keys.set(data, keys);
    return keys;
  }
}

const perKey = 50;
const perSign = 100;

/** In the path to what is wrong, a validator replaces some signs one by one. */
function keySteps(name: string): number {
  let steps = perKey + name.length;
  for (const sign of name) if (sign === '/' || sign === '~') steps += perSign;
  return steps;
}
