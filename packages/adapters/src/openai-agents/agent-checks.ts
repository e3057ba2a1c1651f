import type { Agent } from '@openai/agents';
import { EnforceCoreError, SettingsError } from '@enforcecore/core';

export type AnyAgent = Agent<never, never>;

const ours = new WeakSet<object>();
/** What invokes an agent of ours as a tool. */
const agentTools = new WeakSet<object>();

export function isOurs(agent: unknown): boolean {
  return typeof agent === 'object' && agent !== null && ours.has(agent);
}

export function noteOurs<T extends object>(agent: T): T {
  ours.add(agent);
  return agent;
}

export function noteAgentTool<T extends object>(tool: T): T {
  if ('invoke' in tool && typeof tool.invoke === 'function') agentTools.add(tool.invoke);
  return tool;
}

/**
 * Agents of a class of their own bring tools when they run (a sandbox its shell), and a clone of one is an `Agent` again.
 *
 * @throws EnforceCoreError `NOT_ENFORCED`; SettingsError for what is no agent.
 */
export function checkAgent(agent: unknown): void {
  const { clone, name, tools, mcpServers, handoffs } = (agent ?? {}) as Partial<AnyAgent>; // whatever somebody gave
  if (typeof clone !== 'function' || typeof name !== 'string' || ![tools, mcpServers, handoffs].every(Array.isArray)) {
    throw new SettingsError('enforceAgent takes an agent, such as new Agent({ name }) of @openai/agents gives; tools alone are for enforcedTool');
  }
  const prototype = Object.getPrototypeOf(agent) as object; // an object with a method
  const above = Object.getPrototypeOf(prototype) as object | null;
  // The class that has `clone` first is `Agent` itself.
  const isPlain = Object.hasOwn(prototype, 'clone') && !(above !== null && 'clone' in above) && !Object.hasOwn(agent as object, 'capabilities');
  if (!isPlain) throw new EnforceCoreError('NOT_ENFORCED', `the agent "${name}" is of a class of its own, which may bring tools that nobody here sees; make it an Agent, and put a sandbox or a session behind tools of its own`);
}

/** @throws EnforceCoreError `NOT_ENFORCED` for an agent as a tool whose own tools are not enforced. */
export function refuseForeignAgentTool(tool: object): void {
  const { name, invoke, on } = tool as { readonly name?: unknown; readonly invoke?: unknown; readonly on?: unknown }; // a tool of some kind
  if (typeof on !== 'function' || typeof invoke !== 'function' || agentTools.has(invoke)) return;
  throw new EnforceCoreError('NOT_ENFORCED', `the tool "${String(name)}" is an agent that is not enforced; give enforceAgent(inner).asTool(…)`, { toolName: String(name) });
}
