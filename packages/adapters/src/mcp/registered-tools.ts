import type { McpServer, RegisteredTool, ServerContext } from '@modelcontextprotocol/server';
import { EnforceCoreError } from '@enforcecore/core';
import type { McpHandler } from './low-level.js';
import type { McpGate } from './mcp-gate.js';
import { isSelfEnforced } from './reached.js';
import { intercept } from './request-intercept.js';
import { refusalResult } from './tool-result.js';

/** How the SDK runs a registered tool: its arguments, checked by the tool's schema, and the request's context. */
type Executor = RegisteredTool['executor'];

/** What McpServer keeps for itself, and 2.4 has. */
export interface Insides {
  readonly _registeredTools: Readonly<Record<string, RegisteredTool>>;
  readonly validateToolOutput: (tool: RegisteredTool, result: unknown, name: string) => Promise<void>;
  setToolRequestHandlers: () => void;
}

/**
 * Enforces the tools of a high-level server at the one place where the SDK runs them, after their arguments were checked.
 * The SDK's own `tools/call` handler gets a front for what never reaches a tool; any other is enforced itself.
 */
export function enforceRegistered(server: McpServer, insides: Insides, gate: McpGate, hasSdks: boolean): void {
  const guarded = new WeakSet<RegisteredTool>();
  const guardAll = (): void => {
    for (const [name, tool] of Object.entries(insides._registeredTools)) {
      if (guarded.has(tool) || isSelfEnforced(tool)) continue;
      guarded.add(tool);
      guardTool(tool, () => nameOf(tool, insides, name), gate, insides);
    }
  };
  // Read again at each call: whichever way a tool came in, it is enforced before it runs.
  const front = (handler: McpHandler): McpHandler => gate.front((request, context) => (guardAll(), handler(request, context)));
  const own = (handler: McpHandler): McpHandler => gate.request((request, context) => (guardAll(), handler(request, context)));
  let isSdks = hasSdks;
  intercept(server.server, 'tools/call', (handler) => (isSdks ? front(handler) : own(handler)));
  isSdks = false;
  const set = insides.setToolRequestHandlers.bind(server);
  insides.setToolRequestHandlers = () => {
    isSdks = true;
    try {
      set();
    } finally {
      isSdks = false;
    }
  };
  guardAll();
  watchRegistering(server, guardAll);
}

/** Guarded as soon as they are registered: nobody gets hold of the raw function in between. */
function watchRegistering(server: McpServer, guardAll: () => void): void {
  const register = Reflect.get(server, 'registerTool') as (...given: readonly unknown[]) => RegisteredTool; // two overloads, and both are passed on as they are
  Object.defineProperty(server, 'registerTool', {
    configurable: true,
    writable: true,
    value: (...given: readonly unknown[]) => {
      const tool = Reflect.apply(register, server, given);
      guardAll();
      return tool;
    },
  });
}

/** `update` puts a new function where the SDK looks for it: behind this accessor. */
function guardTool(tool: RegisteredTool, nameNow: () => string, gate: McpGate, insides: Insides): void {
  let raw = tool.executor;
  const executor = (async (args: unknown, context: ServerContext) => {
    const result = await gate.call(nameNow(), args, context, (input, inside) => raw(args === undefined ? undefined : input, inside));
    return fitting(result, tool, nameNow(), insides);
  }) as Executor; // what the tool gives, or a result made of a refusal
  Object.defineProperty(tool, 'executor', {
    configurable: true,
    enumerable: true,
    get: () => executor,
    set: (next: Executor) => {
      raw = next;
    },
  });
  const handler = (...given: readonly unknown[]): unknown => {
    const [args, context] = tool.inputSchema === undefined ? [undefined, given[0]] : given;
    return executor(args, context as ServerContext); // the SDK's contract for handlers
  };
  // Nobody reads it but code that wants to call the tool: it gets the enforced one, also after an update.
  Object.defineProperty(tool, 'handler', { configurable: true, enumerable: true, get: () => handler, set: () => undefined });
}

/** The SDK would answer with an error that does not tell that the tool ran. */
async function fitting(result: unknown, tool: RegisteredTool, name: string, insides: Insides): Promise<unknown> {
  if (tool.outputSchema === undefined || typeof result !== 'object' || result === null) return result;
  try {
    await insides.validateToolOutput(tool, result, name);
    return result;
  } catch {
    return refusalResult({ code: 'OUTPUT_INVALID', message: `the result of "${name}" does not fit the tool's output schema, at the latest since it was redacted, and is withheld`, mayHaveRun: true });
  }
}

/** The name a tool goes by now; `update({ name })` changes it. */
function nameOf(tool: RegisteredTool, { _registeredTools: tools }: Insides, first: string): string {
  if (Object.hasOwn(tools, first) && tools[first] === tool) return first;
  return Object.entries(tools).find(([, one]) => one === tool)?.[0] ?? first;
}

export function insidesOf(server: McpServer): Insides {
  const insides = server as unknown as Partial<Insides>; // private in the SDK's types; asked for one by one
  if (typeof insides._registeredTools === 'object' && typeof insides.setToolRequestHandlers === 'function' && typeof insides.validateToolOutput === 'function') return insides as Insides;
  throw new EnforceCoreError('NOT_ENFORCED', 'the tools of this MCP server cannot be enforced: @enforcecore/adapters/mcp knows McpServer of @modelcontextprotocol/server ^2.4.0');
}
