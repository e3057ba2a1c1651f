// The runtime names that each package exports are pinned in .ci/exports: a name that appears or goes is a decision.
//   node .ci/exports.mjs            compares
//   node .ci/exports.mjs --write    pins what is there now; say why in a changeset
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { finish, packageFolders, readJson, root } from './lib.mjs';

const write = process.argv.includes('--write');
const problems = [];
let total = 0;
if (write) mkdirSync(join(root, '.ci/exports'), { recursive: true });

for (const folder of packageFolders()) {
  const pin = `.ci/exports/${folder}.json`;
  const actual = await exportsOf(folder);
  if (actual === undefined) continue;
  total += Object.values(actual).flat().length;
  if (write) writeFileSync(join(root, pin), `${JSON.stringify(actual, null, 2)}\n`);
  else if (!existsSync(join(root, pin))) problems.push(`${folder}: ${pin} is missing; run node .ci/exports.mjs --write`);
  else compare(folder, readJson(pin), actual);
}

async function exportsOf(folder) {
  const names = {};
  for (const [door, target] of Object.entries(readJson(`packages/${folder}/package.json`).exports)) {
    if (typeof target === 'string') continue; // a file, such as ./package.json
    const file = join(root, 'packages', folder, target.default);
    try {
      names[door] = Object.keys(await import(pathToFileURL(file))).sort();
    } catch (error) {
      problems.push(`${folder}: cannot import "${door}": ${error.message.split('\n')[0]}`);
      return undefined;
    }
  }
  return names;
}

function compare(folder, pinned, actual) {
  for (const door of new Set([...Object.keys(pinned), ...Object.keys(actual)])) {
    const [was, is] = [pinned[door] ?? [], actual[door] ?? []];
    const gone = was.filter((name) => !is.includes(name));
    const added = is.filter((name) => !was.includes(name));
    if (gone.length > 0) problems.push(`${folder} "${door}" no longer exports ${gone.join(', ')}`);
    if (added.length > 0) problems.push(`${folder} "${door}" also exports ${added.join(', ')}`);
  }
}

finish(problems, write ? `pinned ${total} exported names` : `${total} exported names are as pinned`);
