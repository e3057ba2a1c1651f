/** What one row came to, in microseconds per operation. */
export interface Stats {
  readonly p50_us: number;
  readonly p95_us: number;
  readonly p99_us: number;
  readonly p999_us: number;
  readonly mean_us: number;
  readonly ops_per_second: number;
  /** Median of the quietest round: nearest to what an idle machine would show. */
  readonly best_round_p50_us: number;
  readonly samples: number;
  /** How far apart the medians of the rounds lie, in percent of the smallest: noise of the machine, mostly. */
  readonly spread_percent: number;
}

/** Percentiles over the samples of all rounds together, by nearest rank: every one of them was measured. */
export function summarise(rounds: readonly Float64Array[]): Stats {
  const all = new Float64Array(rounds.reduce((sum, round) => sum + round.length, 0));
  let at = 0;
  for (const round of rounds) {
    all.set(round, at);
    at += round.length;
  }
  all.sort();
  const mean = all.reduce((sum, sample) => sum + sample, 0) / all.length;
  const medians = rounds.map((round) => nearestRank(round.toSorted(), 0.5));
  const least = Math.min(...medians);
  return {
    p50_us: rounded(nearestRank(all, 0.5)),
    p95_us: rounded(nearestRank(all, 0.95)),
    p99_us: rounded(nearestRank(all, 0.99)),
    p999_us: rounded(nearestRank(all, 0.999)),
    mean_us: rounded(mean),
    ops_per_second: Math.round(1e6 / mean),
    best_round_p50_us: rounded(least),
    samples: all.length,
    spread_percent: Math.round(((Math.max(...medians) - least) / least) * 100),
  };
}

function nearestRank(sorted: Float64Array, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** A tenth of a nanosecond is already less than any clock here can tell. */
function rounded(us: number): number {
  return Math.round(us * 10_000) / 10_000;
}
