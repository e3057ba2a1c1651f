import type { LimitStore } from '../guard/limits/limit-store.js';
import type { Law } from './law.js';
import { budgetLaws } from './limit-laws/budget-laws.js';
import { rateLaws } from './limit-laws/rate-laws.js';
import { slotLaws } from './limit-laws/slot-laws.js';
import { togetherLaws } from './limit-laws/together-laws.js';

export interface LimitStoreLawOptions {
  /** Turns the store's own clock on by milliseconds. Without it the laws wait in real time, in steps of some tens of milliseconds. */
  readonly advance?: (ms: number) => Promise<void> | void;
}

/** What the guard expects of a LimitStore, in one process or shared. Every law asks for a store, and uses keys of its own. */
export function limitStoreLaws(make: () => LimitStore | Promise<LimitStore>, options: LimitStoreLawOptions = {}): readonly Law[] {
  return [...rateLaws(make, options), ...budgetLaws(make, options), ...slotLaws(make, options), ...togetherLaws(make, options)];
}
