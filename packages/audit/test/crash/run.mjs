// Kills writers with SIGKILL at random moments and holds the trail against what they were promised: see --help.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { readTrail } from '../../dist/trail/load-trail.js';
import { openTrail } from '../../dist/trail/trail.js';
import { verifyTrail } from '../../dist/verify/verify-trail.js';

/** Processes killed on one trail before it is judged and a new one begun. */
const WAVE = 24;
const LONGEST_LIFE = 60;
const LONGEST_WAIT_MS = 2;

const HELP = `node packages/audit/test/crash/run.mjs [options]

Kills writers with SIGKILL at random moments and holds the trail against what they were promised.
Needs a build: npx tsc -b packages/audit. Prints one line of JSON; exits with 1 if a promise was broken.

  --rounds N    processes to kill (3000)
  --threads T   writers in each, all killed with it (1)
  --writers W   processes that run at the same time (4)
  --mode M      process, power or buffered (process)
  --seed S      where the random numbers begin (the time)
  --keep        leave the trails of which a promise was broken

npm test runs a few rounds of it; AUDIT_TEST_LONGER=20 runs twenty times as many, and the long form of all tests that
kill, crash or fail at a chosen moment. TMPDIR=/dev/shm keeps the trails in memory.`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    writers: { type: 'string', default: '4' },
    threads: { type: 'string', default: '1' },
    mode: { type: 'string', default: 'process' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
  process.exit();
}

let state = Number(values.seed) >>> 0;
function chance() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const settings = {
  durability: values.mode,
  rotateBytes: 12_000,
  checkpointEntries: 5,
  compress: true,
};

/** One life: from the start of a process to its violent end. */
async function live(writer, path, promised) {
  const child = spawn(process.execPath, [writer, path, JSON.stringify(settings), values.threads], { stdio: ['ignore', 'pipe', 'inherit'] });
  // In promises and not in time, so that a busy machine does not only kill the unborn.
  const life = Math.floor(chance() * LONGEST_LIFE);
  const waitMs = chance() * LONGEST_WAIT_MS;
  let heard = 0;
  let rest = '';
  let timer;
  child.stdout.on('data', (bytes) => {
    const lines = (rest + bytes).split('\n');
    rest = lines.pop();
    heard += lines.length;
    if (heard >= life) timer ??= setTimeout(() => child.kill('SIGKILL'), waitMs);
    for (const line of lines) promised[line[0]].push(line.slice(2));
  });
  await new Promise((resolve) => { child.once('close', resolve); });
  clearTimeout(timer);
}

async function judge(path, { B: begun, A: ended, W: warnings, E: errors }) {
  const faults = [...errors.map((text) => `a writer failed: ${text}`), ...warnings.map((text) => `a writer warned: ${text}`)];
  const trail = openTrail(path, settings);
  const head = trail.head();
  await trail.close();
  const result = await verifyTrail(path, { expectSize: head.size, expectRoot: head.root });
  faults.push(...result.errors.map(({ file, line, code, message }) => `${code} ${file}:${line} ${message}`));
  const outcomes = new Map();
  for (const entry of readTrail(path)) {
    if (entry.kind === 'call') outcomes.set(entry.call_id, [...(outcomes.get(entry.call_id) ?? []), entry.outcome]);
  }
  for (const [id, all] of outcomes) if (all.length > 1) faults.push(`${id} is there ${all.length} times: ${all}`);
  if (values.mode === 'buffered') return faults;
  const isEnded = new Set(ended);
  for (const id of ended) if (outcomes.get(id)?.[0] !== 'ok') faults.push(`${id} was acknowledged and is ${outcomes.get(id) ?? 'lost'}`);
  for (const id of begun) if (!isEnded.has(id) && !outcomes.has(id)) faults.push(`${id} was begun and is lost`);
  return faults;
}

async function wave(writer, kills) {
  const folder = mkdtempSync(join(tmpdir(), 'enforcecore-crash-'));
  const path = join(folder, 'trail.jsonl');
  const promised = { B: [], A: [], W: [], E: [] };
  let left = kills;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      await live(writer, path, promised);
    }
  };
  await Promise.all(Array.from({ length: Number(values.writers) }, lane));
  const faults = await judge(path, promised);
  if (faults.length === 0 || !values.keep) rmSync(folder, { recursive: true });
  else faults.push(`kept in ${folder}`);
  return { faults, acknowledged: promised.A.length };
}

/** In one file it starts twice as fast, which is what a round costs. */
const workshop = mkdtempSync(join(tmpdir(), 'enforcecore-crash-writer-'));
const writer = join(workshop, 'writer.mjs');
await build({
  entryPoints: [fileURLToPath(new URL('./writer.mjs', import.meta.url))],
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: writer,
  logLevel: 'error',
});

const start = performance.now();
let [rounds, acknowledged, failed] = [0, 0, 0];
while (rounds < Number(values.rounds)) {
  const kills = Math.min(WAVE, Number(values.rounds) - rounds);
  const { faults, acknowledged: more } = await wave(writer, kills);
  rounds += kills;
  acknowledged += more;
  failed += faults.length;
  for (const fault of faults.slice(0, 20)) console.error(fault);
}
const seconds = Math.round((performance.now() - start) / 1000);
rmSync(workshop, { recursive: true });
console.log(JSON.stringify({ mode: values.mode, seed: Number(values.seed), writers: Number(values.writers), threads: Number(values.threads), kills: rounds * Number(values.threads), acknowledged, faults: failed, seconds }));
process.exitCode = failed === 0 ? 0 : 1;
