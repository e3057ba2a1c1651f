// #region setup
import { Agent, Runner, tool, type Model } from '@openai/agents';
import { assistantMessage, functionCall, ScriptedModel } from '@openai/agents/testing';
import { z } from 'zod';
import { enforceAgent, enforcedModel, type RunFacts } from '@enforcecore/adapters/openai-agents';
import { createContainer, type Caller, type EnforceContainer } from '@enforcecore/core';

// Compiled to samples/dist/07-openai-agents; the policy lies beside the source.
const policy = new URL('../../07-openai-agents/policy.yaml', import.meta.url);
// #endregion setup

const room = z.object({ room: z.number().int() });

// #region tools
const tools = [
  tool({ name: 'find_guest', description: 'Finds a guest', parameters: room, execute: ({ room }) => `room ${String(room)}: Mira, mira@northfjord.example` }),
  tool({ name: 'book_room', description: 'Books a room', parameters: room, execute: ({ room }) => `room ${String(room)} is booked` }),
  tool({
    name: 'open_safe',
    description: 'Opens the safe of a room',
    parameters: room,
    execute: () => {
      throw new Error('this must never run');
    },
  }),
];
// #endregion tools

// #region caller
/** The `context` of a run. A shell, an editor and tools of MCP servers are called without it. */
function callerOf({ context }: RunFacts): Caller {
  const stay = context as { readonly hotel?: string; readonly guest?: string } | undefined; // what this application gives to run()
  return { tenant: stay?.hotel, session: stay?.guest };
}
// #endregion caller

// #region agent
function frontDesk(model: Model, container: EnforceContainer): Agent {
  const agent = new Agent({ name: 'front desk', instructions: 'You help guests.', model: enforcedModel(model, { container }), tools });
  return enforceAgent(agent, { container, callerOf });
}
// #endregion agent

const model = new ScriptedModel([
  [functionCall('find_guest', { room: 12 }, { callId: 'c1' }), functionCall('open_safe', { room: 12 }, { callId: 'c2' })],
  [functionCall('book_room', { room: 14 }, { callId: 'c3' })],
  [assistantMessage('Room 14 is yours. I may not open the safe; write to desk@northfjord.example.')],
]);

async function main(): Promise<void> {
  // #region container
  const container = createContainer({ policy, settings: { auditPath: '.demo/07-openai-agents' } });
  // #endregion container
  // #region run
  // Traces of the SDK go to OpenAI, and hold arguments as the model wrote them.
  const runner = new Runner({ tracingDisabled: true, traceIncludeSensitiveData: false });
  const result = await runner.run(frontDesk(model, container), 'I am mira@northfjord.example. Open the safe of room 12, and book room 14.', { stream: true, context: { hotel: 'northfjord', guest: 'g-12' } });
  for await (const event of result) {
    if (event.type !== 'run_item_stream_event') continue;
    if (event.name === 'tool_called' || event.name === 'tool_output') console.log(`${event.name}: ${JSON.stringify(event.item.rawItem)}`);
  }
  // #endregion run
  console.log(`\n${String(result.finalOutput)}`);
  console.log(`\nThe model was sent: ${JSON.stringify(model.firstCall?.request.input)}`);
  await container.close();
  console.log('Three calls, three entries: .demo/07-openai-agents/trail.jsonl');
}

void main();
