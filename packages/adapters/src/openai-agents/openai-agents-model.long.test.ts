import { describe, expect, it } from '@jest/globals';
import { Agent, run, Runner, tool, Usage, type AgentInputItem, type Model, type ModelRequest, type StreamEvent } from '@openai/agents';
import { ScriptedModel, assistantMessage, functionCall, modelStream } from '@openai/agents/testing';
import { z } from 'zod';
import { Redactor } from '@enforcecore/core';
import { hidesEmails, house, inputOf, spy } from './openai-agents.test.kit.js';
import { enforcedModel, enforcedModelProvider, redactText } from './index.js';

const ann = 'ann@example.com';

function delta(text: string, itemId = 'm1'): StreamEvent {
  return { type: 'output_text_delta', itemId, delta: text, providerData: { raw: text } };
}

function finished(text: string): StreamEvent {
  return { type: 'response_done', response: { id: 'r', usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 }, output: [assistantMessage(text)] }, providerData: { raw: text } };
}

describe('a model under redaction', () => {
  it('gets instructions and input without what the policy hides, and gives pictures as they are', async () => {
    const inner = new ScriptedModel([[assistantMessage('ok')]]);
    const input: AgentInputItem[] = [
      { role: 'user', content: [{ type: 'input_text', text: `I am ${ann}` }, { type: 'input_image', image: `https://example.com/?of=${ann}` }] },
      { type: 'function_call', callId: 'c', name: 'look', arguments: JSON.stringify({ of: ann }), status: 'completed' },
      { type: 'function_call_result', callId: 'c', name: 'look', status: 'completed', output: { type: 'text', text: `it is ${ann}` } },
    ];

    await run(new Agent({ name: 'a', instructions: `serve ${ann}`, model: enforcedModel(inner, house(hidesEmails)) }), input);

    const { systemInstructions } = inner.calls[0]?.request ?? {};
    expect(systemInstructions).toBe('serve <EMAIL>');
    expect(inputOf(inner, 0).replace(`?of=${ann}`, '')).not.toContain(ann);
    expect(inputOf(inner, 0)).toContain(`?of=${ann}`);
    expect(inputOf(inner, 0)).toContain('{\\"of\\":\\"<EMAIL>\\"}');
  });

  it('gives output without what the policy hides, and calls whose arguments are JSON', async () => {
    const ran = spy('fine');
    const inner = new ScriptedModel([{ output: [assistantMessage(`to ${ann}`), functionCall('send', { to: `"${ann}"` }, { callId: 'c' })], usage: new Usage(), providerData: { raw: ann } }, [assistantMessage(`done, ${ann}`)]]);
    const send = tool({ name: 'send', description: 'sends', parameters: z.object({ to: z.string() }), execute: ran });

    const result = await run(new Agent({ name: 'a', model: enforcedModel(inner, house(hidesEmails)), tools: [send] }), 'go');

    expect(result.finalOutput).toBe('done, <EMAIL>');
    expect(ran.mock.calls[0]?.[0]).toEqual({ to: '"<EMAIL>"' });
    expect(JSON.stringify(result.rawResponses)).not.toContain(ann);
  });

  it('streams without a value that is split over events, and without the provider\'s own events', async () => {
    const events: StreamEvent[] = [{ type: 'response_started' }, delta('mail ann@ex'), { type: 'model', event: { type: 'response.output_text.delta', delta: 'ann@ex' } }, delta('ample.com now'), finished(`mail ${ann} now`)];
    const agent = new Agent({ name: 'a', model: enforcedModel(new ScriptedModel([modelStream(events)]), house(hidesEmails)) });
    const seen: unknown[] = [];
    let text = '';

    const result = await run(agent, 'go', { stream: true });
    for await (const event of result) {
      seen.push(event.type === 'raw_model_stream_event' ? event.data : event.type === 'run_item_stream_event' ? event.item.rawItem : event.type);
      if (event.type === 'raw_model_stream_event' && event.data.type === 'output_text_delta') text += event.data.delta;
    }

    expect(text).toBe('mail <EMAIL> now');
    expect(result.finalOutput).toBe('mail <EMAIL> now');
    expect(JSON.stringify(seen)).not.toContain('ann@');
    expect(JSON.stringify(seen)).not.toContain('ample.com');
  });

  it('keeps two texts at once apart', async () => {
    const events = [delta('ann@ex', 'm1'), delta('bob@ex', 'm2'), delta('ample.com', 'm1'), delta('ample.com', 'm2'), finished('')];
    const model = enforcedModel(new ScriptedModel([modelStream(events)]), house(hidesEmails));
    const out: StreamEvent[] = [];

    for await (const event of model.getStreamedResponse({ input: 'go', modelSettings: {}, tools: [], outputType: 'text', handoffs: [], tracing: false })) out.push(event);

    expect(out.filter(({ type }) => type === 'output_text_delta')).toEqual([
      { type: 'output_text_delta', itemId: 'm1', delta: '<EMAIL>' },
      { type: 'output_text_delta', itemId: 'm2', delta: '<EMAIL>' },
    ]);
  });

  it('leaves arguments to the enforced tool where it is told to', async () => {
    const { container } = house(hidesEmails);
    const model = enforcedModel(new ScriptedModel([[functionCall('send', { to: ann }, { callId: 'c' })]]), { container, toolInput: 'leave' });

    const { output } = await model.getResponse({ input: 'go', modelSettings: {}, tools: [], outputType: 'text', handoffs: [], tracing: false });

    expect(output).toMatchObject([{ arguments: JSON.stringify({ to: ann }) }]);
  });

  it('is not asked with an input that is nested too deep to be read through', async () => {
    const inner = new ScriptedModel([[assistantMessage('ok')]]);
    const deep = Array.from({ length: 200 }).reduce<unknown>((value) => [value], ann);

    const running = run(new Agent({ name: 'a', model: enforcedModel(inner, house(hidesEmails)) }), [
      { type: 'function_call', callId: 'c', name: 'look', arguments: JSON.stringify(deep), status: 'completed' },
      { type: 'function_call_result', callId: 'c', name: 'look', status: 'completed', output: 'x' },
    ]);

    await expect(running).rejects.toMatchObject({ code: 'REDACTION' });
    expect(inner.calls).toHaveLength(0);
  });

  it('tells its traces no data', async () => {
    const requests: ModelRequest[] = [];
    const inner: Model = {
      getResponse: async (request) => (requests.push(request), new ScriptedModel([[assistantMessage('ok')]]).getResponse(request)),
      getStreamedResponse: () => {
        throw new Error('not asked for');
      },
    };

    await enforcedModel(inner, house(hidesEmails)).getResponse({ input: 'go', modelSettings: {}, tools: [], outputType: 'text', handoffs: [], tracing: true });

    expect(requests).toMatchObject([{ tracing: 'enabled_without_data' }]);
  });

  it('is not asked at all when the redactor fails', async () => {
    const { container } = house(hidesEmails);
    container.rebind(Redactor).toConstantValue({
      redact: () => {
        throw new Error(`cannot read ${ann}`);
      },
    });
    const inner = new ScriptedModel([[assistantMessage('ok')]]);

    const running = run(new Agent({ name: 'a', model: enforcedModel(inner, { container }) }), ann);

    await expect(running).rejects.toMatchObject({ code: 'REDACTION' });
    expect(inner.calls).toHaveLength(0);
  });

  it('passes everything as it is where the policy hides nothing', async () => {
    const inner = new ScriptedModel([[assistantMessage(ann)]]);
    const provider = enforcedModelProvider({ getModel: () => inner }, house());

    const { finalOutput } = await new Runner({ modelProvider: provider, tracingDisabled: true }).run(new Agent({ name: 'a', model: 'any' }), ann);

    expect(finalOutput).toBe(ann);
    expect(inputOf(inner, 0)).toContain(ann);
  });
});

describe('the text of a run', () => {
  it('is shown without what the policy hides, where the model is not wrapped', async () => {
    const agent = new Agent({ name: 'a', model: new ScriptedModel([modelStream([delta('mail ann@ex'), delta('ample.com now'), finished(`mail ${ann} now`)])]) });

    const result = await run(agent, 'go', { stream: true });
    let text = '';
    for await (const chunk of redactText(result.toTextStream() as never, house(hidesEmails))) text += chunk;

    expect(text).toBe('mail <EMAIL> now');
  });
});
