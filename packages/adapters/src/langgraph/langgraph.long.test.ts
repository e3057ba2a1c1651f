import { describe, expect, it } from '@jest/globals';
import { attach, currentCall, Enforce, type Caller } from '@enforcecore/core';
import { defineTool, Tool } from '@enforcecore/core/tools';
import { AIMessage, AIMessageChunk, HumanMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { tool, type StructuredTool } from '@langchain/core/tools';
import { Annotation, Command, getCurrentTaskInput, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode, toolsCondition } from '@langchain/langgraph/prebuilt';
import { createAgent } from 'langchain';
import { z } from 'zod';
import { EnforceCoreCallbackHandler } from '../langchain/index.js';
import { calling, outcomes, ScriptedModel, trial, type Trial } from '../langchain/langchain.test.kit.js';
import { enforcedTool, enforcedTools, enforceGraphStream } from './index.js';

const pii = { pii_redaction: { categories: ['email'] } };

function lookUp(seen: unknown[] = []) {
  return tool(({ who }: { who: string }) => (seen.push(who), `${who} is boss@corp.example`), { name: 'look_up', description: 'l', schema: z.object({ who: z.string() }) });
}

function graphOf(model: ScriptedModel, tools: readonly StructuredTool[]) {
  return new StateGraph(MessagesAnnotation)
    .addNode('agent', async ({ messages }, config) => ({ messages: [await model.invoke(messages, config)] }))
    .addNode('tools', new ToolNode([...tools]))
    .addEdge(START, 'agent')
    .addConditionalEdges('agent', toolsCondition)
    .addEdge('tools', 'agent')
    .compile({ checkpointer: new MemorySaver() });
}

const config = { configurable: { thread_id: 'thread-9' } };
const hello = { messages: [new HumanMessage('hi')] };

function answers(messages: readonly BaseMessage[]): readonly ToolMessage[] {
  return messages.filter((message) => message instanceof ToolMessage);
}

describe('a LangGraph graph with enforced tools', () => {
  it('runs allowed tools cleaned, in parallel, and tells the model of denied ones, which never ran', async () => {
    const t = trial({ ...pii, denied_tools: ['wipe'] });
    const seen: unknown[] = [];
    const wipe = tool(() => (seen.push('wiped'), 'x'), { name: 'wipe', description: 'w', schema: z.object({}) });
    const model = new ScriptedModel([calling(['look_up', { who: 'ann@corp.example' }, 'c1'], ['look_up', { who: 'bob' }, 'c2'], ['wipe', {}, 'c3']), new AIMessage('done')]);
    const tools = [lookUp(seen), wipe].map((raw) => enforcedTool(undefined, raw as never, { container: t.container }));

    const { messages } = await graphOf(model, tools).invoke(hello, config);

    expect(seen.toSorted()).toEqual(['<EMAIL>', 'bob']);
    expect(answers(messages).map(({ tool_call_id: id, status, text }) => [id, status, text.slice(0, 16)])).toEqual([['c1', 'success', '<EMAIL> is <EMAI'], ['c2', 'success', 'bob is <EMAIL>'], ['c3', 'error', 'call to "wipe" b']]);
    expect(t.auditor.calls.map(({ tool_name: name, outcome, session }) => [name, outcome, session]).sort()).toEqual([['look_up', 'ok', 'thread-9'], ['look_up', 'ok', 'thread-9'], ['wipe', 'blocked', 'thread-9']]);
  });

  it('lets the ready-made agent use them', async () => {
    const t = trial({ ...pii, denied_tools: ['wipe'] });
    const agent = createAgent({ model: new ScriptedModel([calling(['look_up', { who: 'x' }, 'c1']), new AIMessage('done')]), tools: [enforcedTool(undefined, lookUp(), { container: t.container })] });

    const { messages } = await agent.invoke(hello);

    expect(answers(messages)[0]?.text).toBe('x is <EMAIL>');
    expect(outcomes(t)).toEqual(['look_up ok']);
  });

  it('lets an interrupt through as it is, and the tool run again when the run comes back', async () => {
    const t = trial(pii);
    const approve = tool(() => `answered ${String(interrupt({ ask: 'may ann@corp.example?' }))}`, { name: 'approve', description: 'a', schema: z.object({}) });
    const graph = graphOf(new ScriptedModel([calling(['approve', {}, 'c1']), new AIMessage('done')]), [enforcedTool(undefined, approve, { container: t.container })]);

    const halted = await graph.invoke(hello, config);
    const { messages } = await graph.invoke(new Command({ resume: 'yes' }), config);

    expect((halted as { __interrupt__?: readonly { value: unknown }[] }).__interrupt__?.[0]?.value).toEqual({ ask: 'may ann@corp.example?' });
    expect(answers(messages)[0]?.text).toBe('answered yes');
    expect(outcomes(t)).toEqual(['approve cancelled', 'approve ok']);
  });

  it('lets a tool that tells of its progress interrupt', async () => {
    const t = trial(pii);
    const approve = tool(async function* () {
      yield await Promise.resolve('about to ask');
      return `answered ${String(interrupt('may ann@corp.example?'))}`;
    } as never, { name: 'approve', description: 'a', schema: z.object({}) });
    const graph = graphOf(new ScriptedModel([calling(['approve', {}, 'c1']), new AIMessage('done')]), [enforcedTool(undefined, approve as never, { container: t.container })]);

    const halted = await graph.invoke(hello, config);
    const { messages } = await graph.invoke(new Command({ resume: 'yes' }), config);

    expect((halted as { __interrupt__?: readonly { value: unknown }[] }).__interrupt__?.[0]?.value).toBe('may ann@corp.example?');
    expect(answers(messages)[0]?.text).toBe('answered yes');
    expect(t.auditor.calls).toHaveLength(2);
  });

  it('gives tools the state, the config and the runtime that they have without it', async () => {
    const t = trial({});
    const State = Annotation.Root({ ...MessagesAnnotation.spec, user: Annotation<string> });
    const seen: unknown[] = [];
    const aware = tool((_: object, runtime) => {
      const { state, toolCallId, configurable } = runtime as unknown as { state: { user: string }; toolCallId: string; configurable: { thread_id: string } };
      seen.push(state.user, toolCallId, configurable.thread_id, getCurrentTaskInput<{ user: string }>().user, currentCall()?.session, currentCall()?.toolCallId);
      return 'ok';
    }, { name: 'aware', description: 'a', schema: z.object({}) });
    const graph = new StateGraph(State).addNode('tools', new ToolNode([enforcedTool(undefined, aware, { container: t.container })])).addEdge(START, 'tools').compile();

    await graph.invoke({ user: 'mira', messages: [calling(['aware', {}, 'c1'])] }, config);

    expect(seen).toEqual(['mira', 'c1', 'thread-9', 'mira', 'thread-9', 'c1']);
  });

  it('keeps a tool’s command and what it updates', async () => {
    const t = trial(pii);
    const move = tool((_: object, runtime) => new Command({ update: { messages: [new ToolMessage({ content: 'moved ann@corp.example', tool_call_id: (runtime as unknown as { toolCallId: string }).toolCallId })] } }), { name: 'move', description: 'm', schema: z.object({}) });

    const { messages } = await graphOf(new ScriptedModel([calling(['move', {}, 'c1']), new AIMessage('done')]), [enforcedTool(undefined, move, { container: t.container })]).invoke(hello, config);

    expect(answers(messages)[0]?.text).toBe('moved <EMAIL>');
    expect(outcomes(t)).toEqual(['move ok']);
  });

  it('ends calls with the graph’s signal', async () => {
    const t = trial({});
    const stop = new AbortController();
    const slow = tool(() => { setImmediate(() => { stop.abort(); }); return new Promise<string>(() => undefined); }, { name: 'slow', description: 's', schema: z.object({}) });

    await expect(graphOf(new ScriptedModel([calling(['slow', {}, 'c1'])]), [enforcedTool(undefined, slow, { container: t.container })]).invoke(hello, { ...config, signal: stop.signal })).rejects.toThrow();

    expect(outcomes(t)).toEqual(['slow cancelled']);
  });

  it('is guarded by the callback handler alone, as far as a callback can', async () => {
    const t = trial({ denied_tools: ['look_up'] });
    const seen: unknown[] = [];
    const graph = graphOf(new ScriptedModel([calling(['look_up', { who: 'x' }, 'c1']), new AIMessage('done')]), [lookUp(seen) as never]);

    const { messages } = await graph.invoke(hello, { ...config, callbacks: [new EnforceCoreCallbackHandler(undefined, { container: t.container })] });

    expect(seen).toEqual([]);
    expect(answers(messages)[0]?.text).toMatch(/call to "look_up" blocked/);
    expect(outcomes(t)).toEqual(['look_up blocked']);
  });
});

describe('enforceGraphStream', () => {
  it.each([['messages'], [['messages', 'updates', 'values']]])('cleans what a graph streams by mode %j, values split between tokens too', async (streamMode) => {
    const t = trial(pii);
    const graph = graphOf(new ScriptedModel([['mail bo', 'ss@cor', 'p.example', ' today']]), []);

    const chunks: unknown[] = [];
    for await (const chunk of enforceGraphStream(graph.stream(hello, { ...config, streamMode: streamMode as never }), { container: t.container })) chunks.push(chunk);

    const texts = chunks.flatMap((chunk) => textOf(chunk));
    expect(texts.join('')).toBe('mail <EMAIL> today');
    expect(JSON.stringify(chunks)).not.toMatch(/boss|ss@cor/);
    expect(outcomes(t)).toEqual(['stream ok']);
  });

  it('ends one message before the next of the same graph begins, tool calls and all', async () => {
    const t = trial(pii);
    const model = new ScriptedModel([calling(['look_up', { who: 'ann@corp.example' }, 'c1']), ['that is bo', 'ss@corp.example']]);
    const graph = graphOf(model, [enforcedTool(undefined, lookUp(), { container: t.container })]);

    const chunks: unknown[] = [];
    for await (const chunk of enforceGraphStream(graph.stream(hello, { ...config, streamMode: 'messages' }), { container: t.container })) chunks.push(chunk);

    const kinds = chunks.map((chunk) => ((chunk as [BaseMessage])[0] instanceof ToolMessage ? 'tool' : 'model'));
    expect(kinds.lastIndexOf('model')).toBeGreaterThan(kinds.indexOf('tool'));
    expect(kinds.slice(0, kinds.indexOf('tool')).every((kind) => kind === 'model')).toBe(true);
    expect(JSON.stringify(chunks)).not.toContain('@corp.example');
    expect(outcomes(t)).toContain('look_up ok');
  });
});

describe('enforcedTools', () => {
  class Desk {
    @Tool({ description: 'Finds a person', input: z.object({ who: z.string() }) })
    @Enforce({ tool: 'find_person' })
    find({ who }: { readonly who: string }): string {
      return `${who}: boss@corp.example, session ${currentCall()?.session ?? 'none'}`;
    }

    @Tool({ description: 'Wipes', input: z.object({}) })
    @Enforce({ tool: 'wipe' })
    wipe(): string {
      throw new Error('it ran');
    }

    @Tool({ description: 'Asks', input: z.object({}) })
    @Enforce({ tool: 'ask' })
    ask(): string {
      return `answered ${String(interrupt('may boss@corp.example?'))}`;
    }

    @Tool({ description: 'Tells', input: z.object({}) })
    @Enforce({ tool: 'tell' })
    async *tell(): AsyncGenerator<string> {
      yield await Promise.resolve('ask bo');
      yield 'ss@corp.example';
    }
  }

  async function desk(t: Trial, caller: Caller = {}): Promise<StructuredTool[]> {
    return enforcedTools(attach(new Desk(), t.container), { caller });
  }

  it('makes tools of a decorated class that a graph can use: allowed, denied, wrong arguments', async () => {
    const t = trial({ ...pii, denied_tools: ['wipe'] });
    const tools = await desk(t);
    const model = new ScriptedModel([calling(['find_person', { who: 'ann' }, 'c1'], ['wipe', {}, 'c2'], ['find_person', { who: 7 }, 'c3'], ['tell', {}, 'c4']), new AIMessage('done')]);

    const { messages } = await graphOf(model, tools).invoke(hello, config);

    expect(tools.map(({ name, description }) => `${name}: ${description}`)).toEqual(['find_person: Finds a person', 'wipe: Wipes', 'ask: Asks', 'tell: Tells']);
    expect(tools[0]?.schema).toMatchObject({ type: 'object', properties: { who: { type: 'string' } } });
    expect(answers(messages).map(({ status, text }) => [status, text])).toEqual([
      ['success', 'ann: <EMAIL>, session thread-9'],
      ['error', expect.stringMatching(/blocked.*did not run/)],
      ['error', expect.stringMatching(/who .*string/)],
      ['success', 'ask <EMAIL>'],
    ]);
    expect(outcomes(t).toSorted()).toEqual(['find_person blocked', 'find_person ok', 'tell ok', 'wipe blocked']);
  });

  it('lets a method interrupt, its question cleaned', async () => {
    const t = trial(pii);
    const graph = graphOf(new ScriptedModel([calling(['ask', {}, 'c1']), new AIMessage('done')]), await desk(t));

    const halted = await graph.invoke(hello, config);
    const { messages } = await graph.invoke(new Command({ resume: 'yes' }), config);

    expect((halted as { __interrupt__?: readonly { value: unknown }[] }).__interrupt__?.[0]?.value).toBe('may <EMAIL>?');
    expect(answers(messages)[0]?.text).toBe('answered yes');
    expect(outcomes(t)).toEqual(['ask tool_error', 'ask ok']);
    expect(t.auditor.calls[0]).toMatchObject({ error_class: expect.any(String) as unknown });
  });

  it('takes tools made by defineTool', async () => {
    const t = trial(pii);
    const made = defineTool({ name: 'made', description: 'm', input: z.object({}), execute: () => 'made boss@corp.example', container: t.container });

    const [one] = await enforcedTools([made]);
    const [same] = await enforcedTools(made); // one needs no list

    await expect(Promise.all([one?.invoke({}), same?.invoke({})])).resolves.toEqual(['made <EMAIL>', 'made <EMAIL>']);
    expect(outcomes(t)).toEqual(['made ok', 'made ok']);
  });
});

function textOf(chunk: unknown): readonly string[] {
  const inner: unknown = Array.isArray(chunk) && typeof chunk[0] === 'string' ? (chunk[0] === 'messages' ? chunk[1] : undefined) : chunk;
  const message: unknown = Array.isArray(inner) ? inner[0] : undefined;
  return message instanceof AIMessageChunk ? [message.text] : [];
}
