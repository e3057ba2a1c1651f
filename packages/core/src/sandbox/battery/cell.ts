import type { SandboxLevel } from '../level.js';

/** `bare` is the tool called without EnforceCore: what shows that an attack is one. */
export type BatteryLevel = 'bare' | SandboxLevel | 'quickjs';

export const batteryLevels: readonly BatteryLevel[] = ['bare', 'inline', 'worker', 'process', 'bubblewrap', 'quickjs'];

/** How one attack ended at one level. */
export interface Cell {
  readonly level: BatteryLevel;
  readonly attack: string;
  readonly result: 'stopped' | 'not stopped' | 'cannot be tried';
  /** What was seen, or why it cannot be tried. Words of ours. */
  readonly reason: string;
  readonly ms: number;
}
