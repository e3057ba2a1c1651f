/** One line of the table: what an entry costs, everything included. */
export interface Figure {
  readonly name: string;
  /** What is done, and in which durability mode. */
  readonly about: string;
  /** Microseconds for one entry; the median of the rounds. */
  readonly us: number;
  /** At most this many, on the machine of the project's targets. */
  readonly target: number | null;
}

/** A row that cannot be measured here says why. */
export interface Missing {
  readonly name: string;
  readonly why: string;
}

export interface Size {
  readonly rounds: number;
  readonly entries: number;
  readonly verified: number;
  readonly largest: number;
}

/** Times `run` over and over and gives microseconds for one of its `count` entries; each round is on its own. */
export async function median(rounds: number, count: number, run: () => Promise<void> | void): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await run();
    times.push(((performance.now() - start) * 1000) / count);
  }
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}
