// packages/audit/verify.html is bundled from packages/audit/src/page/app: one file that checks a trail in a browser, offline.
//   node .ci/verify-page.mjs            compares
//   node .ci/verify-page.mjs --write    writes what the sources give now
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { finish, readText, root } from './lib.mjs';

const page = 'packages/audit/verify.html';
const app = 'packages/audit/src/page/app';

const { outputFiles, metafile } = await build({
  absWorkingDir: root,
  entryPoints: [`${app}/main.ts`],
  bundle: true,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  charset: 'utf8',
  // Not minified: an auditor may read what judges.
  minify: false,
  conditions: ['@enforcecore/source'],
  metafile: true,
  write: false,
  logLevel: 'silent',
});
const script = `\n${outputFiles[0].text}`;
const style = `\n${readText(`${app}/page.css`)}`;

const problems = Object.keys(metafile.inputs)
  .filter((file) => !file.startsWith('packages/audit/src/'))
  .map((file) => `${page} would hold ${file}: only this package's own code may be in it`);
if (/<\/script|<!--/i.test(script)) problems.push(`${page}: its script holds what ends a script in HTML`);

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(script)}`,
  `style-src ${hashOf(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
const parts = { policy, style, script };
const wanted = readText(`${app}/page.html`).replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);

const write = process.argv.includes('--write');
if (write && problems.length === 0) writeFileSync(join(root, page), wanted);
else if (readOrNothing(page) !== wanted) problems.push(`${page} is not what its sources give; run node .ci/verify-page.mjs --write`);
finish(problems, `${page} is what its sources give`);

function readOrNothing(path) {
  try {
    return readText(path);
  } catch {
    return undefined;
  }
}
