import { parseArgs } from 'node:util';
import type { Plan } from '../harness.js';
import { describeMachine } from '../machine.js';
import { asJson, asTable } from './peers-report.js';
import { allProducts } from './products.js';
import { measureQuality } from './quality.js';
import { measureSpeed } from './speed.js';

const thorough: Plan = { warmups: 2, rounds: 7, samples: 3_000, sliceMs: 100 };
const quick: Plan = { warmups: 1, rounds: 1, samples: 200, sliceMs: 10 };
/** Of how many texts the smoke test takes one. */
const quickStep = 60;

const usage = `usage: node benchmarks/dist/redaction-peers/main.js [options]

Redaction side by side: EnforceCore and other libraries, hits, false alarms and speed, in one run.

  --quick  a smoke test of a few seconds; its figures mean little
  --json   print one JSON document and nothing else
  --help   print this
`;

async function main(args: readonly string[]): Promise<void> {
  const off = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ args: [...args], options: { quick: off, json: off, help: off } });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const plan = values.quick ? quick : thorough;
  const machine = describeMachine();
  const products = await allProducts();
  const quality = await measureQuality(products, values.quick ? quickStep : 1, progress);
  const speeds = await measureSpeed(products, plan, progress);
  progress('');
  const report = { machine, plan, products, quality, speeds };
  process.stdout.write(values.json ? `${asJson(report)}\n` : asTable(report));
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const misused = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${error instanceof Error ? (misused ? error.message : (error.stack ?? error.message)) : String(error)}\n`);
  process.exitCode = misused ? 2 : 1;
});
