import type { Plan } from '../harness.js';
import type { Machine } from '../machine.js';
import type { Product } from './product.js';
import type { QualityRow } from './quality.js';
import type { Speeds } from './speed.js';

/** Everything one run found out. */
export interface PeersReport {
  readonly machine: Machine;
  readonly plan: Plan;
  readonly products: readonly Product[];
  readonly quality: readonly QualityRow[];
  readonly speeds: Speeds;
}

export function asJson({ machine, plan, products, quality, speeds }: PeersReport): string {
  return JSON.stringify({
    products: products.map(({ name, version, looksFor }) => ({ name, version, looks_for: looksFor })),
    quality: quality.map(({ name, about, good, texts, percent }) => ({ name, about, good, texts, percent: Object.fromEntries(percent) })),
    speed: speeds.rows.map(({ row, stats }) => ({ name: row.name, about: row.about, looked_for: row.purpose, by: Object.fromEntries(stats) })),
    machine: { ...machine, lcg_1000_us: speeds.lcg.p50_us, lcg_spread_percent: speeds.lcg.spread_percent },
    plan,
  });
}

/** One table: quality in percent, then medians with, behind a peer's, how many times ours it takes. */
export function asTable({ machine, plan, products, quality, speeds }: PeersReport): string {
  const head = ['', ...products.map(({ name }) => name)];
  const lines = [
    head,
    ['version', ...products.map(({ version }) => version)],
    ['percent hidden (alarms: percent changed)', ...products.map(() => '')],
    ...quality.map(({ name, texts, percent }) => [`  ${name} (${String(texts)})`, ...products.map((product) => percentCell(percent.get(product.name)))]),
    ['median per call', ...products.map(() => '')],
    ...speeds.rows.map(({ row, stats }) => {
      const [first] = products;
      const ours = first === undefined ? undefined : stats.get(first.name)?.p50_us;
      return [`  ${row.name}`, ...products.map((product) => timeCell(stats.get(product.name)?.p50_us, ours, product === first))];
    }),
  ];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const table = lines.map((line) => line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ').trimEnd());
  return [
    `Node ${machine.node} (V8 ${machine.v8}), ${machine.platform}, ${String(machine.cpus)} CPUs: ${machine.cpu}, load ${String(machine.load)}`,
    `${String(plan.rounds)} rounds of at most ${String(plan.sliceMs)} ms a cell, interleaved, after ${String(plan.warmups)} warm-up rounds; 16 variants of every text`,
    `machine speed: 1000 steps of a fixed LCG take ${String(speeds.lcg.p50_us)} us (rounds ${String(speeds.lcg.spread_percent)} % apart)`,
    '',
    ...table,
    '',
  ].join('\n');
}

function percentCell(percent: number | undefined): string {
  return percent === undefined ? '-' : percent.toFixed(1);
}

function timeCell(us: number | undefined, ours: number | undefined, isOurs: boolean): string {
  if (us === undefined) return '-';
  const shown = us < 1_000 ? `${us.toPrecision(3)} us` : `${us < 1e6 ? (us / 1_000).toPrecision(3) : (us / 1_000).toFixed(0)} ms`;
  return isOurs || ours === undefined ? shown : `${shown} (${times(us / ours)})`;
}

function times(factor: number): string {
  return `x${factor < 10 ? factor.toFixed(1) : factor.toFixed(0)}`;
}
