import type { AlsCost } from './extended/als-cost.js';
import type { Measured, Plan } from './harness.js';
import type { Machine } from './machine.js';
import type { Target } from './row.js';
import type { Stats } from './stats.js';

/** Everything one run found out. */
export interface Report {
  readonly machine: Machine;
  readonly plan: Plan;
  readonly lcg: Stats;
  readonly bare: Stats;
  readonly standard: readonly Measured[];
  readonly further: readonly Measured[];
  readonly als: AlsCost | undefined;
}

const auditMode = 'process: an entry survives kill -9 of this process, not power loss of the machine';

export function asJson({ machine, plan, lcg, bare, standard, further, als }: Report): string {
  const compared = comparisonsOf([...standard, ...further]);
  return JSON.stringify({
    results: standard.map(resultOf),
    bare_call: bare,
    ...(further.length === 0 ? {} : { extended: further.map(resultOf) }),
    ...(compared.length === 0 ? {} : { compared }),
    ...(als === undefined ? {} : { async_local_storage: als }),
    machine: { ...machine, lcg_1000_us: lcg.p50_us, lcg_spread_percent: lcg.spread_percent },
    plan,
    audit_mode: auditMode,
  });
}

function resultOf({ row, stats }: Measured): Record<string, unknown> {
  const { target } = row;
  return {
    name: row.name,
    ...stats,
    timed: timing(row.batch),
    ...(target === undefined ? {} : { target_p50_us: target.p50, target_met: stats.p50_us <= target.p50 }),
  };
}

interface Comparison {
  readonly name: string;
  readonly than: string;
  /** Of the medians. */
  readonly times_slower: number;
  readonly target_times: number;
  readonly target_met: boolean;
}

/** Rows that do the same as another one, where both were measured in this run. */
function comparisonsOf(measured: readonly Measured[]): readonly Comparison[] {
  return measured.flatMap(({ row: { name, slower }, stats }) => {
    const other = measured.find(({ row }) => row.name === slower?.than);
    if (slower === undefined || other === undefined) return [];
    const times = Math.round((stats.p50_us / other.stats.p50_us) * 10) / 10;
    return [{ name, than: slower.than, times_slower: times, target_times: slower.target, target_met: times >= slower.target }];
  });
}

export function asTable(report: Report): string {
  const { machine, plan, lcg, bare, standard, further, als } = report;
  const lines = [
    `Node ${machine.node} (V8 ${machine.v8}), ${machine.platform}, ${String(machine.cpus)} CPUs: ${machine.cpu}, load ${String(machine.load)}`,
    `audit mode ${auditMode}`,
    `${String(plan.rounds)} rounds of up to ${String(plan.samples)} timings a row (at most ${String(plan.sliceMs)} ms), interleaved, after ${String(plan.warmups)} warm-up rounds`,
    `machine speed: 1000 steps of a fixed LCG take ${us(lcg.p50_us)} us (best round ${us(lcg.best_round_p50_us)}, rounds ${String(lcg.spread_percent)} % apart)`,
    '',
    ...tableOf([...standard, ...further], bare),
  ];
  const compared = comparisonsOf([...standard, ...further]);
  if (compared.length > 0) lines.push('');
  for (const { name, than, times_slower, target_times, target_met } of compared) {
    lines.push(`${name}: ${times_slower.toFixed(times_slower < 100 ? 1 : 0)} x slower than ${than} (target ${String(target_times)} x: ${target_met ? 'met' : 'NO'})`);
  }
  if (als !== undefined) {
    lines.push('', `a bare await: ${us(als.await_without_us)} us before, ${us(als.await_with_us)} us after the first AsyncLocalStorage.run of the process`);
  }
  return `${lines.join('\n')}\n`;
}

const columns = ['microseconds', 'p50', 'p95', 'p99', 'p99.9', 'mean', 'ops/s', 'best', 'target', 'met', 'x bare', 'spread', 'timed'];

function tableOf(measured: readonly Measured[], bare: Stats): string[] {
  const body = measured.map(({ row, stats }) => cells(row.name, stats, bare, row.target, row.batch));
  const rows = [columns, ...body, cells('bare_call', bare, bare, undefined, 100)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ').trimEnd());
  lines.splice(1, 0, '-'.repeat(Math.max(...lines.map(({ length }) => length))));
  return lines;
}

function cells(name: string, stats: Stats, bare: Stats, target: Target | undefined, batch: number): string[] {
  return [
    name,
    ...[stats.p50_us, stats.p95_us, stats.p99_us, stats.p999_us, stats.mean_us].map(us),
    stats.ops_per_second.toLocaleString('en-US'),
    us(stats.best_round_p50_us),
    target === undefined ? '' : `<= ${String(target.p50)}`,
    target === undefined ? '' : metOf(stats, target),
    (stats.p50_us / bare.p50_us).toFixed(stats.p50_us < bare.p50_us ? 2 : 0),
    `${String(stats.spread_percent)} %`,
    timing(batch),
  ];
}

/** The target is for the median; tails are named when they are over theirs. */
function metOf(stats: Stats, target: Target): string {
  if (stats.p50_us > target.p50) return 'NO';
  const over = [
    ...(stats.p99_us > (target.p99 ?? Infinity) ? [`p99 > ${String(target.p99)}`] : []),
    ...(stats.p999_us > (target.p999 ?? Infinity) ? [`p99.9 > ${String(target.p999)}`] : []),
  ];
  return over.length === 0 ? 'yes' : `yes, but ${over.join(', ')}`;
}

function timing(batch: number): string {
  return batch === 1 ? 'each' : `by ${String(batch)}`;
}

function us(value: number): string {
  return value.toFixed(value < 1 ? 3 : value < 100 ? 2 : 0);
}
