// What the scripts beside this file share.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export const readText = (path) => readFileSync(join(root, path), 'utf8');
export const readJson = (path) => JSON.parse(readText(path));

/** The tools' own JavaScript, run with this Node: `.bin` links are shell scripts on Windows. */
export const tools = {
  tsc: 'node_modules/@typescript/native/bin/tsc',
  eslint: 'node_modules/eslint/bin/eslint.js',
  depcruise: 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
  publint: 'node_modules/publint/src/cli.js',
  jest: 'node_modules/jest/bin/jest.js',
};

/** Runs Node from the repository's root with no input. Output goes to the terminal unless `capture` is set. */
export function node(args, { binary = process.execPath, capture = false, timeoutMs, env = {} } = {}) {
  return run(binary, args, { capture, timeoutMs, env });
}

/** Runs npm: the one that runs this script if there is one, else the one on PATH. */
export function npm(args, options = {}) {
  const running = process.env.npm_execpath ?? '';
  if (basename(running).startsWith('npm-cli')) return node([running, ...args], options);
  return run('npm', args, { ...options, shell: process.platform === 'win32' });
}

function run(command, args, { capture = false, timeoutMs, env = {}, shell = false }) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    shell,
  });
  const timedOut = result.error?.code === 'ETIMEDOUT';
  if (result.error !== undefined && !timedOut) console.error(`${command}: ${result.error.message}`);
  return { ok: result.status === 0, status: result.status, timedOut, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
}

/** Every file that is or would be tracked, as paths from the root with `/`. Without git: all but what is generated. */
export function projectFiles() {
  const git = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (git.status === 0) {
    const deleted = spawnSync('git', ['ls-files', '-dz'], { cwd: root, encoding: 'utf8' }).stdout.split('\0');
    return git.stdout.split('\0').filter((path) => path !== '' && !deleted.includes(path));
  }
  return walk('');
}

const generated = new Set(['node_modules', 'dist', 'coverage', '.git', '.demo', 'audit_logs']);

function walk(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (generated.has(entry.name)) return [];
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** The folders of the packages that are published. */
export function packageFolders() {
  return readdirSync(join(root, 'packages'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Prints what is wrong and ends with failure, or prints the summary. */
export function finish(problems, summary) {
  for (const problem of problems) console.error(`  ${problem}`);
  if (problems.length > 0) console.error(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
  else console.log(summary);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

export const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
