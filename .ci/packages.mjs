// Each package as npm would publish it: publint has no complaint, and the tarball holds what it should and no more.
import { finish, node, npm, packageFolders, readJson, tools } from './lib.mjs';

const problems = [];
const folders = packageFolders();
const tarballs = pack();

for (const folder of folders) {
  const { stdout, stderr, ok } = node([tools.publint, 'run', '--strict', '--pack', 'false', `packages/${folder}`], { capture: true });
  if (!ok) problems.push(`${folder}: publint says\n${stdout}${stderr}`);

  const files = tarballs.get(nameOf(folder)) ?? [];
  for (const path of files) {
    if (/\.test\.|\.tsbuildinfo$|(?:^|\/)(?:src|test|fixtures)\/|\.env/.test(path)) problems.push(`${folder}: would publish ${path}`);
  }
  for (const needed of ['package.json', 'README.md', 'LICENSE', ...doorsOf(folder)]) {
    if (!files.includes(needed)) problems.push(`${folder}: would publish no ${needed}`);
  }
}

/** The files behind a package's exports. */
function doorsOf(folder) {
  const targets = Object.values(readJson(`packages/${folder}/package.json`).exports);
  return targets.flatMap((target) => (typeof target === 'string' ? [target] : [target.types, target.default])).map((path) => path.replace(/^\.\//, ''));
}

function nameOf(folder) {
  return readJson(`packages/${folder}/package.json`).name;
}

/** The files of each package's tarball, by package name. */
function pack() {
  const chosen = folders.flatMap((folder) => ['--workspace', nameOf(folder)]);
  const { ok, stdout, stderr } = npm(['pack', '--dry-run', '--json', '--ignore-scripts', ...chosen], { capture: true });
  if (!ok) {
    problems.push(`npm pack failed\n${stderr}`);
    return new Map();
  }
  // npm 10 prints a list, npm 11 an object by name.
  return new Map(Object.values(JSON.parse(stdout)).map(({ name, files }) => [name, files.map(({ path }) => path)]));
}

finish(problems, `${folders.length} packages are fit to publish, ${[...tarballs.values()].flat().length} files`);
