import { token } from '../../container/token.js';
import type { Walk } from '../../pipeline/walk.js';

/** Watches blocked calls for the rules that trip the kill switch. */
export interface Tripwire {
  saw(walk: Walk): void;
}

export const Tripwire = token<Tripwire>('Tripwire');
