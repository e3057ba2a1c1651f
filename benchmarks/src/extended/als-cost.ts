import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What async context tracking costs every `await` of a process, in microseconds. */
export interface AlsCost {
  readonly await_without_us: number;
  readonly await_with_us: number;
}

/** Takes turns between fresh processes with and without; medians of five each. */
export function measureAlsCost(): AlsCost {
  const without: number[] = [];
  const used: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    without.push(probe('off'));
    used.push(probe('on'));
  }
  return { await_without_us: median(without), await_with_us: median(used) };
}

function probe(mode: 'on' | 'off'): number {
  const script = fileURLToPath(new URL('als-probe.js', import.meta.url));
  return Number(execFileSync(process.execPath, [script, mode], { encoding: 'utf8' }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round((sorted[sorted.length >> 1] ?? Number.NaN) * 1_000) / 1_000;
}
