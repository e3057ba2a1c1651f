import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.js';
import { summarise } from '../stats.js';
import { scriptTime, withServer } from './server.js';
import { flexible, ours, type Subject } from './subjects.js';

const usage = `usage: node benchmarks/dist/redis-limits/main.js [--quick] [--json]

Limits on a redis-server that is started for it, on a socket, beside rate-limiter-flexible, one after the other in one run.
Each call is taken and settled. "in flight" is how many are asked at a time by one process.
`;

interface Figure {
  readonly name: string;
  readonly inFlight: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly callsPerSecond: number;
  /** Of the server, in scripts, for one call. */
  readonly serverUs: number;
}

const subjects: readonly ((path: string) => Subject)[] = [
  (path) => flexible(path, 1),
  (path) => ours(path, { gcra: 1 }),
  (path) => ours(path, { windows: 1 }),
  (path) => flexible(path, 3),
  (path) => ours(path, { windows: 2, gcra: 1 }),
  (path) => flexible(path, 6),
  (path) => ours(path, { windows: 3, gcra: 3 }),
  (path) => ours(path, { windows: 3, gcra: 3, hasMoney: true }),
  (path) => ours(path, { hasMoney: true }),
];

async function measure(path: string, subject: Subject, inFlight: number, rounds: number, calls: number): Promise<Figure> {
  await inParallel(subject, inFlight, Math.ceil(calls / 4));
  const samples: Float64Array[] = [];
  let bestMs = Number.POSITIVE_INFINITY;
  let serverUs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const before = await scriptTime(path);
    const begun = performance.now();
    samples.push(await inParallel(subject, inFlight, calls));
    bestMs = Math.min(bestMs, performance.now() - begun);
    serverUs = Math.min(serverUs, ((await scriptTime(path)) - before) / calls);
  }
  const { p50_us: p50Us, p99_us: p99Us } = summarise(samples);
  return { name: subject.name, inFlight, p50Us, p99Us, callsPerSecond: Math.round((1_000 * calls) / bestMs), serverUs };
}

async function inParallel(subject: Subject, inFlight: number, calls: number): Promise<Float64Array> {
  const samples = new Float64Array(calls);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < calls) {
      const at = next;
      next += 1;
      const begun = performance.now();
      await subject.ask();
      samples[at] = (performance.now() - begun) * 1_000;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return samples;
}

async function main(args: readonly string[]): Promise<void> {
  const off = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args: [...args], options: { quick: off, json: off, help: off } });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const [rounds, calls] = values.quick ? [1, 300] : [3, 1_000];
  const figures: Figure[] = [];
  for (const make of subjects) {
    // A server for each: what one leaves behind must not slow the next.
    await withServer(async (path) => {
      const subject = make(path);
      for (const inFlight of [1, 64]) figures.push(await measure(path, subject, inFlight, rounds, inFlight === 1 ? calls : 4 * calls));
      await subject.close();
    });
  }
  const machine = describeMachine();
  process.stdout.write(values.json ? `${JSON.stringify({ machine, figures }, null, 2)}\n` : table(machine, figures));
}

function table({ node, cpu, cpus, load }: ReturnType<typeof describeMachine>, figures: readonly Figure[]): string {
  const head = `${''.padEnd(46)}${'in flight'.padStart(10)}${'p50 us'.padStart(10)}${'p99 us'.padStart(10)}${'calls/s'.padStart(12)}${'server us'.padStart(12)}`;
  const lines = figures.map(({ name, inFlight, p50Us, p99Us, callsPerSecond, serverUs }) =>
    [name.padEnd(46), String(inFlight).padStart(10), p50Us.toFixed(0).padStart(10), p99Us.toFixed(0).padStart(10), callsPerSecond.toLocaleString('en').padStart(12), serverUs.toFixed(1).padStart(12)].join(''),
  );
  return `Node ${node}, ${String(cpus)} CPUs: ${cpu}, load ${String(load)}\n\n${head}\n${lines.join('\n')}\n`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
