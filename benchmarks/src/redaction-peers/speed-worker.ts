import { parentPort, workerData } from 'node:worker_threads';
import { mustHold } from '../row.js';
import { productNamed } from './products.js';
import type { Way } from './product.js';
import { speedRows, type SpeedRow } from './speed-rows.js';

/** One slice of one row, asked of the worker of a product. */
export interface SliceRequest {
  readonly row: string;
  /** Timings at most. */
  readonly samples: number;
  /** Milliseconds at most. */
  readonly sliceMs: number;
}

/** Operations shorter than this are timed by the hundred. */
const shortUs = 20;

/** Results are kept where the compiler cannot prove that nobody looks. */
const kept: { last: unknown } = { last: undefined };
const batches = new Map<string, number>();
let turn = 0;

async function slice({ row: name, samples, sliceMs }: SliceRequest): Promise<Float64Array> {
  const product = await loading;
  const row = speedRows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`no row is called ${name}`);
  const way = product.ways[row.purpose];
  const batch = batches.get(name) ?? (await batchOf(row, way, product.name === 'enforcecore'));
  batches.set(name, batch);
  const timings = new Float64Array(samples);
  const end = performance.now() + sliceMs;
  let n = 0;
  for (let stop = 0; n < samples && stop < end; n += 1) {
    const start = performance.now();
    if (way.kind === 'sync') for (let i = 0; i < batch; i += 1) kept.last = way.redact(row.text((turn = (turn + 1) | 0)));
    else for (let i = 0; i < batch; i += 1) kept.last = await way.redact(row.text((turn = (turn + 1) | 0)));
    stop = performance.now();
    timings[n] = ((stop - start) * 1_000) / batch;
  }
  return timings.slice(0, n);
}

async function batchOf(row: SpeedRow, way: Way, isOurs: boolean): Promise<number> {
  if (isOurs) check(row, way);
  const start = performance.now();
  let runs = 0;
  do {
    kept.last = await way.redact(row.text(runs));
    runs += 1;
  } while (runs < 200 && performance.now() - start < 5);
  return ((performance.now() - start) * 1_000) / runs < shortUs ? 100 : 1;
}

/** A row that does not hold what it says would measure something else. */
function check({ name, text, least }: SpeedRow, way: Way): void {
  if (way.kind !== 'sync') return;
  for (let i = 0; i < 16; i += 1) {
    const found = way.redact(text(i)).match(/<[A-Z_]+>/g)?.length ?? 0;
    mustHold(found === least, `${name}: ${String(least)} findings in variant ${String(i)} (found ${String(found)})`);
  }
}

const loading = productNamed(String(workerData));
const port = parentPort;
if (port === null) throw new Error('this file runs in a worker');
port.on('message', (request: SliceRequest) => {
  void slice(request).then((timings) => {
    port.postMessage(timings);
  });
});
