// No secrets, no paths of somebody's machine, no registry in the lockfile, and a lockfile that `npm ci` accepts.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { finish, projectFiles, readJson, readText, root } from './lib.mjs';

const problems = [];

/** Made-up homes that examples and attack tests may name. */
const homes = '(?:user|users|me|you|ann|alice|bob|eve|mallory|agent|app|node|runner|someone|example|x)';

const everywhere = [
  ['a path of a machine', /(?<![\w.])\/(?:work|root)\/(?!\.(?:ssh|aws|bashrc|bash_history|config)\b)[\w.-]+/],
  ['a home folder', new RegExp(String.raw`(?<![\w.])\/(?:home|Users)\/(?!${homes}\b)\w+`)],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n(?:[A-Za-z0-9+/=]{60,}\r?\n){4}/],
  ['an npm token', /_authToken\s*=\s*\S+|\bnpm_[A-Za-z0-9]{36}\b/],
];
/** Tests of the detectors hold made-up tokens; nothing else may. */
const outsideTests = [
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}/],
  ['an AWS key', /\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z2-7]{16}\b/],
  ['a TODO without an issue number', /\b(?:TODO|FIXME)\b(?! ?\(?#\d+)(?=[:(\s])/],
];
const isTest = (path) => /\.test\.|\/test\/|\/testing\//.test(path);
const isText = (path) => !/\.(?:png|jpe?g|gif|ico|svg|woff2?|sqlite|gz|tgz)$/.test(path) && path !== 'package-lock.json';

const files = projectFiles().filter((path) => isText(path) && statSync(join(root, path)).isFile());
for (const path of files) {
  const text = readText(path);
  const rules = isTest(path) || path.startsWith('.ci/') || path.endsWith('.md') ? everywhere : [...everywhere, ...outsideTests];
  for (const [what, pattern] of rules) {
    const found = pattern.exec(text);
    if (found !== null) problems.push(`${path}:${text.slice(0, found.index).split('\n').length} holds ${what}`);
  }
}

const locked = readJson('package-lock.json').packages;
const lockedNames = new Set(Object.keys(locked).map((path) => path.split('node_modules/').at(-1)));
for (const [path, entry] of Object.entries(locked)) {
  if (/^[a-z+]+:/.test(entry.resolved ?? '')) problems.push(`package-lock.json names a host for ${path}; .npmrc leaves it out, run npm install`);
  if (path.includes('node_modules/') && !entry.link && !entry.integrity) problems.push(`package-lock.json has no integrity for ${path}`);
  if (!path.includes('node_modules/')) compareManifest(path, entry);
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    // npm drops what the registry does not have, and then npm ci refuses the lockfile: lock a version that is complete.
    if (!lockedNames.has(name)) problems.push(`package-lock.json lacks ${name}, which ${path} wants on some systems`);
  }
}

/** `npm ci` refuses when a manifest asks for something else than the lockfile was made from. */
function compareManifest(folder, entry) {
  const file = folder === '' ? 'package.json' : `${folder}/package.json`;
  if (!existsSync(join(root, file))) return;
  const manifest = readJson(file);
  for (const kind of ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']) {
    const [asked, known] = [manifest[kind] ?? {}, entry[kind] ?? {}];
    for (const name of new Set([...Object.keys(asked), ...Object.keys(known)])) {
      if (asked[name] !== known[name]) problems.push(`${file}: ${kind}.${name} differs from package-lock.json; run npm install`);
    }
  }
}

finish(problems, `${files.length} files are clean, the lockfile fits the manifests`);
