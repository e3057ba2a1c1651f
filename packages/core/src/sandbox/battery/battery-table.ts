import { attackList } from './attack-list.js';
import type { BatteryLevel, Cell } from './cell.js';

/** One attack across the levels that were tried. */
export interface BatteryRow {
  readonly attack: string;
  readonly title: string;
  readonly tries: string;
  readonly cells: Readonly<Partial<Record<BatteryLevel, Cell>>>;
}

/** Cells as rows, in the order of the attacks. */
export function batteryRows(cells: readonly Cell[]): readonly BatteryRow[] {
  return attackList
    .filter(({ name }) => cells.some(({ attack }) => attack === name))
    .map(({ name, title, tries }) => ({
      attack: name,
      title,
      tries,
      cells: Object.fromEntries(cells.filter(({ attack }) => attack === name).map((cell) => [cell.level, cell])),
    }));
}
