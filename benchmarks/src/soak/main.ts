import {
  CostLedger, createContainer, enforce, Enforcer, EnforceCoreError, KillSwitch, Policy, recordCost, type EnforceContainer, type EnforceOptions,
} from '@enforcecore/core';
import { readTrail, verifyTrail } from '@enforcecore/audit';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { leaks, takeCensus } from './census.js';

const usage = `usage: node --expose-gc benchmarks/dist/soak/main.js [options]

Many enforced calls of many kinds in one process: plain, failing, limited, dear, waiting, streamed, cancelled, too slow,
behind walls, while the kill switch is tripped and reset. Fails if memory grows, if anything is left behind (timers,
listeners, handles, children), if a limit let one call too many or too few through, or if the trail lacks an entry.

  --calls N  how many (default 1000000)
  --help     print this
`;

const policy = {
  name: 'soak',
  rules: {
    denied_tools: ['forbidden'],
    content_rules: { block_patterns: [{ name: 'marked', pattern: 'blue-harvest' }] },
    pii_redaction: { categories: ['email'] },
    rate_limits: { per_tool: { limited: { max_calls: 1_000, window_seconds: 2_000_000 } }, limits: [{ name: 'each', tools: ['limited'], by: ['args.arg0'], max_calls: 100, window_seconds: 2_000_000 }] },
    budgets: [{ name: 'purse', tools: ['dear'], max_usd: 1 }],
    concurrency: { limits: [{ name: 'few', tools: ['waiting'], max_calls: 4 }], max_waiting: 10_000, max_wait_seconds: 600 },
    tools: { netted: { network: { allowed_domains: ['allowed.example'] } } },
  },
} as const;

/** Same calls in every run. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Kind = keyof ReturnType<typeof toolbox>;

/** Out of ten thousand calls. */
const shares: readonly (readonly [Kind, number])[] = [
  ['sync', 3_500], ['quick', 2_900], ['failing', 800], ['limited', 700], ['dear', 600], ['waiting', 500], ['streamed', 300], ['leftStream', 100],
  ['forbidden', 200], ['content', 100], ['cancelled', 100], ['netted', 60], ['recorded', 100], ['slow', 12], ['looping', 6], ['inWorker', 20], ['spinning', 1], ['inProcess', 1],
];

interface Tally {
  mostAtOnce: number;
  atOnce: number;
}

const moved = new URL('./moved.js', import.meta.url).href;

