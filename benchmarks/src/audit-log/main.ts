import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.js';
import type { Figure, Missing, Size } from './figure.js';
import { storeFigures } from './store-figures.js';
import { trailFigures } from './trail-figures.js';
import { treeFigures } from './tree-figures.js';

const thorough: Size = { rounds: 5, entries: 20_480, verified: 200_000, largest: 10_000_000 };
const quick: Size = { rounds: 1, entries: 512, verified: 500, largest: 10_000 };

const usage = `usage: node benchmarks/dist/audit-log/main.js [options]

The log in figures: appending in each durability mode, the tree beside merkletreejs, databases, verification.
Files go to a new folder under TMPDIR: put that on the disk that you mean. POSTGRES_URL names a database to write to.

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
  const size = values.quick ? quick : thorough;
  const folder = mkdtempSync(join(tmpdir(), 'enforcecore-bench-'));
  try {
    const figures = [...(await treeFigures(size)), ...(await trailFigures(folder, size)), ...(await storeFigures(folder, size))];
    const machine = describeMachine();
    process.stdout.write(values.json ? `${JSON.stringify({ machine, size, figures }, null, 2)}\n` : table(machine, figures));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function table({ node, cpu, cpus, load }: ReturnType<typeof describeMachine>, figures: readonly (Figure | Missing)[]): string {
  const lines = figures.map((figure) =>
    'why' in figure
      ? `${figure.name.padEnd(38)}${'not measured'.padStart(14)}  ${figure.why}`
      : [
          figure.name.padEnd(38),
          figure.us.toFixed(2).padStart(14),
          Math.round(1e6 / figure.us).toLocaleString('en').padStart(14),
          (figure.target === null ? '' : `<= ${String(figure.target)}`).padStart(10),
          `  ${figure.about}`,
        ].join(''),
  );
  const head = `${''.padEnd(38)}${'us an entry'.padStart(14)}${'entries/s'.padStart(14)}${'target'.padStart(10)}`;
  return `Node ${node}, ${String(cpus)} CPUs: ${cpu}, load ${String(load)}\n\n${head}\n${lines.join('\n')}\n`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const misused = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${error instanceof Error ? (misused ? error.message : (error.stack ?? error.message)) : String(error)}\n`);
  process.exitCode = misused ? 2 : 1;
});
