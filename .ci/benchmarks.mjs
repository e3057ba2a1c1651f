// The benchmarks still run: the quick form prints JSON with every result. How fast it is does not matter here.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { finish, node, root } from './lib.mjs';

const expected = 15;
const main = 'benchmarks/dist/main.js';

const peers = 'benchmarks/dist/redaction-peers/main.js';
const table = { products: 6, quality: 18, speed: 13 };

const log = 'benchmarks/dist/audit-log/main.js';
const figures = 13;

/** Starts a server of its own, and needs its program. */
const shared = 'benchmarks/dist/redis-limits/main.js';

if (existsSync(join(root, main))) finish([...judge(), ...judgePeers(), ...judgeLog(), ...judgeShared()], `${expected} benchmarks ran, redaction beside its peers, the log, and shared limits`);
else finish([`${main} is missing: are the benchmarks compiled?`]);

function judge() {
  const { printed, problems } = run(main);
  if (problems !== undefined) return problems;
  const results = Array.isArray(printed) ? printed : printed?.results;
  if (!Array.isArray(results)) return ['expected a list of results, or an object with "results"'];
  return results.length === expected ? [] : [`expected ${expected} results, got ${results.length}`];
}

function judgePeers() {
  const { printed, problems } = run(peers);
  if (problems !== undefined) return problems;
  return Object.entries(table).flatMap(([part, rows]) => (printed?.[part]?.length === rows ? [] : [`${peers}: expected ${rows} rows of ${part}, got ${printed?.[part]?.length}`]));
}

function judgeLog() {
  const { printed, problems } = run(log);
  if (problems !== undefined) return problems;
  return printed?.figures?.length === figures ? [] : [`${log}: expected ${figures} figures, got ${printed?.figures?.length}`];
}

function judgeShared() {
  if (!isInstalled('redis-server')) {
    console.log(`${shared} was not run: redis-server is not installed (apt-get install redis-server)`);
    return [];
  }
  const { printed, problems } = run(shared);
  if (problems !== undefined) return problems;
  return printed?.figures?.length > 0 ? [] : [`${shared}: printed no figures`];
}

function isInstalled(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function run(file) {
  const { ok, status, timedOut, stdout, stderr } = node([file, '--quick', '--json'], { capture: true, timeoutMs: 180_000 });
  if (timedOut) return { problems: [`${file} still ran after 180 s`] };
  if (!ok) return { problems: [`${file} ended with ${status ?? 'a signal'}\n${stderr}`] };
  try {
    return { printed: JSON.parse(stdout) };
  } catch (error) {
    return { problems: [`the output of ${file} is not JSON: ${error.message}`] };
  }
}
