import type { Walk } from '../pipeline/walk.js';
import type { KillSwitch } from './kill-switch.js';
import type { Tripwire } from './tripwire.js';

/** Trips the switch when blocked calls break one of their policy's rules for it. */
export class RuleTripwire implements Tripwire {
  readonly killSwitch: KillSwitch;

  constructor(killSwitch: KillSwitch) {
    this.killSwitch = killSwitch;
  }

  saw(_walk: Walk): void {
    throw new Error('not built yet');
  }
}
