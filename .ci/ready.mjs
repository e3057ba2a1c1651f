// Makes a clone ready to run: the locked packages are installed and everything is compiled.
// Says nothing when there is nothing to do.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { node, npm, readJson, root, seconds, tools } from './lib.mjs';

requireNode(20, 19);
if (!installed()) install();
compile();

function requireNode(major, minor) {
  const [hasMajor, hasMinor] = process.versions.node.split('.').map(Number);
  if (hasMajor > major || (hasMajor === major && hasMinor >= minor)) return;
  stop(`Node ${major}.${minor} or newer is needed, this is ${process.versions.node}: https://nodejs.org`);
}

/** Compares what npm says it installed with the lockfile: names, versions and integrity, not dates. */
function installed() {
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const locked = readJson('package-lock.json').packages;
  const present = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(locked).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = present[path];
    // Packages for other systems are locked but not installed here.
    if (found === undefined) return wanted.optional || wanted.extraneous || wanted.os !== undefined || wanted.peer;
    return found.version === wanted.version && found.integrity === wanted.integrity && existsSync(join(root, path));
  });
}

function install() {
  const start = performance.now();
  console.log('ready: installing the packages of package-lock.json (npm ci)');
  // Development packages are wanted even where NODE_ENV says production.
  if (!npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']).ok) stop('npm ci failed');
  console.log(`ready: installed in ${seconds(start)}`);
}

function compile() {
  const start = performance.now();
  const before = buildDates();
  if (!node([tools.tsc, '-b']).ok) stop('the sources do not compile');
  if (buildDates() !== before) console.log(`ready: compiled in ${seconds(start)}`);
}

function buildDates() {
  const projects = readJson('tsconfig.json').references.map(({ path }) => join(root, path, 'dist/.tsbuildinfo'));
  return projects.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs).join();
}

function stop(message) {
  console.error(`ready: ${message}`);
  process.exit(1);
}
