// The benchmarks still run: the quick form prints JSON with every result. How fast it is does not matter here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { finish, node, root } from './lib.mjs';

const expected = 15;
const main = 'benchmarks/dist/main.js';

const peers = 'benchmarks/dist/redaction-peers/main.js';
const table = { products: 6, quality: 18, speed: 13 };

if (existsSync(join(root, main))) finish([...judge(), ...judgePeers()], `${expected} benchmarks ran, and redaction beside its peers`);
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
