import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { generateText, isStepCount, Output, simulateReadableStream, streamText, tool, wrapLanguageModel, type ModelMessage } from 'ai';
import { MockLanguageModelV4 } from 'ai/test';
import { z } from 'zod';
import { Redactor } from '@enforcecore/core';
import { hidesEmails, house, promptOf, says, scripted, spy, toolCall, type House } from './ai-sdk.test.kit.js';
import { enforcedSettings, redactionMiddleware, redactStream } from './index.js';

const ann = 'ann@example.com';
const stopWhen = isStepCount(3);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function wrapped(model: MockLanguageModelV4, { container }: House = house(hidesEmails)): ReturnType<typeof wrapLanguageModel> {
  return wrapLanguageModel({ model, middleware: redactionMiddleware({ container }) });
}

describe('the middleware that redacts', () => {
  it('hides values in every text of a prompt before the provider gets it, and leaves pictures alone', async () => {
    const model = scripted(says('ok'));
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, ...Buffer.from(ann)]).toString('base64');
    const messages: ModelMessage[] = [
      { role: 'user', content: [{ type: 'text', text: `I am ${ann}` }, { type: 'file', data: base64(`mail: ${ann}`), mediaType: 'text/plain', filename: `of ${ann}` }, { type: 'file', data: png, mediaType: 'image/png' }] },
      { role: 'assistant', content: [{ type: 'reasoning', text: `it is ${ann}` }, { type: 'tool-call', toolCallId: 't', toolName: 'look', input: { of: ann, [ann]: 1 } }] },
      { role: 'tool', content: [{ type: 'tool-result', toolCallId: 't', toolName: 'look', output: { type: 'json', value: { [ann]: [ann] } } }] },
    ];

    await generateText({ model: wrapped(model), instructions: `you serve ${ann}`, messages });

    const prompt = promptOf(model, 0);
    expect(prompt).not.toContain(ann);
    expect(prompt).not.toContain(base64(`mail: ${ann}`));
    expect(prompt).toContain(png);
    expect(prompt.match(/EMAIL/gi)?.length).toBeGreaterThanOrEqual(8);
  });

  it.each(['text', 'application/x-yaml', 'application/sql', 'image/svg+xml', 'message/rfc822', 'application/octet-stream'])('hides values in a file that is text by its content: %s', async (mediaType) => {
    const model = scripted(says('ok'), says('ok'));
    const bytes = new TextEncoder().encode(`to ${ann}`);

    for (const data of [bytes, base64(`to ${ann}`)]) await generateText({ model: wrapped(model), messages: [{ role: 'user', content: [{ type: 'file', data, mediaType }] }] });

    expect(promptOf(model, 0) + promptOf(model, 1)).not.toContain(base64(`to ${ann}`).slice(0, 12));
    expect(JSON.stringify(model.doGenerateCalls[0]?.prompt)).not.toContain(JSON.stringify(bytes));
  });

  it.each(['the middleware', 'the transform'])('keeps the signature of reasoning, which comes without text: %s', async (how) => {
    const at = house(hidesEmails);
    const reasoning = [
      { type: 'reasoning-start' as const, id: 'r' },
      { type: 'reasoning-delta' as const, id: 'r', delta: 'thinking' },
      { type: 'reasoning-delta' as const, id: 'r', delta: '', providerMetadata: { maker: { signature: 'SIG' } } },
      { type: 'reasoning-end' as const, id: 'r' },
    ];
    const model = new MockLanguageModelV4({ doStream: () => Promise.resolve({ stream: simulateReadableStream({ initialDelayInMs: null, chunkDelayInMs: null, chunks: reasoning }) }) });
    const settings = how === 'the middleware' ? { model: wrapped(model, at) } : { model, experimental_transform: redactStream(at) };

    const { content } = (await streamText({ ...settings, prompt: 'go' }).steps)[0] ?? {};

    expect(content).toEqual([{ type: 'reasoning', text: 'thinking', providerMetadata: { maker: { signature: 'SIG' } } }]);
  });

  it('leaves the messages of the caller as they are', async () => {
    const messages: ModelMessage[] = [{ role: 'user', content: [{ type: 'text', text: ann }] }];

    await generateText({ model: wrapped(scripted(says('ok'))), messages });

    expect(messages).toEqual([{ role: 'user', content: [{ type: 'text', text: ann }] }]);
  });

  it('hides values in a completion, its reasoning and its calls, whose arguments stay JSON', async () => {
    const model = scripted([says(`mail ${ann}`), { type: 'reasoning', text: `why ${ann}` }, toolCall('send', { to: ann, quoted: `"${ann}"` })]);
    const tools = { send: tool({ inputSchema: z.object({ to: z.string(), quoted: z.string() }), outputSchema: z.string() }) };

    const { text, toolCalls, finalStep } = await generateText({ model: wrapped(model), prompt: 'go', tools });

    expect(JSON.stringify([text, toolCalls, finalStep.reasoningText, finalStep.response])).not.toContain(ann);
    expect(text).toMatch(/^mail ./);
    expect(toolCalls[0]).toMatchObject({ input: { to: expect.any(String), quoted: expect.stringMatching(/^".*"$/) } });
    expect(toolCalls[0]?.invalid).toBeUndefined();
  });

  it('hides a value that a stream splits, in text, in reasoning and in arguments, and what comes out is JSON', async () => {
    const model = scripted([says(`mail ${ann} now`), { type: 'reasoning', text: `why ${ann}?` }, toolCall('send', { to: ann })]);
    const seen: unknown[] = [];

    const result = streamText({ model: wrapped(model), prompt: 'go', tools: { send: tool({ inputSchema: z.object({ to: z.string() }), outputSchema: z.string() }) }, include: { rawChunks: true } });
    for await (const part of result.stream) seen.push(part);

    expect(JSON.stringify(seen)).not.toContain('example.com');
    expect(await result.text).toMatch(/^mail .* now$/);
    expect((await result.finalStep).reasoningText).toMatch(/^why .*\?$/);
    const deltas = (seen as { type: string; delta?: string }[]).filter(({ type }) => type === 'tool-input-delta').map(({ delta }) => delta);
    expect(JSON.parse(deltas.join(''))).toEqual({ to: expect.not.stringContaining('ann') });
  });

  it('lets text through as it comes where nothing in it can be hidden', async () => {
    const model = scripted(says('one two three four five'));

    const result = streamText({ model: wrapped(model), prompt: 'go' });
    const deltas: string[] = [];
    for await (const delta of result.textStream) deltas.push(delta);

    expect(deltas.join('')).toBe('one two three four five');
    expect(deltas.length).toBeGreaterThan(1);
  });

  it('gives what a block that never ended holds back', async () => {
    const model = new MockLanguageModelV4({
      doStream: async () => ({
        stream: new ReadableStream({
          start(controller) {
            controller.enqueue({ type: 'text-start', id: '0' });
            controller.enqueue({ type: 'text-delta', id: '0', delta: `to ${ann}` });
            controller.enqueue({ type: 'finish', finishReason: { unified: 'stop', raw: undefined }, usage: { inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined }, outputTokens: { total: 1, text: 1, reasoning: undefined } } });
            controller.close();
          },
        }),
      }),
    });

    const text = await streamText({ model: wrapped(model), prompt: 'go' }).text;

    expect(text).toMatch(/^to .+/);
    expect(text).not.toContain(ann);
  });

  it('keeps the prompt from the provider when the redactor fails', async () => {
    const broken = house(hidesEmails);
    broken.container.rebind(Redactor).toConstantValue({
      redact: () => {
        throw new Error(`cannot read ${ann}`);
      },
    });
    const model = scripted(says('ok'));

    const run = generateText({ model: wrapped(model, broken), prompt: ann, maxRetries: 0 });

    await expect(run).rejects.toMatchObject({ code: 'REDACTION' });
    expect(model.doGenerateCalls).toHaveLength(0);
  });

  it('costs nothing where the policy hides nothing: the same objects pass', async () => {
    const model = scripted(says(ann));

    const { text } = await generateText({ model: wrapped(model, house()), prompt: ann });

    expect(text).toBe(ann);
    expect(promptOf(model, 0)).toContain(ann);
  });

  it('lets a client\'s tool have its call, since the arguments are clean by then', async () => {
    const it = house(hidesEmails);
    const tools = { ask: tool({ inputSchema: z.object({ question: z.string() }), outputSchema: z.string() }) };

    const { toolCalls } = await generateText({ model: wrapped(scripted(toolCall('ask', { question: ann })), it), prompt: 'go', ...enforcedSettings(tools, { ...it, letPass: ['ask'] }) });

    expect(JSON.stringify(toolCalls)).not.toContain(ann);
    expect(it.auditor.calls).toMatchObject([{ decision: 'allowed' }]);
  });
});

