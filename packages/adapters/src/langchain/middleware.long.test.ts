import { describe, expect, it } from '@jest/globals';
import { AIMessage, AIMessageChunk, HumanMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk } from '@langchain/core/outputs';
import { RunnableLambda } from '@langchain/core/runnables';
import { tool } from '@langchain/core/tools';
import { Command, MemorySaver } from '@langchain/langgraph';
import { createAgent, createMiddleware, fakeModel, toolRetryMiddleware, toolStrategy, type AgentMiddleware } from 'langchain';
import { z } from 'zod';
import { enforcedTool, enforceMiddleware, type EnforceMiddlewareOptions } from './index.js';
import { calling, outcomes, ScriptedModel, trial, type Trial } from './langchain.test.kit.js';

const pii = { pii_redaction: { categories: ['email'] } };

function lookUp(seen: unknown[]) {
  return tool(({ who }: { who: string }) => (seen.push(who), `${who} is boss@corp.example`), { name: 'look_up', description: 'Looks up', schema: z.object({ who: z.string() }) });
}

function wipe(seen: unknown[]) {
  return tool(() => (seen.push('wiped'), 'gone'), { name: 'wipe', description: 'Wipes', schema: z.object({}) });
}

async function ask(t: Trial, model: ScriptedModel, tools: readonly ReturnType<typeof lookUp>[], options: EnforceMiddlewareOptions = {}, before: readonly AgentMiddleware[] = []): Promise<readonly BaseMessage[]> {
  const agent = createAgent({ model, tools: [...tools], middleware: [...before, await enforceMiddleware({ container: t.container, ...options })] as const, name: 'clerk' });
  const { messages } = await agent.invoke({ messages: [new HumanMessage('write to ann@corp.example')] }, { configurable: { thread_id: 'thread-1' } });
  return messages;
}

