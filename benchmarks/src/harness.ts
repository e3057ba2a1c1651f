import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Bench, Row } from './row.js';
import { summarise, type Stats } from './stats.js';

/** How long to measure. */
export interface Plan {
  /** Rounds whose samples are thrown away: they warm the code up. */
  readonly warmups: number;
  readonly rounds: number;
  /** Samples of one row in one round, at most. */
  readonly samples: number;
  /** Milliseconds of one row in one round, at most. */
  readonly sliceMs: number;
}

export interface Measured {
  readonly row: Row;
  readonly stats: Stats;
}

type Progress = (line: string) => void;

/**
 * Measures rows beside each other: every round runs each row once, for a short slice, so that what the machine does in
 * the meantime falls on all of them. Each timing is one operation, or a batch of them divided by its size.
 */
export async function measure(rows: readonly Row[], plan: Plan, progress: Progress): Promise<readonly Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'enforcecore-bench-'));
  const benches: Bench[] = [];
  try {
    for (const row of rows) benches.push(await row.prepare(ownFolder(folder, row)));
    const samples = rows.map((): Float64Array[] => []);
    for (let round = -plan.warmups; round < plan.rounds; round += 1) {
      progress(round < 0 ? 'warming up' : `round ${String(round + 1)} of ${String(plan.rounds)}`);
      for (const [i, row] of rows.entries()) {
        const bench = benches[i] as Bench; // one for each row
        const slice = bench.kind === 'sync' ? timeSync(bench, row.batch, plan) : await timeAsync(bench, row.batch, plan);
        if (round >= 0) samples[i]?.push(slice);
        // Let timers, observers and streams run between slices and not inside them.
        await nextTurn();
      }
    }
    return rows.map((row, i) => ({ row, stats: summarise(samples[i] ?? []) }));
  } finally {
    for (const bench of benches) await bench.close?.();
    rmSync(folder, { recursive: true, force: true });
  }
}

function ownFolder(folder: string, row: Row): string {
  const own = join(folder, row.name);
  mkdirSync(own);
  return own;
}

/** Results are kept where the compiler cannot prove that nobody looks, so that no operation is optimised away. */
const kept: { last: unknown } = { last: undefined };
let turn = 0;

function timeSync(bench: Extract<Bench, { kind: 'sync' }>, batch: number, plan: Plan): Float64Array {
  const samples = new Float64Array(plan.samples);
  const end = performance.now() + plan.sliceMs;
  let n = 0;
  for (let stop = 0; n < samples.length && stop < end; n += 1) {
    const start = performance.now();
    for (let i = 0; i < batch; i += 1) kept.last = bench.run((turn = (turn + 1) | 0));
    stop = performance.now();
    samples[n] = ((stop - start) * 1_000) / batch;
  }
  return samples.slice(0, n);
}

async function timeAsync(bench: Extract<Bench, { kind: 'async' }>, batch: number, plan: Plan): Promise<Float64Array> {
  const samples = new Float64Array(plan.samples);
  const end = performance.now() + plan.sliceMs;
  let n = 0;
  for (let stop = 0; n < samples.length && stop < end; n += 1) {
    const start = performance.now();
    for (let i = 0; i < batch; i += 1) kept.last = await bench.run((turn = (turn + 1) | 0));
    stop = performance.now();
    samples[n] = ((stop - start) * 1_000) / batch;
  }
  return samples.slice(0, n);
}