describe('what passes the middleware', () => {
  const usage = { inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined }, outputTokens: { total: 1, text: 1, reasoning: undefined } };
  const finishReason = { unified: 'stop' as const, raw: undefined };

  it('is no raw chunk, and no body of a response', async () => {
    const model = new MockLanguageModelV4({
      doGenerate: { content: [{ type: 'text', text: ann }], finishReason, usage, warnings: [], response: { id: 'r-1', body: { text: ann } } },
      doStream: { stream: simulateReadableStream({ chunks: [{ type: 'raw', rawValue: { text: ann } }, { type: 'finish', finishReason, usage }] }) },
    });
    const seen: unknown[] = [];

    const { finalStep } = await generateText({ model: wrapped(model), prompt: 'go', include: { responseBody: true } });
    for await (const part of streamText({ model: wrapped(model), prompt: 'go', include: { rawChunks: true } }).stream) seen.push(part);

    expect(finalStep.response).toMatchObject({ id: 'r-1' });
    expect(JSON.stringify([finalStep.response, seen])).not.toContain(ann);
  });

  it('are arguments as they come, where they are left to the tool', async () => {
    const { container } = house(hidesEmails);
    const left = wrapLanguageModel({ model: scripted(toolCall('send', { to: ann })), middleware: redactionMiddleware({ container, toolInput: 'leave' }) });
    const ran = spy();
    const tools = { send: tool({ inputSchema: z.object({ to: z.string() }), execute: ran }) };
    let deltas = 0;

    const result = streamText({ model: left, prompt: 'go', stopWhen: isStepCount(1), ...enforcedSettings(tools, { container }) });
    for await (const part of result.stream) if (part.type === 'tool-input-delta') deltas += 1;

    expect(deltas).toBeGreaterThan(1);
    expect(ran.mock.calls[0]?.[0]).toEqual({ to: '<EMAIL>' });
  });

  it('are arguments that are no JSON, cleaned as text', async () => {
    const model = scripted(toolCall('send', `{"to": "${ann}`));

    const { toolCalls } = await generateText({ model: wrapped(model), prompt: 'go', tools: { send: tool({ inputSchema: z.object({ to: z.string() }), outputSchema: z.string() }) } });

    expect(toolCalls).toMatchObject([{ invalid: true }]);
    expect(JSON.stringify(toolCalls[0]?.input)).not.toContain(ann);
  });

  it('is no output with a number in it that the policy hides: it does not parse', async () => {
    const phones = house({ pii_redaction: { categories: ['phone'], strategy: 'placeholder' } });
    const model = scripted(says('{"call":12125550143}'));

    const run = generateText({ model: wrapped(model, phones), prompt: 'go', output: Output.object({ schema: z.object({ call: z.unknown() }) }) });

    await expect(run.then(({ output }) => JSON.stringify(output), () => 'no object')).resolves.not.toContain('2125550143');
  });

  it.each([
    ['ten million characters', { text: `${'x '.repeat(5_000_000)}${ann}` }],
    ['sixty levels', Array.from({ length: 60 }).reduce<unknown>((inner) => [inner], ann)],
    ['a key that every object has', JSON.parse(`{"__proto__":{"to":"${ann}"},"constructor":"${ann}"}`) as unknown],
  ])('is cleaned when it is %s', async (_what, value) => {
    const model = scripted(says('ok'));

    await generateText({ model: wrapped(model), messages: [{ role: 'user', content: 'go' }, { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 't', toolName: 'look', input: {} }] }, { role: 'tool', content: [{ type: 'tool-result', toolCallId: 't', toolName: 'look', output: { type: 'json', value: value as never } }] }] });

    expect(promptOf(model, 0)).not.toContain(ann);
    expect(promptOf(model, 0)).toContain('<EMAIL>');
  });

  it('is nothing that is nested too deep to be read through: the provider is not called', async () => {
    const model = scripted(says('ok'));
    const value = Array.from({ length: 200 }).reduce<unknown>((inner) => [inner], ann);

    const run = generateText({ model: wrapped(model), maxRetries: 0, messages: [{ role: 'user', content: 'go' }, { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 't', toolName: 'look', input: value }] }, { role: 'tool', content: [{ type: 'tool-result', toolCallId: 't', toolName: 'look', output: { type: 'text', value: 'x' } }] }] });

    await expect(run).rejects.toMatchObject({ code: 'REDACTION' });
    expect(model.doGenerateCalls).toHaveLength(0);
  });
});

