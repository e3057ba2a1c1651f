import { describe, expect, it } from '@jest/globals';
import { Document } from '@langchain/core/documents';
import { HumanMessage } from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import { StructuredTool, tool } from '@langchain/core/tools';
import { FakeListChatModel, FakeLLM, FakeRetriever } from '@langchain/core/utils/testing';
import { z } from 'zod';
import { EnforceCoreCallbackHandler, enforcedTool } from './index.js';
import { outcomes, trial } from './langchain.test.kit.js';

const pii = { pii_redaction: { categories: ['email'] } };

function finder(seen: unknown[] = []) {
  return tool(({ who }: { who: string }) => (seen.push(who), `found boss@corp.example`), { name: 'find', description: 'f', schema: z.object({ who: z.string() }) });
}

describe('EnforceCoreCallbackHandler', () => {
  it('keeps a denied tool from running, although it is only a callback', async () => {
    const t = trial({ denied_tools: ['find'] });
    const seen: unknown[] = [];
    const handler = new EnforceCoreCallbackHandler(undefined, { container: t.container });

    await expect(finder(seen).invoke({ who: 'x' }, { callbacks: [handler] })).rejects.toMatchObject({ code: 'TOOL_DENIED' });
    await expect(RunnableLambda.from((who: string) => ({ who })).pipe(finder(seen)).invoke('x', { callbacks: [handler] })).rejects.toMatchObject({ code: 'TOOL_DENIED' });

    expect(seen).toEqual([]);
    expect(outcomes(t)).toEqual(['find blocked', 'find blocked']);
    expect(handler.entryCount).toBe(2);
  });

  it('records a tool that is not enforced, and claims no cleaning that did not happen', async () => {
    const t = trial(pii);
    const handler = new EnforceCoreCallbackHandler(undefined, { container: t.container });

    const answer = await finder().invoke({ who: 'ann@corp.example' }, { callbacks: [handler] });

    expect(answer).toBe('found boss@corp.example');
    expect(outcomes(t)).toEqual(['find ok']);
    expect(t.auditor.calls[0]).toMatchObject({ input_redactions: 0, output_redactions: 0 });
    expect([handler.totalInputFindings, handler.totalOutputFindings]).toEqual([1, 1]);
  });

  it('refuses what it cannot clean, where it is told to', async () => {
    const t = trial(pii);
    const seen: unknown[] = [];
    const inputs = new EnforceCoreCallbackHandler(undefined, { container: t.container, redactInputs: 'refuse' });
    const outputs = new EnforceCoreCallbackHandler(undefined, { container: t.container, redactOutputs: 'refuse' });
    const model = new FakeListChatModel({ responses: ['ask boss@corp.example', 'fine'] });

    await expect(finder(seen).invoke({ who: 'ann@corp.example' }, { callbacks: [inputs] })).rejects.toMatchObject({ code: 'REDACTION' });
    await expect(model.invoke([new HumanMessage('to ann@corp.example')], { callbacks: [inputs] })).rejects.toMatchObject({ code: 'REDACTION' });
    expect(seen).toEqual([]);
    await expect(finder(seen).invoke({ who: 'ann' }, { callbacks: [outputs] })).rejects.toMatchObject({ code: 'REDACTION' });
    await expect(model.invoke('hi', { callbacks: [outputs] })).rejects.toMatchObject({ code: 'REDACTION' });
  });

  it('hears every kind of event of the real manager', async () => {
    const t = trial(pii);
    const handler = new EnforceCoreCallbackHandler(undefined, { container: t.container });
    const callbacks = [handler];

    await new FakeListChatModel({ responses: ['a b'] }).stream('to ann@corp.example', { callbacks }).then(async (stream) => { for await (const _ of stream) continue; });
    await new FakeLLM({ response: 'x' }).invoke('to ann@corp.example', { callbacks });
    await new FakeRetriever({ output: [new Document({ pageContent: 'boss@corp.example' })] }).invoke('ann@corp.example', { callbacks });
    await RunnableLambda.from((x: string) => x).invoke('x', { callbacks });
    await expect(RunnableLambda.from(() => { throw new Error('no'); }).invoke('x', { callbacks })).rejects.toThrow('no');
    await expect(tool(() => { throw new Error('no'); }, { name: 'broken', description: 'b', schema: z.object({}) }).invoke({}, { callbacks })).rejects.toThrow('no');
    await expect(new FakeLLM({ thrownErrorString: 'no' }).invoke('x', { callbacks })).rejects.toThrow('no');

    expect(Object.keys(handler.events).toSorted()).toEqual(['chain_end', 'chain_error', 'chain_start', 'chat_model_start', 'llm_end', 'llm_error', 'llm_new_token', 'llm_start', 'retriever_end', 'retriever_start', 'tool_error', 'tool_start']);
    expect([handler.totalInputFindings, handler.totalOutputFindings]).toEqual([3, 1]);
    expect(handler.totalEvents).toBeGreaterThan(14);
    expect(outcomes(t)).toEqual(['broken tool_error']);
  });

  it('leaves enforced tools to themselves, and keeps parallel runs apart', async () => {
    const t = trial(pii);
    const handler = new EnforceCoreCallbackHandler(undefined, { container: t.container });
    const slow = tool(async ({ n }: { n: number }) => { await new Promise((done) => setImmediate(done)); if (n % 2 === 0) throw new Error('even'); return 'odd'; }, { name: 'slow', description: 's', schema: z.object({ n: z.number() }) });

    await enforcedTool(undefined, finder(), { container: t.container }).invoke({ who: 'x' }, { callbacks: [handler] });
    await Promise.allSettled(Array.from({ length: 10 }, (_, n) => slow.invoke({ n }, { callbacks: [handler] })));

    expect(outcomes(t).toSorted()).toEqual(['find ok', ...Array.from({ length: 5 }, () => 'slow ok'), ...Array.from({ length: 5 }, () => 'slow tool_error')]);
    expect(handler.entryCount).toBe(10);
  });

  it('refuses a tool whose name callbacks are not told', async () => {
    const t = trial({ denied_tools: ['own'] });
    const seen: unknown[] = [];
    class Own extends StructuredTool {
      override name = 'own';
      override description = 'o';
      override schema = z.object({});
      protected override _call(): Promise<string> {
        seen.push('ran');
        return Promise.resolve('ran');
      }
    }

    await expect(new Own().invoke({}, { callbacks: [new EnforceCoreCallbackHandler(undefined, { container: t.container })] })).rejects.toMatchObject({ code: 'NOT_ENFORCED' });

    expect(seen).toEqual([]);
  });

  it('judges by the name of the run, which the code that starts a tool may give, and refuses one that is not among the tools it was given', async () => {
    const t = trial({ denied_tools: ['find'] });
    const seen: unknown[] = [];
    const open = new EnforceCoreCallbackHandler(undefined, { container: t.container });
    const closed = new EnforceCoreCallbackHandler(undefined, { container: t.container, tools: ['find', 'other'] });

    await finder(seen).invoke({ who: 'x' }, { callbacks: [open], runName: 'anything' });
    await expect(finder(seen).invoke({ who: 'x' }, { callbacks: [closed], runName: 'anything' })).rejects.toMatchObject({ code: 'NOT_ENFORCED' });
    await expect(finder(seen).invoke({ who: 'x' }, { callbacks: [closed] })).rejects.toMatchObject({ code: 'TOOL_DENIED' });

    expect(seen).toHaveLength(1);
    expect(outcomes(t)).toEqual(['anything ok', 'find blocked']);
  });

  it('records nothing of allowed tools without audit, and still refuses denied ones', async () => {
    const t = trial({ denied_tools: ['find'] });
    const other = tool(() => 'x', { name: 'other', description: 'o', schema: z.object({}) });
    const handler = new EnforceCoreCallbackHandler(undefined, { container: t.container, audit: false });

    await other.invoke({}, { callbacks: [handler] });
    await expect(finder().invoke({ who: 'x' }, { callbacks: [handler] })).rejects.toMatchObject({ code: 'TOOL_DENIED' });

    expect(outcomes(t)).toEqual(['find blocked']);
  });

  it('ends the call of a tool that breaks a limit, and withholds its answer', async () => {
    const t = trial({ max_output_size_bytes: 5 });
    const handler = new EnforceCoreCallbackHandler(undefined, { container: t.container });

    await expect(finder().invoke({ who: 'x' }, { callbacks: [handler] })).rejects.toMatchObject({ code: 'OUTPUT_SIZE' });

    expect(t.auditor.calls).toHaveLength(1);
  });
});
