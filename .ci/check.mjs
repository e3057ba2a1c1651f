// Everything that must hold before a change is merged, cheapest first; stops at the first failure.
//   npm run check                        everything
//   npm run check -- lint tests          only these
//   npm run check -- --keep-going        all of them, failures or not
import { node, npm, seconds, tools } from './lib.mjs';

const minutes = 60_000;

const checks = {
  files: () => node(['.ci/files.mjs']),
  build: () => node([tools.tsc, '-b']),
  dependencies: () =>
    node([tools.depcruise, '--config', '.ci/dependencies.mjs', '--output-type', 'err-long', 'packages', 'samples', 'benchmarks']),
  exports: () => node(['.ci/exports.mjs']),
  policy: () => node(['.ci/policy.mjs']),
  page: () => node(['.ci/verify-page.mjs']),
  packages: () => node(['.ci/packages.mjs']),
  snippets: () => node(['.ci/snippets.mjs']),
  lint: () => node([tools.eslint, '.', '--max-warnings', '0'], { timeoutMs: 10 * minutes }),
  samples: () => node(['.ci/samples.mjs']),
  benchmarks: () => node(['.ci/benchmarks.mjs']),
  soak: () => node(['--expose-gc', 'benchmarks/dist/soak/main.js', '--calls', '40000'], { timeoutMs: 5 * minutes }),
  kills: () => {
    const first = kill('process', 700);
    return first.ok ? kill('power', 300) : first;
  },
  escapes: () => node(['.ci/escape-table.mjs'], { timeoutMs: 10 * minutes }),
  long: () => node(['.ci/test-long.mjs'], { timeoutMs: 20 * minutes }),
  tests: () => npm(['test'], { timeoutMs: 20 * minutes }),
};

/** Processes with three writers each, killed at random moments: what was acknowledged must be in the trail, once. */
function kill(mode, processes) {
  return node(['packages/audit/test/crash/run.mjs', '--mode', mode, '--rounds', String(processes), '--threads', '3'], { timeoutMs: 10 * minutes });
}

const words = process.argv.slice(2);
const keepGoing = words.includes('--keep-going');
const wanted = words.filter((word) => word !== '--keep-going');
const unknown = wanted.filter((name) => !Object.hasOwn(checks, name));
if (unknown.length > 0) {
  console.error(`no such check: ${unknown.join(', ')}; there are ${Object.keys(checks).join(', ')}`);
  process.exit(2);
}

const results = [];
for (const [name, check] of Object.entries(checks)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  if (!keepGoing && results.some(({ outcome }) => outcome === 'FAILED')) {
    results.push({ name, outcome: 'not run', time: '' });
    continue;
  }
  console.log(`\n== ${name}`);
  const start = performance.now();
  const { ok, timedOut } = check();
  if (timedOut) console.error('  took too long and was stopped');
  results.push({ name, outcome: ok ? 'passed' : 'FAILED', time: seconds(start) });
}

const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
console.log('\n== summary');
for (const { name, outcome, time } of results) console.log(`  ${name.padEnd(14)}${outcome.padEnd(9)}${time.padStart(8)}`);
console.log(`${count('passed')} passed, ${count('FAILED')} failed`);
process.exitCode = count('FAILED') > 0 ? 1 : 0;