describe('the transform that redacts', () => {
  it('hides values in calls that somebody has to approve, in calls that do not fit, and in their errors', async () => {
    const at = house(hidesEmails);
    const tools = { pay: tool({ inputSchema: z.object({ to: z.string() }), execute: spy() }), ok: tool({ inputSchema: z.object({ to: z.string() }), execute: spy() }) };
    const model = scripted([toolCall('pay', { to: ann }, 'a'), toolCall('ok', { to: 5, body: ann }, 'b')], says('done'));
    const settings = enforcedSettings(tools, { ...at, approval: { pay: 'user-approval' } });

    const result = streamText({ model, prompt: 'go', stopWhen, ...settings, experimental_transform: redactStream(at) });
    const parts: object[] = [];
    for await (const part of result.stream) parts.push(part);

    expect(parts).toContainEqual(expect.objectContaining({ type: 'tool-approval-request' }));
    expect(parts).toContainEqual(expect.objectContaining({ type: 'tool-call', invalid: true }));
    expect(inspect(parts, { depth: 20, showHidden: true })).not.toContain(ann);
    expect(inspect(await result.steps, { depth: 20 })).not.toContain(ann);
  });

  it('hides what a run shows: text over chunks, arguments, results', async () => {
    const { container } = house(hidesEmails);
    const tools = { send: tool({ inputSchema: z.object({ to: z.string() }), execute: async () => spy(`sent to ${ann}`)({}) }) };
    const model = scripted(toolCall('send', { to: ann }), says(`done, ${ann}!`));

    const result = streamText({ model, prompt: 'go', stopWhen, tools, experimental_transform: redactStream({ container }) });
    const seen: unknown[] = [];
    for await (const part of result.stream) seen.push(part);

    expect(JSON.stringify(seen.filter((part) => !/step|start|finish/.test((part as { type: string }).type)))).not.toContain('example.com');
    expect(await result.text).toMatch(/^done, .+!$/);
  });

  it('costs nothing where the policy hides nothing', async () => {
    const { container } = house();

    const text = await streamText({ model: scripted(says(ann)), prompt: 'go', experimental_transform: redactStream({ container }) }).text;

    expect(text).toBe(ann);
  });
});
