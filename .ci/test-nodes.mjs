// Runs the tests on every Node line that is supported, with the binaries that npm ships.
//   npm run test:nodes                   20.19, 22 and 24
//   npm run test:nodes -- 22             one line
//   npm run test:nodes -- 22 packages/audit    one line, and what Jest should run
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { node, npm, root, seconds, tools } from './lib.mjs';

const supported = ['20.19', '22', '24'];
const words = process.argv.slice(2);
const named = (line, word) => line === word || line.startsWith(`${word}.`);
const asked = supported.filter((line) => words.some((word) => named(line, word)));
const jestWords = words.filter((word) => !supported.some((line) => named(line, word)));

const system = process.platform === 'win32' ? 'win' : process.platform;
const packageName = `node-${system}-${process.arch}`;

const rows = (asked.length > 0 ? asked : supported).map(testOn);
console.log('\nNode line   version     tests       time');
for (const { line, version, outcome, time } of rows) {
  console.log(`${line.padEnd(12)}${version.padEnd(12)}${outcome.padEnd(12)}${time}`);
}
const count = (outcome) => rows.filter((row) => row.outcome === outcome).length;
console.log(`${count('passed')} passed, ${rows.length - count('passed')} failed`);
process.exitCode = count('passed') === rows.length ? 0 : 1;

function testOn(line) {
  console.log(`\n== Node ${line}`);
  const start = performance.now();
  const binary = fetchNode(line);
  if (binary === undefined) return { line, version: '-', outcome: 'not fetched', time: seconds(start) };
  const version = node(['--version'], { binary, capture: true }).stdout.trim();
  const { ok } = node(['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', tools.jest, ...jestWords], {
    binary,
    // Tests that start `node` by name get this one too.
    env: { PATH: `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}` },
  });
  return { line, version, outcome: ok ? 'passed' : 'FAILED', time: seconds(start) };
}

/** The path of this line's binary, installed on first use; undefined when it cannot be had or does not start. */
function fetchNode(line) {
  const folder = join(root, 'node_modules/.cache/nodes', line);
  const binary = join(folder, 'node_modules', packageName, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    // A manifest of its own keeps npm from taking the repository for the project.
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
    const install = ['install', '--prefix', folder, '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
    npm([...install, `${packageName}@${line}`], { timeoutMs: 300_000 });
  }
  if (existsSync(binary) && node(['--version'], { binary, capture: true }).ok) return binary;
  console.error(`Node ${line} cannot be fetched: npm has no working ${packageName}@${line} for this machine`);
  return undefined;
}
