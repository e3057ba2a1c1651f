import { readArguments, usage, UsageError, type Choice } from './arguments.js';
import { measureAlsCost } from './extended/als-cost.js';
import { measure, type Measured } from './harness.js';
import { describeMachine, machineRow } from './machine.js';
import { asJson, asTable, type Report } from './report.js';
import { bareRow } from './rows/enforcer-rows.js';
import type { Stats } from './stats.js';

/** Measures what was asked for; figures go to standard output, everything else to standard error. */
async function main(args: readonly string[]): Promise<void> {
  const choice = readArguments(args);
  if (choice.help) {
    process.stdout.write(usage);
    return;
  }
  const report = await run(choice);
  process.stdout.write(choice.json ? `${asJson(report)}\n` : asTable(report));
}

async function run({ standard, further, extended, plan }: Choice): Promise<Report> {
  const als = extended ? measureAlsCost() : undefined;
  const machine = describeMachine();
  const measured = await measure([machineRow, bareRow, ...standard, ...further], plan, progress);
  progress('');
  const [lcg, bare, ...rest] = measured;
  return {
    machine,
    plan,
    lcg: statsOf(lcg),
    bare: statsOf(bare),
    standard: rest.slice(0, standard.length),
    further: rest.slice(standard.length),
    als,
  };
}

function statsOf(measured: Measured | undefined): Stats {
  if (measured === undefined) throw new Error('nothing was measured');
  return measured.stats;
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const misused = error instanceof UsageError;
  const told = error instanceof Error && !misused ? (error.stack ?? error.message) : String(misused ? error.message : error);
  process.stderr.write(`${told}\n`);
  process.exitCode = misused ? 2 : 1;
});
