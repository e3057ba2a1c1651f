// The JSON Schema of policies and the tables of their reference page come from the classes that check policies.
//   node .ci/policy.mjs            compares
//   node .ci/policy.mjs --write    writes what the classes say now
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { finish, root } from './lib.mjs';

const built = (file) => import(pathToFileURL(join(root, 'packages/core/dist/policy/schema', file)));
const { policyJsonSchema } = await built('json-schema.js');
const { policyReference } = await built('reference-page.js');

const page = 'docs/reference/policy.md';
const [begin, end] = ['<!-- keys: written by .ci/policy.mjs -->\n', '<!-- end of keys -->'];
const text = readFileSync(join(root, page), 'utf8');
const from = text.indexOf(begin) + begin.length;
const files = {
  'packages/core/policy.schema.json': `${JSON.stringify(policyJsonSchema(), null, 2)}\n`,
  [page]: `${text.slice(0, from)}\n${policyReference()}\n${text.slice(text.indexOf(end))}`,
};

const write = process.argv.includes('--write');
const problems = [];
for (const [file, wanted] of Object.entries(files)) {
  if (write) writeFileSync(join(root, file), wanted);
  else if (read(file) !== wanted) problems.push(`${file} is not what the classes say; run node .ci/policy.mjs --write`);
}
finish(problems, `${Object.keys(files).length} files as the classes say`);

function read(file) {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}