function toolbox(container: EnforceContainer, tally: Tally) {
  const on = (tool: string, options: EnforceOptions = {}): EnforceOptions & { readonly container: EnforceContainer } => ({ tool, container, ...options });
  const sync = enforce((n: number) => n + 1, on('sync'));
  const quick = enforce(async (text: string) => Promise.resolve(`${text} ann@corp.example`), on('quick'));
  const failing = enforce(async () => Promise.reject(new Error('as it happens')), on('failing'));
  const limited = enforce(async (key: number) => Promise.resolve(key), on('limited'));
  const dear = enforce(async () => Promise.resolve(1), on('dear', { cost: { reserve: 0.002, settle: () => 0.001 } }));
  const waiting = enforce(async () => {
    tally.atOnce += 1;
    tally.mostAtOnce = Math.max(tally.mostAtOnce, tally.atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    tally.atOnce -= 1;
  }, on('waiting'));
  const stream = enforce(async function* words() { for (const word of ['one ', 'two ', 'three']) yield await Promise.resolve(word); }, on('streamed'));
  const netted = enforce(async () => { await fetch('http://127.0.0.1:9/').catch(() => undefined); }, on('netted'));
  const slow = enforce(async () => new Promise<void>((resolve) => { setTimeout(resolve, 40); }), on('slow', { timeoutMs: 4 }));
  const looping = enforce(() => { for (;;); }, on('looping', { timeoutMs: 3 }));
  const inWorker = enforce(async (n: number) => Promise.resolve(n), on('in_worker', { sandbox: { level: 'worker', module: moved, export: 'double' } }));
  const spinning = enforce(async () => Promise.resolve(), on('spinning', { timeoutMs: 30, sandbox: { level: 'worker', module: moved, export: 'spin' } }));
  const inProcess = enforce(async (n: number) => Promise.resolve(n), on('in_process', { sandbox: { level: 'process', module: moved, export: 'double' } }));
  const enforcer = new Enforcer(undefined, { container });
  return {
    sync: async (i: number) => Promise.resolve(sync(i)),
    quick: async (i: number) => quick(`text ${String(i)}`),
    failing: async () => failing(),
    limited: async (i: number) => limited(i % 20),
    dear: async () => dear(),
    waiting: async () => waiting(),
    streamed: async () => { for await (const word of stream()) if (word === '') return; },
    leftStream: async () => { for await (const word of stream()) if (word !== '') return; },
    forbidden: async () => enforcer.run(async () => Promise.resolve(), { tool: 'forbidden' }),
    content: async () => quick('project blue-harvest'),
    cancelled: async () => {
      const abort = new AbortController();
      const call = enforcer.run(async () => new Promise<void>((resolve) => { setImmediate(resolve); }), { tool: 'cancelled', signal: abort.signal });
      abort.abort();
      await call;
    },
    netted: async () => netted(),
    recorded: async () => enforcer.run(async () => { recordCost(0.000_001); return Promise.resolve(); }, { tool: 'recorded' }),
    slow: async () => slow(),
    looping: async () => Promise.resolve().then(() => { looping(); }),
    inWorker: async (i: number) => inWorker(i),
    spinning: async () => spinning(),
    inProcess: async (i: number) => inProcess(i),
  };
}

const counts = new Map<string, number>();
const count = (key: string): void => { counts.set(key, (counts.get(key) ?? 0) + 1); };

async function soak(calls: number, folder: string): Promise<readonly string[]> {
  const container = createContainer({ policy: Policy.from(policy), settings: { auditPath: folder, auditDurability: 'buffered' }, environment: {} });
  const tally: Tally = { mostAtOnce: 0, atOnce: 0 };
  const tools = toolbox(container, tally);
  const draw = picker(mulberry(6));
  const killSwitch = container.get(KillSwitch);
  const call = async (i: number): Promise<void> => {
    const kind = draw();
    try {
      await tools[kind](i);
      count(`${kind} ok`);
    } catch (error) {
      count(`${kind} ${EnforceCoreError.is(error) ? error.code : 'tool error'}`);
    }
  };
  const warmUp = Math.min(Math.floor(calls / 5), 100_000);
  let before = await takeCensus();
  let extra = 0;
  const start = performance.now();
  for (let done = 0; done < calls; done += 100) {
    await Promise.all(Array.from({ length: Math.min(100, calls - done) }, (_, i) => call(done + i)));
    if (done % 50_000 === 25_000) {
      killSwitch.trip('a look at what happens', { scope: { of: 'tool', name: 'sync' } });
      const [, refused] = await Promise.all([tools.quick(done), tools.sync(done).then(() => 'ran', () => 'refused')]);
      count(`while tripped ${refused}`);
      killSwitch.reset({ scope: { of: 'tool', name: 'sync' } });
      extra += 2;
    }
    if (done === warmUp) before = await takeCensus();
    if (done % 50_000 === 0) progress(done, calls, start);
  }
  const seconds = (performance.now() - start) / 1_000;
  await new Promise((resolve) => setTimeout(resolve, 200));
  const after = await takeCensus();
  const problems = [...leaks(before, after, 12), ...exactness(container, tally, calls + extra)];
  await container.close();
  const closed = await takeCensus();
  for (const [kind, number] of Object.entries(closed.resources)) {
    if (/Process|Worker|Timeout|MessagePort/.test(kind)) problems.push(`after closing: ${String(number)} ${kind}`);
  }
  const written = await entries(join(folder, 'trail.jsonl'));
  if (written.calls !== calls + extra) problems.push(`the trail has ${String(written.calls)} calls of ${String(calls + extra)}`);
  if (!written.isValid) problems.push('the trail is not valid');
  process.stdout.write(`${String(calls)} calls in ${seconds.toFixed(0)} s (${(calls / seconds).toFixed(0)}/s); heap ${before.heapMb.toFixed(1)} -> ${after.heapMb.toFixed(1)} MB, rss ${before.rssMb.toFixed(0)} -> ${after.rssMb.toFixed(0)} MB\n`);
  process.stdout.write(`held: ${JSON.stringify(before.resources)} -> ${JSON.stringify(after.resources)} -> closed ${JSON.stringify(closed.resources)}\n`);
  for (const [key, number] of [...counts].sort()) process.stdout.write(`  ${key.padEnd(32)}${String(number)}\n`);
  return problems;
}

/** What was let through must be what the limits say, to the call. */
function exactness(container: EnforceContainer, tally: Tally, calls: number): string[] {
  const problems: string[] = [];
  const must = (what: string, is: number, right: number): void => { if (is !== right) problems.push(`${what}: ${String(is)} instead of ${String(right)}`); };
  const all = (kind: string): number => [...counts].filter(([key]) => key.startsWith(`${kind} `)).reduce((sum, [, number]) => sum + number, 0);
  const got = (key: string): number => counts.get(key) ?? 0;
  must('calls of "limited" let through', got('limited ok'), Math.min(all('limited'), 1_000));
  must('calls of "dear" let through', got('dear ok'), Math.min(all('dear'), 999));
  if (tally.mostAtOnce > 4) problems.push(`"waiting" ran ${String(tally.mostAtOnce)} at once instead of 4`);
  must('calls of "waiting" that ran', got('waiting ok'), all('waiting'));
  must('forbidden calls that were refused', got('forbidden TOOL_DENIED'), all('forbidden'));
  must('content that was refused', got('content CONTENT_VIOLATION'), all('content'));
  must('slow calls that were left', got('slow TIMEOUT'), all('slow'));
  must('loops that were stopped', got('looping TIMEOUT'), all('looping'));
  must('loops in workers that were stopped', got('spinning TIMEOUT'), all('spinning'));
  must('calls in workers that ran', got('inWorker ok'), all('inWorker'));
  must('calls in processes that ran', got('inProcess ok'), all('inProcess'));
  must('calls let through a tripped switch', got('while tripped ran'), 0);
  must('micro-dollars recorded', Math.round(container.get(CostLedger).spentUsd('container') * 1e6), got('dear ok') * 1_000 + got('recorded ok'));
  must('calls', [...counts].filter(([key]) => !key.startsWith('while')).reduce((sum, [, number]) => sum + number, 0) + 2 * got('while tripped refused'), calls);
  return problems;
}

async function entries(path: string): Promise<{ readonly calls: number; readonly isValid: boolean }> {
  const { valid } = await verifyTrail(path);
  let calls = 0;
  for (const entry of readTrail(path)) if (entry.kind === 'call') calls += 1;
  return { calls, isValid: valid };
}

function picker(random: () => number): () => Kind {
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  return () => {
    let at = random() * sum;
    for (const [kind, share] of shares) {
      at -= share;
      if (at < 0) return kind;
    }
    return 'sync';
  };
}

function progress(done: number, calls: number, start: number): void {
  const { heapUsed, rss } = process.memoryUsage();
  process.stderr.write(`  ${String(done)} of ${String(calls)}, ${((performance.now() - start) / 1_000).toFixed(0)} s, heap ${(heapUsed / 1e6).toFixed(0)} MB, rss ${(rss / 1e6).toFixed(0)} MB\n`);
}

async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { calls: { type: 'string', default: '1000000' }, help: { type: 'boolean', default: false } } });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'enforcecore-soak-'));
  try {
    const problems = await soak(Number(values.calls), folder);
    for (const problem of problems) process.stdout.write(`FAILED ${problem}\n`);
    process.stdout.write(problems.length === 0 ? 'nothing was left behind, and every limit was exact\n' : `${String(problems.length)} problems\n`);
    process.exitCode = problems.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
