import { cpus, loadavg } from 'node:os';
import type { Row } from './row.js';

/** A fixed piece of arithmetic that allocates nothing and depends on no library: only the machine can change its time. */
export const machineRow: Row = {
  name: 'machine_lcg_1000',
  about: '1000 steps of x = (1664525 x + 1013904223) mod 2^32, each waiting for the one before',
  batch: 1,
  prepare: () => ({ kind: 'sync', run: lcg1000 }),
};

function lcg1000(seed: number): number {
  let x = seed;
  for (let step = 0; step < 1_000; step += 1) x = (x * 1_664_525 + 1_013_904_223) >>> 0;
  return x;
}

/** What a reader needs to know of the machine to compare two runs. */
export interface Machine {
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly cpus: number;
  readonly cpu: string;
  /** Runnable processes over the last minute: at rest, little more than 1 while this runs. */
  readonly load: number;
}

export function describeMachine(): Machine {
  const all = cpus();
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cpus: all.length,
    cpu: (all[0]?.model ?? 'unknown').trim(),
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}
