// #region imports
import { Agent } from '@mastra/core/agent';
import { enforcedTools, enforceHooks, enforceProcessor } from '@enforcecore/adapters/mastra';
import { createContainer } from '@enforcecore/core';
// #endregion imports
import { CodeTools } from './code-tools.js';
import { scriptedModel, type Turn } from './scripted-model.js';

// Compiled to samples/dist/08-code-agent; the policy lies beside the source.
const policy = new URL('../../08-code-agent/policy.yaml', import.meta.url);

interface Step {
  readonly what: string;
  readonly turn: Turn;
}

const steps: readonly Step[] = [
  { what: 'good code', turn: { tool: 'run_code', input: { code: 'console.log("orders", input.length); input.reduce((sum, { total }) => sum + total, 0)' } } },
  { what: 'code with a mistake: an answer, so that the agent can mend it', turn: { tool: 'run_code', input: { code: 'input.totl()' } } },
  { what: 'code that reads a file: there is nothing to read with', turn: { tool: 'run_code', input: { code: 'require("node:fs").readFileSync("/etc/passwd", "utf8")' } } },
  { what: 'the same by a tool that the policy does not allow', turn: { tool: 'read_file', input: { path: '/etc/passwd' } } },
  { what: 'an endless loop', turn: { tool: 'run_code', input: { code: 'for (;;);' } } },
  { what: 'a secret and an address in the output: both are hidden', turn: { tool: 'run_code', input: { code: 'console.log("key AKIAIOSFODNN7EXAMPLE"); input[0].by' } } },
];

async function main(): Promise<void> {
  const model = scriptedModel([...steps.map((step) => step.turn), { says: 'The three orders come to 62.50; write to mira@northfjord.example.' }]);
  // #region agent
  const container = createContainer({ policy, settings: { auditPath: '.demo/08-code-agent' } });
  container.bind(CodeTools).toSelf();

  const tools = await enforcedTools(container.get(CodeTools), { container });
  const processor = enforceProcessor({ container });
  const agent = new Agent({
    id: 'analyst',
    name: 'analyst',
    instructions: 'Answer questions about orders by writing JavaScript.',
    model,
    tools,
    hooks: enforceHooks({ container, tools }), // refusals reach the model as results
    inputProcessors: [processor], // prompts are cleaned before the model and the memory get them
    outputProcessors: [processor], // replies before anybody does, also while they stream
  });
  const stream = await agent.stream('What do the orders come to?', { maxSteps: 10 });
  // #endregion agent

  let call = 0;
  for await (const part of stream.fullStream) {
    if (part.type === 'tool-call') {
      console.log(`\n${String(call + 1)}. ${steps[call++]?.what ?? ''}\n   ${part.payload.toolName}(${JSON.stringify(part.payload.args)})`);
    }
    if (part.type === 'tool-result') console.log('   the model is told:', JSON.stringify(part.payload.result));
    if (part.type === 'tool-error') console.log('   the model is told:', String(part.payload.error));
  }
  console.log('\nThe agent says:', await stream.text);
  await container.close();
  console.log('Every call is in .demo/08-code-agent/trail.jsonl, with agent and call id; for those that ran, with the wall that they ran behind.');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
