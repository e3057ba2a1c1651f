// #region setup
import { isStepCount, streamText, wrapLanguageModel } from 'ai';
import type { MockLanguageModelV4 } from 'ai/test';
import { enforcedSettings, enforcedTools, redactionMiddleware, type ToolCallFacts } from '@enforcecore/adapters/ai-sdk';
import { createContainer, type Caller, type EnforceContainer } from '@enforcecore/core';
import { OrderTools, shopTools } from './order-tools.js';
import { scriptedModel } from './scripted-model.js';

// Compiled to samples/dist/06-ai-sdk-chat; the policy lies beside the source.
const policy = new URL('../../06-ai-sdk-chat/policy.yaml', import.meta.url);
// #endregion setup

const model = scriptedModel([
  { tool: 'find_order', input: { id: 7 } },
  { tool: 'delete_order', input: { id: 7 } },
  { tool: 'refund_order', input: { id: 7 } },
  { tool: 'refund_order', input: { id: 7 } },
  'Order 7 is refunded. I could not delete it. Write to support@northfjord.example if anything is missing.',
]);

// #region caller
/** What `toolsContext` holds for a tool. There is none in calls that the SDK refuses by itself. */
function callerOf({ context }: ToolCallFacts): Caller {
  const shop = context as { readonly tenant?: string } | undefined; // what this application puts there
  return { tenant: shop?.tenant };
}
// #endregion caller

// #region chat
/** @param provider any model of the AI SDK */
function chat(provider: MockLanguageModelV4, container: EnforceContainer) {
  const tools = { ...shopTools, ...enforcedTools(container.get(OrderTools)) };
  return streamText({
    model: wrapLanguageModel({ model: provider, middleware: redactionMiddleware({ container }) }),
    ...enforcedSettings(tools, { container, callerOf }),
    stopWhen: isStepCount(8),
    prompt: 'I am mira@northfjord.example. Refund my order 7 and delete it.',
  });
}
// #endregion chat

async function main(): Promise<void> {
  // #region container
  const container = createContainer({ policy, settings: { auditPath: '.demo/06-ai-sdk-chat' } });
  container.bind(OrderTools).toSelf();
  // #endregion container
  for await (const part of chat(model, container).stream) {
    if (part.type === 'tool-call') process.stdout.write(`\n> ${part.toolName}(${JSON.stringify(part.input)})\n`);
    if (part.type === 'tool-result') console.log(`  ${String(part.output)}`);
    if (part.type === 'tool-error') console.log(`  refused: ${(part.error as Error).message}`);
    if (part.type === 'tool-approval-response') console.log(`  denied: ${String(part.reason)}`);
    if (part.type === 'text-delta') process.stdout.write(part.text);
  }
  console.log(`\n\nThe provider was told of the user as: ${JSON.stringify(model.doStreamCalls[0]?.prompt.at(-1)?.content)}`);
  await container.close();
  console.log('Four calls, four entries: .demo/06-ai-sdk-chat/trail.jsonl');
}

void main();
