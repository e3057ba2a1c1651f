// Runs every compiled sample from the repository's root; a sample that ends with anything but 0 fails.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { finish, node, root, seconds } from './lib.mjs';

const limitMs = 60_000;
const compiled = join(root, 'samples/dist');
const problems = [];

const names = (existsSync(compiled) ? readdirSync(compiled) : []).filter((name) => existsSync(join(compiled, name, 'main.js')));
if (names.length === 0) problems.push('there is no samples/dist/*/main.js: are the samples compiled?');

for (const name of names) {
  const start = performance.now();
  const { ok, status, timedOut, stdout, stderr } = node([`samples/dist/${name}/main.js`], { capture: true, timeoutMs: limitMs });
  console.log(`  ${name.padEnd(24)}${ok ? 'ok' : 'FAILED'}  ${seconds(start)}`);
  if (ok) continue;
  const why = timedOut ? `still ran after ${limitMs / 1000} s` : `ended with ${status ?? 'a signal'}`;
  problems.push(`${name} ${why}\n${stdout}${stderr}`);
}

finish(problems, `${names.length} samples ran`);
