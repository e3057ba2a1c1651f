import type { Gate } from '../shared/gate.js';

/** What a tool of the AI SDK is, as far as it is known by what runs it: a copy with another description is the same tool. */
interface Runs {
  readonly execute?: unknown;
}

/** By which gate a function is enforced; `undefined` for those that enforce themselves, as decorated methods do. */
const enforcedBy = new WeakMap<object, Gate | undefined>();

export function noteEnforced<T extends Runs>(tool: T, gate: Gate | undefined): T {
  if (typeof tool.execute === 'function') enforcedBy.set(tool.execute, gate);
  return tool;
}

export function wasEnforced({ execute }: Runs): boolean {
  return typeof execute === 'function' && enforcedBy.has(execute);
}

export function gateOf({ execute }: Runs): Gate | undefined {
  return typeof execute === 'function' ? enforcedBy.get(execute) : undefined;
}