describe('enforceMiddleware', () => {
  it('lets allowed tools run cleaned, keeps denied ones from running, and tells the model', async () => {
    const t = trial({ ...pii, denied_tools: ['wipe'] });
    const seen: unknown[] = [];
    const model = new ScriptedModel([calling(['look_up', { who: 'ann@corp.example' }, 'c1'], ['wipe', {}, 'c2']), new AIMessage('done')]);

    const messages = await ask(t, model, [lookUp(seen), wipe(seen) as never]);

    const answers = messages.filter((message) => message instanceof ToolMessage);
    expect(seen).toEqual(['<EMAIL>']);
    expect(answers.map(({ status, tool_call_id: id }) => [id, status])).toEqual([['c1', 'success'], ['c2', 'error']]);
    expect(answers[0]?.text).toBe('<EMAIL> is <EMAIL>');
    expect(answers[1]?.text).toMatch(/"wipe" blocked.*The tool did not run\./);
    expect(t.auditor.calls).toHaveLength(2);
    expect(t.auditor.calls.map(({ tool_name: name, outcome, session, agent }) => [name, outcome, session, agent]).sort()).toEqual([['look_up', 'ok', 'thread-1', 'clerk'], ['wipe', 'blocked', 'thread-1', 'clerk']]);
  });

  it('hides values from the model, in prompts, system prompts and earlier tool calls', async () => {
    const t = trial(pii);
    const model = new ScriptedModel([calling(['look_up', { who: 'ann@corp.example' }, 'c1']), new AIMessage('done')]);
    const agent = createAgent({ model, tools: [lookUp([])], systemPrompt: 'You work for boss@corp.example', middleware: [await enforceMiddleware({ container: t.container })] });

    await agent.invoke({ messages: [new HumanMessage({ content: [{ type: 'text', text: 'write to ann@corp.example' }] })] });

    expect(model.asked).toHaveLength(2);
    expect(JSON.stringify(model.asked)).not.toContain('@corp.example');
    expect(JSON.stringify(model.asked)).toContain('You work for <EMAIL>');
  });

  it('hides values in what the model writes', async () => {
    const t = trial(pii);

    const messages = await ask(t, new ScriptedModel([new AIMessage('ask boss@corp.example')]), []);

    expect(messages.at(-1)?.content).toBe('ask <EMAIL>');
  });

  it('hides nothing where it is told not to, or where the policy says nothing', async () => {
    const off = new ScriptedModel([new AIMessage('ask boss@corp.example')]);
    const idle = new ScriptedModel([new AIMessage('ask boss@corp.example')]);

    const told = await ask(trial(pii), off, [], { redactPrompts: false, redactCompletions: false });
    const silent = await ask(trial({}), idle, []);

    expect([told.at(-1)?.content, silent.at(-1)?.content]).toEqual(['ask boss@corp.example', 'ask boss@corp.example']);
    expect(JSON.stringify([off.asked, idle.asked]).match(/ann@corp\.example/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('cleans tokens before anybody sees them, values split between chunks too', async () => {
    const t = trial(pii);
    const model = new ScriptedModel([['mail bo', 'ss@cor', 'p.exam', 'ple today']]);
    const agent = createAgent({ model, tools: [], middleware: [await enforceMiddleware({ container: t.container })] });
    const tokens: string[] = [];

    const stream = await agent.stream({ messages: [new HumanMessage('hi')] }, { streamMode: ['messages', 'updates'], callbacks: [{ handleLLMNewToken: (token: string) => { tokens.push(token); } }] });
    const seen: unknown[] = [];
    for await (const chunk of stream) seen.push(chunk);

    const texts = seen.filter((chunk) => Array.isArray(chunk) && chunk[0] === 'messages').map((chunk) => ((chunk as [string, [BaseMessage]])[1][0]).text);
    expect(texts.join('')).toBe('mail <EMAIL> today');
    expect(texts.length).toBeGreaterThan(1);
    expect(tokens.join('')).toBe('mail <EMAIL> today');
    expect(JSON.stringify(seen)).not.toMatch(/boss|ss@cor/);
  });

  it('works with the framework’s own fake model', async () => {
    const t = trial({ ...pii, denied_tools: ['wipe'] });
    const seen: unknown[] = [];
    const model = fakeModel().respondWithTools([{ name: 'wipe', args: {}, id: 'c1' }]).respond(new AIMessage('told boss@corp.example'));
    const agent = createAgent({ model, tools: [wipe(seen)], middleware: [await enforceMiddleware({ container: t.container })] });

    const { messages } = await agent.invoke({ messages: [new HumanMessage('hi')] });

    expect(seen).toEqual([]);
    expect(messages.at(-1)?.content).toBe('told <EMAIL>');
    expect(outcomes(t)).toEqual(['wipe blocked']);
  });

  it('does not enforce an enforced tool twice', async () => {
    const t = trial(pii);
    const enforced = enforcedTool(undefined, lookUp([]), { container: t.container });

    await ask(t, new ScriptedModel([calling(['look_up', { who: 'x' }, 'c1']), new AIMessage('done')]), [enforced as never]);

    expect(outcomes(t)).toEqual(['look_up ok']);
  });

  it('makes one call of each try of the retry middleware around it', async () => {
    const t = trial({});
    let tries = 0;
    const flaky = tool(() => { tries += 1; if (tries < 3) throw new Error('busy'); return 'fine'; }, { name: 'flaky', description: 'f', schema: z.object({}) });

    const messages = await ask(t, new ScriptedModel([calling(['flaky', {}, 'c1']), new AIMessage('done')]), [flaky as never], {}, [toolRetryMiddleware({ maxRetries: 3, initialDelayMs: 1, jitter: false }) as never]);

    expect(outcomes(t)).toEqual(['flaky tool_error', 'flaky tool_error', 'flaky ok']);
    expect(messages.find((message) => message instanceof ToolMessage)?.text).toBe('fine');
  });

  it('tells the model what to mend in wrong arguments', async () => {
    const t = trial({});
    const seen: unknown[] = [];

    const messages = await ask(t, new ScriptedModel([calling(['look_up', { who: 7 }, 'c1']), new AIMessage('done')]), [lookUp(seen)]);

    expect(seen).toEqual([]);
    expect(messages.find((message) => message instanceof ToolMessage)?.text).toMatch(/who must be a string/);
    expect(outcomes(t)).toEqual(['look_up blocked']);
  });

  it('passes a tool’s error on as the framework does beside other middleware', async () => {
    const t = trial({});
    const broken = tool(() => { throw new Error('broken'); }, { name: 'broken', description: 'b', schema: z.object({}) });

    await expect(ask(t, new ScriptedModel([calling(['broken', {}, 'c1'])]), [broken as never])).rejects.toThrow('broken');

    expect(outcomes(t)).toEqual(['broken tool_error']);
  });

  it('enforces a tool that is only made known by middleware inside of it', async () => {
    const t = trial({ ...pii, denied_tools: ['secret'] });
    const seen: unknown[] = [];
    const late = tool(({ who }: { who: string }) => (seen.push(who), 'late ann@corp.example'), { name: 'late', description: 'l', schema: z.object({ who: z.string() }) });
    const knows = createMiddleware({ name: 'knows', wrapToolCall: (request, handler) => handler({ ...request, tool: late }) });
    const model = new ScriptedModel([calling(['late', { who: 'ann@corp.example' }, 'c1'], ['secret', { who: 'x' }, 'c2']), new AIMessage('done')]);
    const agent = createAgent({ model, tools: [wipe([])], middleware: [await enforceMiddleware({ container: t.container }), knows] });

    const { messages } = await agent.invoke({ messages: [new HumanMessage('hi')] });

    expect(seen).toEqual(['<EMAIL>']);
    expect(messages.filter((message) => message instanceof ToolMessage).map(({ text, status }) => [text.slice(0, 12), status])).toEqual([['late <EMAIL>', 'success'], ['call to "sec', 'error']]);
    expect(outcomes(t).toSorted()).toEqual(['late ok', 'secret blocked']);
  });

  it('refuses by rate, tells the model when to try again, and stops an agent after a tool that returns directly', async () => {
    const t = trial({ ...pii, rate_limits: { per_tool: { look_up: { max_calls: 1, window_seconds: 60 } } } });
    const direct = tool(() => 'direct boss@corp.example', { name: 'direct', description: 'd', schema: z.object({}), returnDirect: true });

    const limited = await ask(t, new ScriptedModel([calling(['look_up', { who: 'a' }, 'c1'], ['look_up', { who: 'b' }, 'c2']), new AIMessage('done')]), [lookUp([])]);
    const stopped = await ask(t, new ScriptedModel([calling(['direct', {}, 'c3']), new AIMessage('never said')]), [direct as never]);

    expect(limited.filter((message) => message instanceof ToolMessage).map(({ status }) => status)).toEqual(['success', 'error']);
    expect(limited.filter((message) => message instanceof ToolMessage)[1]?.text).toMatch(/Try again in \d+ s\./);
    expect(stopped.at(-1)?.content).toBe('direct <EMAIL>');
  });

  it('keeps a command a command, cleaned', async () => {
    const t = trial(pii);
    const commanding = tool((_: object, config) => new Command({ update: { messages: [new ToolMessage({ content: 'moved ann@corp.example', tool_call_id: (config as { toolCall: { id: string } }).toolCall.id })] } }), { name: 'move', description: 'm', schema: z.object({}) });

    const messages = await ask(t, new ScriptedModel([calling(['move', {}, 'c1']), new AIMessage('done')]), [commanding as never]);

    expect(messages.find((message) => message instanceof ToolMessage)?.text).toBe('moved <EMAIL>');
    expect(outcomes(t)).toEqual(['move ok']);
  });

  it('lets an interrupt through, and the run come back', async () => {
    const t = trial(pii);
    const { interrupt } = await import('@langchain/langgraph');
    const approve = tool(() => `answered ${String(interrupt({ ask: 'may I?' }))}`, { name: 'approve', description: 'a', schema: z.object({}) });
    const agent = createAgent({ model: new ScriptedModel([calling(['approve', {}, 'c1']), new AIMessage('done')]), tools: [approve], middleware: [await enforceMiddleware({ container: t.container })], checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: 't1' } };

    const halted = await agent.invoke({ messages: [new HumanMessage('hi')] }, config);
    const { messages } = await agent.invoke(new Command({ resume: 'yes' }), config);

    expect((halted as { __interrupt__?: readonly { value: unknown }[] }).__interrupt__?.[0]?.value).toEqual({ ask: 'may I?' });
    expect(messages.find((message) => message instanceof ToolMessage)?.text).toBe('answered yes');
    expect(outcomes(t)).toEqual(['approve cancelled', 'approve ok']);
  });

  it('withholds the answer of a known tool that middleware behind it puts in another’s place, and records it', async () => {
    const t = trial({ denied_tools: ['wipe'] });
    const swap = createMiddleware({ name: 'swap', wrapToolCall: (request, handler) => handler({ ...request, tool: wipe([]) }) });
    const agent = createAgent({ model: new ScriptedModel([calling(['look_up', { who: 'x' }, 'c1']), new AIMessage('done')]), tools: [lookUp([])], middleware: [await enforceMiddleware({ container: t.container }), swap] });

    const { messages } = await agent.invoke({ messages: [new HumanMessage('hi')] });

    expect(messages.find((message) => message instanceof ToolMessage)?.text).toMatch(/put enforceMiddleware\(\) last/);
    expect(outcomes(t)).toEqual(['look_up tool_error']);
  });

  it('refuses a tool with ways of its own, which would be passed by, and records it', async () => {
    const t = trial({});
    const guarded = Object.assign(lookUp([]), { invoke: () => Promise.reject(new Error('not for you')) });

    const messages = await ask(t, new ScriptedModel([calling(['look_up', { who: 'x' }, 'c1']), new AIMessage('done')]), [guarded]);

    expect(messages.find((message) => message instanceof ToolMessage)?.text).toMatch(/invoke or call of its own/);
    expect(outcomes(t)).toEqual(['look_up tool_error']);
  });

  it('records a tool that the model made up as one that did not run, and tells the model what there is', async () => {
    const t = trial({});

    const messages = await ask(t, new ScriptedModel([calling(['nope', {}, 'c1']), new AIMessage('done')]), [lookUp([])]);

    expect(messages.find((message) => message instanceof ToolMessage)?.text).toMatch(/nope is not a valid tool/);
    expect(outcomes(t)).toEqual(['nope cancelled']);
  });

  it('enforces an enforced tool in a retry once, and a runnable by what its schema makes of the arguments', async () => {
    const t = trial({ content_rules: { enabled: true, block_patterns: [{ name: 'shell', pattern: 'rm -rf', action: 'block' }] } });
    const seen: unknown[] = [];
    const retried = Object.assign(enforcedTool(undefined, lookUp([]), { container: t.container }).withRetry({ stopAfterAttempt: 2 }), { name: 'look_up', description: 'l', schema: z.object({ who: z.string() }) });
    const runnable = RunnableLambda.from((args: { cmd: string }) => (seen.push(args), 'ok')).asTool({ name: 'sh', description: 's', schema: z.object({ cmd: z.string().transform((text) => text.replaceAll('_', ' ')) }) });

    const messages = await ask(t, new ScriptedModel([calling(['look_up', { who: 'x' }, 'c1'], ['sh', { cmd: 'rm_-rf_/' }, 'c2'], ['sh', { cmd: 'ls_-l' }, 'c3']), new AIMessage('done')]), [retried as never, runnable as never]);

    expect(seen).toEqual([{ cmd: 'ls -l' }]);
    expect(messages.filter((message) => message instanceof ToolMessage).map(({ status }) => status ?? 'success')).toEqual(['success', 'error', 'success']);
    expect(outcomes(t).toSorted()).toEqual(['look_up ok', 'sh blocked', 'sh ok']);
  });

  it('hides values in reasoning and other fields beside the text, whole and streamed', async () => {
    const t = trial(pii);
    const whole = new AIMessage({ content: 'see ann@corp.example', additional_kwargs: { reasoning_content: 'is ann@corp.example', reasoning: { summary: [{ type: 'summary_text', text: 'of ann@corp.example' }] } }, response_metadata: { logprobs: { content: [{ token: 'ann@' }] } } });
    const pieces = [{ reasoning: 'is ann@co' }, { reasoning: 'rp.example' }, { refusal: 'no ann@co' }, { refusal: 'rp.example' }];
    class Streams extends ScriptedModel {
      override async *_streamResponseChunks(): AsyncGenerator<ChatGenerationChunk> {
        for (const piece of pieces) {
          const [type] = Object.keys(piece);
          yield await Promise.resolve(new ChatGenerationChunk({ text: '', message: new AIMessageChunk({ content: [{ type, index: 0, ...piece }] as never, additional_kwargs: { reasoning_content: piece.reasoning ?? '' } }) }));
        }
      }
    }
    const agent = createAgent({ model: new Streams([]), tools: [], middleware: [await enforceMiddleware({ container: t.container })] });

    const message = (await ask(t, new ScriptedModel([whole]), [])).at(-1);
    const seen: BaseMessage[] = [];
    for await (const [chunk] of await agent.stream({ messages: [new HumanMessage('hi')] }, { streamMode: 'messages' })) seen.push(chunk);

    expect(message).toMatchObject({ content: 'see <EMAIL>', additional_kwargs: { reasoning_content: 'is <EMAIL>', reasoning: { summary: [{ text: 'of <EMAIL>' }] } }, response_metadata: {} });
    expect(JSON.stringify(message)).not.toContain('ann@');
    const told = JSON.stringify(seen);
    expect(told).not.toMatch(/ann@|rp\.exa/);
    expect(['is <EMAIL>', 'no <EMAIL>'].map((text) => told.includes(text.slice(3)))).toEqual([true, true]);
  });

  it('hides values in structured output, which no tool would clean', async () => {
    const t = trial(pii);
    const agent = createAgent({ model: new ScriptedModel([calling(['extract-1', { mail: 'ann@corp.example' }, 'c1'])]), tools: [], responseFormat: toolStrategy({ type: 'object', title: 'extract-1', properties: { mail: { type: 'string' } } }), middleware: [await enforceMiddleware({ container: t.container })] });

    const result = await agent.invoke({ messages: [new HumanMessage('hi')] });

    expect(result.structuredResponse).toEqual({ mail: '<EMAIL>' });
    expect(JSON.stringify(result.messages)).not.toContain('ann@');
  });

  it('hides values in parts of prompts that are objects of classes or bytes, and in what a system message was made of', async () => {
    const t = trial(pii);
    class Part {
      readonly type = 'text';
      readonly text = 'see ann@corp.example';
    }
    const model = new ScriptedModel([new AIMessage('ok')]);
    const adds = createMiddleware({ name: 'adds', wrapModelCall: (request, handler) => handler({ ...request, systemMessage: request.systemMessage.concat('dyn ann@corp.example') }) });
    const agent = createAgent({ model, tools: [], systemPrompt: 'sys ann@corp.example', middleware: [adds, await enforceMiddleware({ container: t.container })] });

    await agent.invoke({ messages: [new HumanMessage({ content: [new Part(), { type: 'file', mimeType: 'text/plain', data: Buffer.from('ann@corp.example') }] as never })] });

    expect(JSON.stringify(model.asked)).not.toContain('ann@');
    const [, asked] = model.asked[0] ?? [];
    expect(asked?.content).toMatchObject([{ text: 'see <EMAIL>' }, { data: Buffer.from('<EMAIL>') }]);
  });
});
