// #region imports
import type { EnforceContainer } from '@enforcecore/core';
import { enforceMiddleware, EnforceCoreCallbackHandler } from '@enforcecore/adapters/langchain';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { StructuredTool } from '@langchain/core/tools';
import { createAgent } from 'langchain';
// #endregion imports

/** The same as an agent of `langchain`, which needs no graph: its tools are enforced by the middleware, prompts and completions cleaned. */
export async function clerk(model: BaseChatModel, tools: readonly StructuredTool[], container: EnforceContainer) {
  // #region agent
  const agent = createAgent({
    model,
    tools: [...tools],
    middleware: [await enforceMiddleware({ container })],
    name: 'clerk',
  });
  // #endregion agent
  return agent;
}

/** For code that cannot be changed: denied tools do not start, and the rest is counted. */
export async function guarded(tool: StructuredTool, args: Record<string, unknown>, container: EnforceContainer): Promise<unknown> {
  // #region callback
  const handler = new EnforceCoreCallbackHandler(undefined, { container, redactInputs: 'refuse' });
  const answer: unknown = await tool.invoke(args, { callbacks: [handler] });
  console.log(handler.events, handler.totalOutputFindings);
  // #endregion callback
  return answer;
}
