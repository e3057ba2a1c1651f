import type { MCPServer } from '@openai/agents';
import { currentCall } from '@enforcecore/core';
import { refusalOf, refusalText } from '@enforcecore/core/tools';
import { runAsked } from '../shared/asked-caller.js';
import { Gate } from '../shared/gate.js';
import { noteEnforced, wasEnforced } from './enforced-marks.js';
import { callerFor, type AgentsOptions } from './run-facts.js';

/** How the tools of an MCP server are enforced, and what they are called. */
export interface McpServerOptions extends AgentsOptions {
  /** What policies call a tool of the server; its own name there by default. */
  readonly nameOf?: (tool: string) => string;
}

type CallResult = NonNullable<MCPServer['callToolResult']>;
type Arguments = Parameters<CallResult>;

/**
 * The same MCP server, each tool call to which is enforced. A refused call is answered with the refusal in the tool's place.
 * Resources are read past it: they are no tool calls. The SDK does not tell a server which call of the model it serves.
 */
export function enforcedMcpServer<T extends MCPServer>(server: T, { nameOf = (tool) => tool, ...options }: McpServerOptions = {}): T {
  if (wasEnforced(server)) return server;
  const gate = new Gate(options);

  const call = (method: 'callTool' | 'callToolResult', [tool, args, meta, given]: Arguments): Promise<unknown> => {
    const name = nameOf(tool);
    const body = (cleaned: never): unknown => {
      const signal = currentCall()?.signal ?? given?.signal;
      return server[method]?.(tool, cleaned, meta, { ...given, ...(signal === undefined ? {} : { signal }) });
    };
    return runAsked(callerFor(options, name, undefined, given), (caller) => gate.run(name, args ?? {}, body, caller));
  };
  const refused = (error: unknown): { readonly content: unknown[]; readonly isError: true } => {
    const refusal = refusalOf(error);
    if (refusal === undefined) throw error;
    return { content: [{ type: 'text', text: refusalText(refusal) }], isError: true };
  };
  const enforced = {
    callTool: (...args: Arguments): Promise<unknown> => call('callTool', args).catch((error: unknown) => refused(error).content),
    callToolResult: server.callToolResult === undefined ? undefined : (...args: Arguments): Promise<unknown> => call('callToolResult', args).catch(refused),
  };
  // Not the server's own proxy: of a frozen object that would have to give the frozen methods.
  const shape = Object.create(Object.getPrototypeOf(server) as object | null) as T;
  return noteEnforced(
    new Proxy(shape, {
      get: (_shape, key) => (Object.hasOwn(enforced, key) ? enforced[key as keyof typeof enforced] : ownOf(server, key)),
      set: (_shape, key, value) => Reflect.set(server, key, value),
      has: (_shape, key) => key in server,
    }),
  );
}

/** Servers keep what they hold in private fields, which only they themselves may touch. */
function ownOf(server: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(server, key, server);
  return typeof value === 'function' && key !== 'constructor' ? (value as (...args: unknown[]) => unknown).bind(server) : value;
}
