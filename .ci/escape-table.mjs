// docs/security/escape-battery.md holds what came of every attack at every level, as run.
//   node .ci/escape-table.mjs            runs all of them and compares
//   node .ci/escape-table.mjs --write    runs all of them and writes what came of them
// What came out otherwise is tried once more, alone: a busy machine is no finding.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { finish, readText, root, seconds } from './lib.mjs';

const page = 'docs/security/escape-battery.md';
const nodeLine = '20';
const write = process.argv.includes('--write');
const verbose = write || process.argv.includes('--verbose');
const { batteryLevels, batteryRows, runBattery } = await import(pathToFileURL(join(root, 'packages/core/dist/index.js')));

if (process.versions.node.split('.')[0] !== nodeLine) {
  console.log(`not run: ${page} is about Node ${nodeLine}, and this is ${process.version}`);
  process.exit(0);
}

const start = performance.now();
const cells = await runBattery({ onProgress: tell });
const problems = [];
if (write) writePage();
else await compare();
const count = (result) => cells.filter((cell) => cell.result === result).length;
finish(problems, `${cells.length} cells in ${seconds(start)}: ${count('stopped')} stopped, ${count('not stopped')} not stopped, ${count('cannot be tried')} not to be tried; ${page} says so`);

function tell(cell, done, all) {
  if (verbose) console.error(`${String(done).padStart(4)}/${all}  ${cell.level.padEnd(11)}${cell.attack.padEnd(20)}${cell.result.padEnd(16)}${String(cell.ms).padStart(6)} ms  ${cell.reason}`);
}

function writePage() {
  for (const cell of cells) if (cell.level === 'bare' && cell.result === 'stopped') problems.push(`${cell.attack} does nothing without a wall, so it says nothing behind one`);
  const text = readText(page).replace(/(<!-- table -->\n)[\s\S]*?(<!-- end of table -->)/, (_, before, after) => `${before}\n${table(cells)}\n${after}`);
  writeFileSync(join(root, page), text);
}

async function compare() {
  const known = pageCells();
  for (const cell of cells) {
    const was = known.get(`${cell.attack} ${cell.level}`);
    if (was === word(cell)) continue;
    // No wall of this level here, such as bubblewrap on a machine without it: nothing was learned.
    if (cell.result === 'cannot be tried' && cell.level !== 'bare') {
      console.error(`  not tried here: ${cell.attack} at ${cell.level}: ${cell.reason}`);
      continue;
    }
    const [again] = await runBattery({ levels: [cell.level], attacks: [cell.attack] });
    if (was !== word(again)) problems.push(`${cell.attack} at ${cell.level}: the page says "${was ?? 'nothing'}", now it is "${word(again)}" (${again.reason}); see whether that is right, then run node .ci/escape-table.mjs --write`);
  }
}

/** What the page says, by attack and level: the first column names the attack. */
function pageCells() {
  const rows = readText(page).split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows.flatMap((row) => {
      const [name, ...words] = row.split('|').slice(1, -1).map((part) => part.trim());
      return words.slice(1).map((each, i) => [`${name.replaceAll('`', '')} ${batteryLevels[i]}`, each.replaceAll('*', '')]);
    }),
  );
}

function table(cells) {
  const head = ['attack', 'what it tries', ...batteryLevels];
  const rows = batteryRows(cells).map((row) => [
    `\`${row.attack}\``,
    row.tries.replaceAll('|', '\\|'),
    ...batteryLevels.map((level) => (word(row.cells[level]) === 'not stopped' ? '**not stopped**' : word(row.cells[level]))),
  ]);
  return `${[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

function word(cell) {
  return cell === undefined || cell.result === 'cannot be tried' ? '–' : cell.result;
}
