import { Agent, Runner, tool, type Model } from '@openai/agents';
import { assistantMessage, functionCall, ScriptedModel } from '@openai/agents/testing';
import { z } from 'zod';
import { enforceAgent, enforcedModel } from '@enforcecore/adapters/openai-agents';
import { createContainer, type EnforceContainer } from '@enforcecore/core';

// Compiled to samples/dist/07-openai-agents; the policy lies beside the source.
const policy = new URL('../../07-openai-agents/policy.yaml', import.meta.url);

const room = z.object({ room: z.number().int() });

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

// #region agent
function frontDesk(model: Model, container: EnforceContainer): Agent {
  const agent = new Agent({ name: 'front desk', instructions: 'You help guests.', model: enforcedModel(model, { container }), tools });
  return enforceAgent(agent, { container });
}
// #endregion agent

const model = new ScriptedModel([
  [functionCall('find_guest', { room: 12 }, { callId: 'c1' }), functionCall('open_safe', { room: 12 }, { callId: 'c2' })],
  [functionCall('book_room', { room: 14 }, { callId: 'c3' })],
  [assistantMessage('Room 14 is yours. I may not open the safe; write to desk@northfjord.example.')],
]);

async function main(): Promise<void> {
  const container = createContainer({ policy, settings: { auditPath: '.demo/07-openai-agents' } });
  // #region run
  // Traces of the SDK go to OpenAI, and hold arguments as the model wrote them.
  const runner = new Runner({ tracingDisabled: true, traceIncludeSensitiveData: false });
  const result = await runner.run(frontDesk(model, container), 'I am mira@northfjord.example. Open the safe of room 12, and book room 14.', { stream: true });
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
