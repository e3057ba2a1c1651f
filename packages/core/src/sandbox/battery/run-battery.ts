import { setTimeout as sleep } from 'node:timers/promises';
import { attackList, type Attack } from './attack-list.js';
import { AttackParent } from './attack-parent.js';
import { batteryLevels, type BatteryLevel, type Cell } from './cell.js';
import { judge } from './judge.js';
import { processes } from './process-tree.js';
import { Scene } from './scene.js';

export interface BatteryOptions {
  /** All by default. */
  readonly levels?: readonly BatteryLevel[];
  /** Names of attacks; all by default. */
  readonly attacks?: readonly string[];
  /** Told of each cell when it is known. */
  readonly onProgress?: (cell: Cell, done: number, all: number) => void;
  /** Levels at the same time; 2 by default. */
  readonly parallel?: number;
}

/** Of one call, in seconds: for what would go on for ever, and for what only shows when it has time. */
const callSeconds = { endless: 0.5, other: 15 } as const;

/**
 * Tries every attack at every level, in processes of their own that may be lost, and says which were stopped, as seen from
 * outside; in the order of {@link attackList}, by level. Takes a minute and, for moments, a gigabyte, and leaves nothing
 * behind. Linux only: elsewhere every cell is `cannot be tried`.
 */
export async function runBattery(options: BatteryOptions = {}): Promise<readonly Cell[]> {
  const { levels = batteryLevels, attacks = attackList.map(({ name }) => name), onProgress, parallel = 2 } = options;
  const wanted = attackList.filter(({ name }) => attacks.includes(name));
  const all = wanted.length * levels.length;
  const cells = new Map<BatteryLevel, readonly Cell[]>();
  let done = 0;
  // The strongest take longest, and go first.
  const waiting = batteryLevels.toReversed().filter((level) => levels.includes(level));
  const work = async (): Promise<void> => {
    for (let level = waiting.shift(); level !== undefined; level = waiting.shift()) {
      cells.set(level, await runLevel(level, wanted, (cell) => onProgress?.(cell, (done += 1), all)));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));
  return levels.flatMap((level) => cells.get(level) ?? []);
}

async function runLevel(level: BatteryLevel, attacks: readonly Attack[], onCell: (cell: Cell) => void): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  let parent: AttackParent | undefined;
  try {
    for (const attack of attacks) {
      const start = performance.now();
      const impossible = whyNot(level, attack);
      if (impossible === undefined) parent ??= new AttackParent(level);
      const verdict = parent === undefined || impossible !== undefined ? ({ result: 'cannot be tried', reason: impossible ?? '' } as const) : await tried(parent, attack);
      if (verdict.result === 'not stopped') {
        // What came through may have changed the process: the next attack gets another.
        parent?.end();
        parent = undefined;
      }
      const cell: Cell = { level, attack: attack.name, ...verdict, ms: Math.round(performance.now() - start) };
      cells.push(cell);
      onCell(cell);
    }
  } finally {
    parent?.end();
  }
  return cells;
}

async function tried(parent: AttackParent, attack: Attack): Promise<Pick<Cell, 'result' | 'reason'>> {
  const scene = await Scene.open();
  try {
    const seen = await parent.suffer(attack, attack.isEndless === true ? callSeconds.endless : callSeconds.other, scene);
    // What is on its way to our listeners arrives.
    await sleep(20);
    return judge(attack, seen, scene, parent.secret);
  } finally {
    scene.close();
  }
}

function whyNot(level: BatteryLevel, attack: Attack): string | undefined {
  if (level === 'quickjs' && attack.text === undefined) return 'nothing inside corresponds to it';
  if ((level === 'bare' || level === 'inline') && attack.notInside !== undefined) return attack.notInside;
  return processes().length === 0 ? 'what it does can be watched on Linux only' : undefined;
}
