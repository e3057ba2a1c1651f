// The benchmarks still run: the quick form prints JSON with every result. How fast it is does not matter here.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { finish, node, root } from './lib.mjs';

const expected = 15;
const main = 'benchmarks/dist/main.js';

if (existsSync(join(root, main))) finish(judge(), `${expected} benchmarks ran`);
else finish([`${main} is missing: are the benchmarks compiled?`]);

function judge() {
  const { ok, status, timedOut, stdout, stderr } = node([main, '--quick', '--json'], { capture: true, timeoutMs: 180_000 });
  if (timedOut) return ['the quick benchmarks still ran after 180 s'];
  if (!ok) return [`the benchmarks ended with ${status ?? 'a signal'}\n${stderr}`];
  let printed;
  try {
    printed = JSON.parse(stdout);
  } catch (error) {
    return [`the output is not JSON: ${error.message}`];
  }
  const results = Array.isArray(printed) ? printed : printed?.results;
  if (!Array.isArray(results)) return ['expected a list of results, or an object with "results"'];
  return results.length === expected ? [] : [`expected ${expected} results, got ${results.length}`];
}
