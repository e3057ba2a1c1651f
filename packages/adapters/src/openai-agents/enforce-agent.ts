import type { MCPServer, RunContext, Tool } from '@openai/agents';
import { EnforceCoreError, SettingsError } from '@enforcecore/core';
import { Gate } from '../shared/gate.js';
import { checkAgent, isOurs, noteAgentTool, noteOurs, type AnyAgent } from './agent-checks.js';
import { noteEnforced, wasEnforced } from './enforced-marks.js';
import { enforcedHandoff, type AnyHandoff } from './enforced-handoff.js';
import { enforcedMcpServer } from './enforced-mcp-server.js';
import { enforceWith } from './enforced-tool.js';
import { enforcedExecutor } from './local-executors.js';
import { inAgent, type AgentsOptions } from './run-facts.js';

/** How an agent is enforced, and what of it is left alone. */
export interface EnforceAgentOptions extends AgentsOptions {
  /**
   * Tools that stay as they are, though nobody here can hold them: those that OpenAI runs, and a computer. By name; a hosted
   * MCP server by its `serverLabel`.
   */
  readonly letPass?: readonly string[];
}

type AnyTool = Tool<never>;

/**
 * A clone of an agent in which every tool is enforced, every MCP server too, and every agent that it can hand over to. A
 * hand-over is enforced under its tool's name, `transfer_to_…`. The clone's lists cannot be changed or replaced; a clone of the
 * clone is another agent, which may be given anything. Listeners set with `agent.on` stay with the agent. The model is another
 * matter: `enforcedModel`. A clone that was made here is given back as it is.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` for tools that are run elsewhere and that `letPass` does not name, for agents of a
 * class of their own (`SandboxAgent`, `RealtimeAgent`, yours), and for agents as tools that are not enforced; SettingsError for
 * what is no agent, and for a name in `letPass` that nothing has.
 */
export function enforceAgent<T extends object>(agent: T, { letPass = [], ...options }: EnforceAgentOptions = {}): T {
  const cloning = new Cloning(options, letPass);
  const clone = cloning.agent(agent as unknown as AnyAgent); // an agent of some context; looked at before anything is done
  cloning.checkLetPass();
  return clone as unknown as T; // the same kind of agent
}

class Cloning {
  readonly #options: AgentsOptions;
  readonly #letPass: readonly string[];
  readonly #passed = new Set<string>();
  /** Agents hand over to each other in circles. */
  readonly #done = new Map<AnyAgent, AnyAgent>();

  constructor(options: AgentsOptions, letPass: readonly string[]) {
    this.#options = options;
    this.#letPass = letPass;
  }

  agent(agent: AnyAgent): AnyAgent {
    const done = isOurs(agent) ? agent : this.#done.get(agent);
    if (done !== undefined) return done;
    checkAgent(agent);
    const options = inAgent(this.#options, agent.name);
    const handoffs: (AnyAgent | AnyHandoff)[] = [];
    const clone = agent.clone({
      tools: Object.freeze(agent.tools.map((tool) => this.#tool(tool, agent.name, options))) as AnyTool[], // frozen on purpose
      mcpServers: Object.freeze(agent.mcpServers.map((server) => enforcedMcpServer(server, options))) as MCPServer[],
      handoffs: handoffs as never, // filled below, with what the agent has in it
    });
    this.#done.set(agent, noteOurs(clone));
    for (const handoff of agent.handoffs as readonly (AnyAgent | AnyHandoff)[]) handoffs.push('onInvokeHandoff' in handoff ? this.#handoff(handoff, options) : this.agent(handoff));
    Object.freeze(handoffs);
    this.#close(clone, options);
    return clone;
  }

  checkLetPass(): void {
    const unknown = this.#letPass.find((name) => !this.#passed.has(name));
    if (unknown !== undefined) throw new SettingsError(`letPass names "${unknown}", and no tool that is run elsewhere has that name; take it out, or name a hosted MCP server by its serverLabel`);
  }

  /** What is not in the lists: who is handed over to without a `Handoff`, and the agent itself as a tool. */
  #close(clone: AnyAgent, options: AgentsOptions): void {
    const getEnabledHandoffs = clone.getEnabledHandoffs.bind(clone);
    const asTool = clone.asTool.bind(clone) as (given: never) => object;
    const fixed = { writable: false, configurable: false };
    Object.defineProperties(clone, {
      tools: fixed,
      mcpServers: fixed,
      handoffs: fixed,
      getEnabledHandoffs: { value: async (context: RunContext<never>) => (await getEnabledHandoffs(context)).map((handoff) => this.#handoff(handoff as AnyHandoff, options)) },
      asTool: { value: (given: never) => noteAgentTool(asTool(given)) },
    });
  }

  #tool(tool: AnyTool, agent: string, options: AgentsOptions): AnyTool {
    switch (tool.type) {
      case 'function':
        return enforceWith(tool, options);
      case 'shell':
      case 'apply_patch': {
        const enforced = enforcedExecutor(tool, options);
        if (enforced !== undefined) return enforced;
        break;
      }
      case 'computer':
      case 'hosted_tool':
        break;
    }
    const name = passName(tool);
    if (this.#letPass.includes(name)) {
      this.#passed.add(name);
      return tool;
    }
    throw new EnforceCoreError('NOT_ENFORCED', `the tool "${name}" of the agent "${agent}" is a ${tool.type}, which is not run through anything that could be enforced here; leave it out, or name it in letPass`, { toolName: tool.name });
  }

  #handoff(handoff: AnyHandoff, options: AgentsOptions): AnyHandoff {
    if (wasEnforced(handoff)) return handoff;
    const to = (agent: AnyAgent): AnyAgent => this.agent(agent);
    return noteEnforced(enforcedHandoff(handoff, { gate: new Gate(options), options, to }));
  }
}

/** Hosted MCP servers are all of one name. */
function passName(tool: AnyTool): string {
  const label: unknown = tool.type === 'hosted_tool' ? (tool.providerData as { readonly server_label?: unknown } | undefined)?.server_label : undefined;
  return typeof label === 'string' ? label : tool.name;
}
