import type { RegisteredTool } from '@modelcontextprotocol/server';
import { isDeepStrictEqual } from 'node:util';

/** Requests whose tool was reached: their entry is the tool's. */
const reached = new WeakSet<object>();

export function markReached(context: object): void {
  reached.add(context);
}

export function wasReached(context: object): boolean {
  return reached.has(context);
}

interface EnforcedRequest {
  readonly tool: string;
  readonly input: unknown;
}

/** Requests that are enforced as a whole, by the context that their handler gets. */
const requests = new WeakMap<object, EnforcedRequest>();

export function markRequest(context: object, request: EnforcedRequest): void {
  requests.set(context, request);
}

export function isEnforcedRequest(context: object): boolean {
  return requests.has(context);
}

/** Whether a call inside of an enforced request is that very call: the same tool with the arguments that were judged. */
export function isSameCall(context: object, tool: string, input: unknown): boolean {
  const request = requests.get(context);
  return request?.tool === tool && isDeepStrictEqual({ ...(request.input as object) }, { ...(input as object) }); // arguments are objects, or none
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
