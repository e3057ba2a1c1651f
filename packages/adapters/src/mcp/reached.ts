import type { RegisteredTool } from '@modelcontextprotocol/server';

/** Requests whose tool was reached: their entry is the tool's. */
const reached = new WeakSet<object>();

export function markReached(context: object): void {
  reached.add(context);
}

export function wasReached(context: object): boolean {
  return reached.has(context);
}

/** Handlers that make an enforced call themselves, and would make two if they were enforced again. */
const selfEnforced = new WeakSet<object>();

export function markSelfEnforced<T extends object>(handler: T): T {
  selfEnforced.add(handler);
  return handler;
}

export function isSelfEnforced(tool: RegisteredTool): boolean {
  return selfEnforced.has(tool.handler);
}
