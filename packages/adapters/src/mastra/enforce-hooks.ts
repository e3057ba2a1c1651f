import type { ToolHookContext, ToolHooks } from '@mastra/core/tools';
import { refusalOf, type Refusal } from '@enforcecore/core/tools';
import { Gate, type GateOptions } from '../shared/gate.js';
import { knownCaller } from '../shared/known-caller.js';
import { refusalText } from '../shared/model-text.js';
import { enforcedNameOf } from './enforced-tool.js';
import { seenCaller } from './mastra-caller.js';
import type { MastraContext, MastraOptions } from './mastra-options.js';

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
  const refusalOfCall = async (name: string, input: unknown, context: MastraContext): Promise<Refusal | undefined> => {
    try {
      return await gate.refusal(name, input, await knownCaller(name, input, seenCaller(context), context, options));
    } catch (error) {
      return refusalOf(error); // nobody knows who calls, which is recorded
    }
  };
  return {
    ...hooks,
    async beforeToolCall(context: ToolHookContext) {
      const { toolName, input } = context;
      const name = (Object.hasOwn(tools, toolName) ? enforcedNameOf(tools[toolName]) : undefined) ?? toolName;
      const refusal = await refusalOfCall(name, input, context.context ?? {}); // a tool's own context, before Mastra sorts it
      if (refusal !== undefined) return { proceed: false, output: refusalText(refusal) };
      return hooks.beforeToolCall?.(context);
    },
  };
}

/** Without the caller: who calls is known per call. */
function siteOf({ policy, container, cost, timeoutMs, sensitivity }: EnforceHooksOptions): GateOptions {
  return Object.fromEntries(Object.entries({ policy, container, cost, timeoutMs, sensitivity }).filter(([, value]) => value !== undefined));
}
