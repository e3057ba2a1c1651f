import { Worker } from 'node:worker_threads';
import type { Plan } from '../harness.js';
import { measure } from '../harness.js';
import { machineRow } from '../machine.js';
import { summarise, type Stats } from '../stats.js';
import type { Product } from './product.js';
import { speedRows, type SpeedRow } from './speed-rows.js';
import type { SliceRequest } from './speed-worker.js';

export interface Speed {
  readonly row: SpeedRow;
  /** By product; those that do not look for such things are missing. */
  readonly stats: ReadonlyMap<string, Stats>;
}

export interface Speeds {
  readonly lcg: Stats;
  readonly rows: readonly Speed[];
}

interface Cell {
  readonly row: SpeedRow;
  readonly product: string;
  readonly slices: Float64Array[];
}

/**
 * Times every product on every row, a slice of each in turn. Each product has a thread, and with it an engine, of its
 * own: once a process has compiled a megabyte of patterns, V8 no longer optimises those that are compiled later, and
 * the products with few patterns would pay for the one with hundreds. Only one thread works at a time.
 */
export async function measureSpeed(products: readonly Product[], plan: Plan, progress: (line: string) => void): Promise<Speeds> {
  const cells = speedRows.flatMap((row) => products.filter((product) => looks(product, row)).map(({ name }): Cell => ({ row, product: name, slices: [] })));
  const workers = new Map(products.map(({ name }) => [name, new Worker(new URL('./speed-worker.js', import.meta.url), { workerData: name })]));
  try {
    for (let round = -plan.warmups; round < plan.rounds; round += 1) {
      progress(round < 0 ? 'warming up' : `round ${String(round + 1)} of ${String(plan.rounds)}`);
      for (const { row, product, slices } of cells) {
        const worker = workers.get(product);
        if (worker === undefined) throw new Error(`no thread for ${product}`);
        const timings = await ask(worker, { row: row.name, samples: plan.samples, sliceMs: plan.sliceMs });
        if (round >= 0) slices.push(timings);
      }
    }
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.terminate()));
  }
  const [machine] = await measure([machineRow], plan, () => undefined);
  if (machine === undefined) throw new Error('the machine was not measured');
  return {
    lcg: machine.stats,
    rows: speedRows.map((row) => ({ row, stats: new Map(cells.filter((cell) => cell.row === row).map(({ product, slices }) => [product, summarise(slices)])) })),
  };
}

function looks({ looksFor }: Product, { purpose }: SpeedRow): boolean {
  return looksFor === 'both' || looksFor === purpose || purpose === 'everything';
}

function ask(worker: Worker, request: SliceRequest): Promise<Float64Array> {
  return new Promise((resolve, reject) => {
    const done = (timings: Float64Array): void => {
      worker.off('error', reject);
      resolve(timings);
    };
    worker.once('message', done);
    worker.once('error', reject);
    worker.postMessage(request);
  });
}
