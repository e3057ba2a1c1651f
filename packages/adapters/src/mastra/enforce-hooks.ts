import { refusalText } from '@enforcecore/core/tools';
import type { ToolHookContext, ToolHooks } from '@mastra/core/tools';
import { Gate, type GateOptions } from '../shared/gate.js';
import { knownCaller } from '../shared/known-caller.js';
import { enforcedNameOf } from './enforced-tool.js';
import { seenCaller } from './mastra-caller.js';
import type { MastraContext, MastraOptions } from './mastra-options.js';

/** By which policy the hooks ask, in whose name, and what is asked besides. */
export interface EnforceHooksOptions extends MastraOptions {
  /** The agent's tools: a tool that is enforced under another name than its key is judged by that name. */
  readonly tools?: Readonly<Record<string, unknown>>;
  /** Your own hooks; yours is asked after the policy, and only for what it lets pass. */
  readonly hooks?: ToolHooks;
}

/**
 * Hooks for an agent, or for one run: what the policy refuses is not run, and the model gets the refusal as the tool's
 * result instead of an error. An addition to enforced tools, no replacement: what the policy lets pass is neither redacted
 * nor counted here.
 */
export function enforceHooks({ tools = {}, hooks = {}, ...options }: EnforceHooksOptions = {}): ToolHooks {
  const gate = new Gate(siteOf(options));
  return {
    ...hooks,
    async beforeToolCall(context: ToolHookContext) {
      const { toolName, input } = context;
      const name = (Object.hasOwn(tools, toolName) ? enforcedNameOf(tools[toolName]) : undefined) ?? toolName;
      const known = contextOf(context);
      const refusal = await gate.refusal(name, input, knownCaller(seenCaller(known), known, options));
      if (refusal !== undefined) return { proceed: false, output: refusalText(refusal) };
      return hooks.beforeToolCall?.(context);
    },
  };
}

/** A tool's own context, before Mastra sorts it: whose agent it is stands beside it. */
function contextOf({ context, metadata }: ToolHookContext): MastraContext {
  const agentId = metadata?.['agentId'];
  return { ...(agentId === undefined ? {} : { agentId }), ...(context as MastraContext | undefined) };
}

/** Without the caller: who calls is known per call. */
function siteOf({ policy, container, cost, timeoutMs, sensitivity }: EnforceHooksOptions): GateOptions {
  return Object.fromEntries(Object.entries({ policy, container, cost, timeoutMs, sensitivity }).filter(([, value]) => value !== undefined));
}
