import { it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { runCli } from '../io.test.kit.js';
it('x', async () => {
  let out = '';
  for (const argv of JSON.parse(readFileSync('/tmp/clirun/argv.json', 'utf8')) as string[][]) {
    const started = performance.now();
    const r = await runCli(argv, { env: { DEBUG: '1' } });
    out += `$ ${argv.join(' ')}\n${r.out}${r.err}=> ${String(r.code)} (${(performance.now() - started).toFixed(0)} ms)\n`;
  }
  writeFileSync('/tmp/clirun/out.txt', out);
});
