import type { Agent, Handoff, MCPServer, Tool } from '@openai/agents';
import { EnforceCoreError } from '@enforcecore/core';
import { Gate } from '../shared/gate.js';
import { enforcedMcpServer } from './enforced-mcp-server.js';
import { enforceWith } from './enforced-tool.js';
import { enforcedExecutor } from './local-executors.js';
import { readInput } from './enforced-tool.js';
import { callerFor, type AgentsOptions } from './run-facts.js';

export interface EnforceAgentOptions extends AgentsOptions {
  /** Tools that stay as they are, by name, though nobody here can hold them: those that OpenAI runs, and a computer. */
  readonly letPass?: readonly string[];
}

type AnyAgent = Agent<never, never>;
type AnyTool = Tool<never>;

/**
 * A clone of an agent in which every tool is enforced, every MCP server too, and every agent that it can hand over to. A
 * `Handoff` is enforced under its tool's name, `transfer_to_…`; an agent that is handed over to without one is not judged.
 * The clone's lists are frozen: nothing can be added past the policy. The model is another matter: `enforcedModel`.
 *
 * @throws EnforceCoreError `NOT_ENFORCED` for tools that are run elsewhere and that `letPass` does not name.
 */
export function enforceAgent<T extends object>(agent: T, { letPass = [], ...options }: EnforceAgentOptions = {}): T {
  const cloning = new Cloning(options, new Set(letPass));
  return cloning.agent(agent as unknown as AnyAgent) as unknown as T; // an agent of some context, and one of the same
}

class Cloning {
  readonly #options: AgentsOptions;
  readonly #letPass: ReadonlySet<string>;
  /** Agents hand over to each other in circles. */
  readonly #done = new Map<AnyAgent, AnyAgent>();

  constructor(options: AgentsOptions, letPass: ReadonlySet<string>) {
    this.#options = options;
    this.#letPass = letPass;
  }

  agent(agent: AnyAgent): AnyAgent {
    const done = this.#done.get(agent);
    if (done !== undefined) return done;
    const handoffs: (AnyAgent | Handoff<never, never>)[] = [];
    const clone = agent.clone({
      tools: Object.freeze(agent.tools.map((tool) => this.#tool(tool, agent.name))) as AnyTool[], // frozen on purpose
      mcpServers: Object.freeze(agent.mcpServers.map((server) => enforcedMcpServer(server, this.#options))) as MCPServer[],
      handoffs: handoffs as never, // filled below, with what the agent has in it
    });
    this.#done.set(agent, clone);
    for (const handoff of agent.handoffs as readonly (AnyAgent | Handoff<never, never>)[]) handoffs.push('onInvokeHandoff' in handoff ? this.#handoff(handoff) : this.agent(handoff));
    Object.freeze(handoffs);
    return clone;
  }

  #tool(tool: AnyTool, agent: string): AnyTool {
    switch (tool.type) {
      case 'function':
        return enforceWith(tool, this.#options);
      case 'shell':
      case 'apply_patch': {
        const enforced = enforcedExecutor(tool, this.#options);
        if (enforced !== undefined) return enforced;
        break;
      }
      case 'computer':
      case 'hosted_tool':
        break;
    }
    if (this.#letPass.has(tool.name)) return tool;
    throw new EnforceCoreError('NOT_ENFORCED', `the tool "${tool.name}" of the agent "${agent}" is a ${tool.type}, which is not run through anything that could be enforced here; leave it out, or name it in letPass`, { toolName: tool.name });
  }

  /** A hand-over that the policy refuses ends the run: the SDK has no answer for the model there. */
  #handoff(handoff: Handoff<never, never>): Handoff<never, never> {
    const gate = new Gate(this.#options);
    const onInvokeHandoff: typeof handoff.onInvokeHandoff = async (context, args) => {
      let next: AnyAgent | undefined;
      const transfer = async (): Promise<void> => {
        next = await handoff.onInvokeHandoff(context, args);
      };
      await gate.run(handoff.toolName, readInput(args), transfer, callerFor(this.#options, handoff.toolName, context));
      return this.agent(next ?? (handoff.agent));
    };
    return handoff.clone({ agent: this.agent(handoff.agent), onInvokeHandoff });
  }
}
