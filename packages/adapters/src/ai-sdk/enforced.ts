import type { Gate } from '../shared/gate.js';

/** By which gate a tool is enforced; `undefined` for tools that enforce themselves, as decorated classes do. */
const enforcedBy = new WeakMap<object, Gate | undefined>();

export function noteEnforced<T extends object>(tool: T, gate: Gate | undefined): T {
  enforcedBy.set(tool, gate);
  return tool;
}

export function wasEnforced(tool: object): boolean {
  return enforcedBy.has(tool);
}

export function gateOf(tool: object): Gate | undefined {
  return enforcedBy.get(tool);
}
