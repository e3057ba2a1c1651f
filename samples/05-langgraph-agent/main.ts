import { readFileSync } from 'node:fs';
// #region imports
import { createContainer, Enforce } from '@enforcecore/core';
import { Tool } from '@enforcecore/core/tools';
import { enforcedTool, enforcedTools, enforceGraphStream } from '@enforcecore/adapters/langgraph';
import { HumanMessage, type BaseMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt';
import { z } from 'zod';
// #endregion imports
import { ScriptedModel } from './model.js';

// Compiled to samples/dist/05-langgraph-agent; the policy lies beside the source.
const policy = new URL('../../05-langgraph-agent/policy.yaml', import.meta.url);

// #region class
class People {
  @Tool({ description: 'Finds a person by name', input: z.object({ name: z.string() }) })
  @Enforce({ tool: 'find_person' })
  find({ name }: { readonly name: string }): string {
    return `${name}, mira@northfjord.example`;
  }

  @Tool({ description: 'Deletes a person', input: z.object({ name: z.string() }) })
  @Enforce({ tool: 'delete_person' })
  delete({ name }: { readonly name: string }): string {
    console.log(`!! ${name} is gone`);
    return 'gone';
  }
}
// #endregion class

// #region tool
const sendMail = tool(
  ({ to, text }: { to: string; text: string }) => {
    console.log(`   (the mail tool was given: ${text})`);
    return `sent to ${to}`;
  },
  { name: 'send_mail', description: 'Sends a mail to a department', schema: z.object({ to: z.string(), text: z.string() }) },
);
// #endregion tool

async function main(): Promise<void> {
  // #region graph
  const container = createContainer({ policy, settings: { auditPath: '.demo/05-langgraph-agent' } });
  container.bind(People).toSelf();
  const tools = [...(await enforcedTools(container.get(People))), enforcedTool(undefined, sendMail, { container })];

  const model = new ScriptedModel().bindTools();
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('agent', async ({ messages }, config) => ({ messages: [await model.invoke(messages, config)] }))
    .addNode('tools', new ToolNode(tools))
    .addEdge(START, 'agent')
    .addConditionalEdges('agent', toolsCondition)
    .addEdge('tools', 'agent')
    .compile();
  // #endregion graph

  // #region stream
  const stream = graph.stream({ messages: [new HumanMessage('Who is Mira?')] }, { configurable: { thread_id: 'visitor-7' }, streamMode: 'messages' });
  for await (const [message] of enforceGraphStream(stream, { container, tool: 'reply', session: 'visitor-7' })) show(message);
  // #endregion stream

  await container.close();
  summary('.demo/05-langgraph-agent/trail.jsonl');
}

function show(message: BaseMessage): void {
  if (message.type === 'tool') console.log(`${message.name ?? ''} answered the model: ${message.text}`);
  else if (message.text !== '') console.log(`the model says: ${message.text}`);
}

interface Entry {
  readonly tool_name?: string;
  readonly outcome?: string;
  readonly session?: string | null;
  readonly input_redactions?: number;
  readonly output_redactions?: number;
}

function summary(path: string): void {
  console.log(`\n${path}, this run:`);
  const entries = readFileSync(path, 'utf8').trim().split('\n').map((line): Entry => JSON.parse(line) as Entry); // a trail is JSON, line by line
  for (const { tool_name: name, outcome, session, input_redactions: inputs, output_redactions: outputs } of entries.filter((entry) => entry.outcome !== undefined).slice(-4)) {
    console.log(`  ${name ?? ''}: ${outcome ?? ''}, session ${session ?? 'none'}, hidden: ${String(inputs ?? 0)} in, ${String(outputs ?? 0)} out`);
  }
}

void main();
