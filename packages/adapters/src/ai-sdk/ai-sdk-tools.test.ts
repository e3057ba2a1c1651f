import { describe, expect, it, jest } from '@jest/globals';
import { dynamicTool, generateText, isStepCount, jsonSchema, streamText, tool, ToolLoopAgent, type ToolSet } from 'ai';
import { z } from 'zod';
import { currentCall, Policy, RateLimitError, runAs } from '@enforcecore/core';
import { hidesEmails, house, promptOf, says, scripted, spy, toolCall } from './ai-sdk.test.kit.js';
import { enforcedSettings, enforcedTool, enforceTools, toolApproval, type ToolCallFacts } from './index.js';

const stopWhen = isStepCount(4);
const mail = z.object({ to: z.string(), body: z.string().optional() });

function sendTool(execute: (input: never, options: never) => unknown): ToolSet {
  return { send_mail: { description: 'sends', inputSchema: mail, execute } as unknown as ToolSet[string] }; // whatever the test needs it to be
}

describe('a tool of the AI SDK under enforcement', () => {
  it('runs when the policy allows it, and the trail has one entry', async () => {
    const { container, auditor } = house();
    const ran = spy('sent');
    const model = scripted(toolCall('send_mail', { to: 'ann' }, 'id-7'), says('done'));

    const { text } = await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings(sendTool(ran), { container }) });

    expect(text).toBe('done');
    expect(ran).toHaveBeenCalledTimes(1);
    expect(auditor.calls).toMatchObject([{ tool_name: 'send_mail', decision: 'allowed', outcome: 'ok' }]);
    expect(promptOf(model, 1)).toContain('sent');
  });

  it.each(['with the native hook', 'by its wrapper alone'])('never runs when the policy denies it %s, and the model is told why', async (how) => {
    const { container, auditor } = house({ denied_tools: ['send_mail'] });
    const ran = spy();
    const model = scripted(toolCall('send_mail', { to: 'ann@example.com' }), says('sorry'));
    const settings = how === 'with the native hook' ? enforcedSettings(sendTool(ran), { container }) : { tools: enforceTools(sendTool(ran), { container }) };

    await generateText({ model, prompt: 'go', stopWhen, ...settings });

    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toMatchObject([{ tool_name: 'send_mail', decision: 'blocked' }]);
    const told = model.doGenerateCalls[1]?.prompt.at(-1);
    expect(JSON.stringify(told)).toMatch(/call to \\"send_mail\\" blocked by policy \\"agents\\"/);
    expect(JSON.stringify(told)).not.toContain('ann@example.com');
    expect(JSON.stringify(told)).toContain(how === 'with the native hook' ? 'execution-denied' : 'error-text');
  });

  it('is refused in a stream as well, once', async () => {
    const { container, auditor } = house({ denied_tools: ['send_mail'] });
    const ran = spy();
    const model = scripted(toolCall('send_mail', { to: 'ann' }), says('sorry'));

    const result = streamText({ model, prompt: 'go', stopWhen, ...enforcedSettings(sendTool(ran), { container }) });

    expect(await result.text).toBe('sorry');
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
    expect(promptOf(model, 1)).toContain('blocked by policy');
  });

  it('is refused in an agent of the SDK as well', async () => {
    const { container, auditor } = house({ denied_tools: ['send_mail'] });
    const ran = spy();
    const agent = new ToolLoopAgent({ model: scripted(toolCall('send_mail', { to: 'ann' }), says('sorry')), ...enforcedSettings(sendTool(ran), { container }) });

    const { text } = await agent.generate({ prompt: 'go' });

    expect(text).toBe('sorry');
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
  });

  it('gets cleaned arguments, and the model a cleaned result', async () => {
    const { container, auditor } = house(hidesEmails);
    const ran = spy({ receipt: 'for bob@example.com' });
    const model = scripted(toolCall('send_mail', { to: 'ann@example.com' }), says('done'));

    await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings(sendTool(ran), { container }) });

    expect(JSON.stringify(ran.mock.calls[0]?.[0])).not.toContain('ann@example.com');
    expect(promptOf(model, 1)).not.toContain('bob@example.com');
    expect(auditor.calls).toMatchObject([{ outcome: 'ok', input_redactions: 1, output_redactions: 1 }]);
  });

  it('is refused beyond its rate with the time to wait, and the first call still counts', async () => {
    const { container, auditor } = house({ rate_limits: { per_tool: { send_mail: { max_calls: 1, window_seconds: 3600 } } } });
    const ran = spy();
    const model = scripted([toolCall('send_mail', { to: 'a' }, 'c1'), toolCall('send_mail', { to: 'b' }, 'c2')], says('done'));

    const { steps } = await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings(sendTool(ran), { container }) });

    expect(ran).toHaveBeenCalledTimes(1);
    expect(steps[0]?.content.find(({ type }) => type === 'tool-error')).toMatchObject({ error: expect.any(RateLimitError) });
    expect(auditor.calls.map(({ decision }) => decision).sort()).toEqual(['allowed', 'blocked']);
    expect(promptOf(model, 1)).toMatch(/rate/);
  });

  it('is given up at its deadline, and its signal is aborted', async () => {
    const { container, auditor } = house();
    let signal: AbortSignal | undefined;
    const hangs = (_input: unknown, options: { readonly abortSignal?: AbortSignal }): Promise<unknown> => {
      signal = options.abortSignal;
      return new Promise(() => undefined);
    };
    const model = scripted(toolCall('send_mail', { to: 'a' }), says('late'));

    await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings(sendTool(hangs as never), { container, timeoutMs: 20 }) });

    expect(signal?.aborted).toBe(true);
    expect(auditor.calls).toMatchObject([{ outcome: 'timeout_unknown' }]);
    expect(promptOf(model, 1)).toContain('took longer than 20 ms');
  });

  it('makes one entry for each of fifty calls at once, and each knows its id', async () => {
    const { container, auditor } = house();
    const calls = Array.from({ length: 50 }, (_, i) => toolCall('send_mail', { to: String(i) }, `c${String(i)}`));
    const ran = jest.fn(() => currentCall()?.toolCallId);

    await generateText({ model: scripted(calls, says('done')), prompt: 'go', stopWhen, ...enforcedSettings(sendTool(ran), { container }) });

    expect(ran).toHaveBeenCalledTimes(50);
    expect(ran.mock.results.map(({ value }) => value)).toEqual(calls.map((_call, i) => `c${String(i)}`));
    expect(auditor.calls).toHaveLength(50);
  });

  it('tells the model of its own error, cleaned', async () => {
    const { container, auditor } = house(hidesEmails);
    const fails = (): never => {
      throw new Error('no mailbox ann@example.com');
    };
    const model = scripted(toolCall('send_mail', { to: 'a' }), says('hm'));

    await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings(sendTool(fails as never), { container }) });

    expect(promptOf(model, 1)).toContain('no mailbox');
    expect(promptOf(model, 1)).not.toContain('ann@example.com');
    expect(auditor.calls).toMatchObject([{ decision: 'redacted', outcome: 'tool_error' }]);
  });

  it.each([
    ['arguments that do not fit its schema', toolCall('send_mail', { to: 7 }), 'do not fit'],
    ['arguments that are no JSON', toolCall('send_mail', '{"to":'), 'do not fit'],
    ['a tool that is not there', toolCall('constructor', {}), 'no such tool'],
  ])('does not run for %s, and the attempt is recorded once', async (_what, call) => {
    const { container, auditor } = house();
    const ran = spy();

    await generateText({ model: scripted(call, says('oh')), prompt: 'go', stopWhen, ...enforcedSettings(sendTool(ran), { container }) });

    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
  });

  it('is cancelled with the run, and the trail says so', async () => {
    const { container, auditor } = house();
    const abort = new AbortController();
    const hangs = (): Promise<unknown> => {
      queueMicrotask(() => abort.abort());
      return new Promise(() => undefined);
    };

    const run = generateText({ model: scripted(toolCall('send_mail', { to: 'a' }), says('x')), prompt: 'go', stopWhen, abortSignal: abort.signal, ...enforcedSettings(sendTool(hangs as never), { container }) });

    await expect(run).rejects.toThrow();
    expect(auditor.calls).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('keeps what it streams as preliminary results, each of them cleaned whole', async () => {
    const { container, auditor } = house(hidesEmails);
    async function* execute(): AsyncGenerator {
      yield 'to ann@ex';
      yield 'to ann@example.com';
      yield { done: 'ann@example.com' };
    }
    const tools = { send_mail: tool({ inputSchema: mail, execute }) };

    const result = streamText({ model: scripted(toolCall('send_mail', { to: 'a' }), says('done')), prompt: 'go', stopWhen, ...enforcedSettings(tools, { container }) });
    const outputs: unknown[] = [];
    for await (const part of result.stream) if (part.type === 'tool-result') outputs.push(part.output);

    expect(outputs).toHaveLength(4);
    expect(outputs[0]).toBe('to ann@ex');
    expect(outputs[3]).toEqual(outputs[2]);
    expect(JSON.stringify(outputs)).not.toContain('ann@example.com');
    expect(auditor.calls).toMatchObject([{ outcome: 'ok' }]);
  });

  it('takes the last value of a stream that a plain function returns', async () => {
    const { container, auditor } = house();
    async function* stream(): AsyncGenerator<string> {
      yield 'first';
      yield 'last';
    }
    const model = scripted(toolCall('send_mail', { to: 'a' }), says('done'));

    await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings(sendTool(() => stream()), { container }) });

    expect(promptOf(model, 1)).toContain('last');
    expect(auditor.calls).toMatchObject([{ outcome: 'ok' }]);
  });

  it('may be a dynamic tool, or a provider\'s tool that runs here', async () => {
    const { container, auditor } = house({ denied_tools: ['shell'] });
    const ran = spy();
    const tools: ToolSet = {
      lookup: dynamicTool({ description: 'looks up', inputSchema: jsonSchema({ type: 'object' }), execute: async (input) => ran(input) }),
      shell: { type: 'provider', isProviderExecuted: false, id: 'openai.local_shell', args: {}, inputSchema: jsonSchema({ type: 'object' }), execute: async (input: unknown) => ran(input) },
    };

    await generateText({ model: scripted([toolCall('lookup', {}, 'a'), toolCall('shell', {}, 'b')], says('done')), prompt: 'go', stopWhen, ...enforcedSettings(tools, { container }) });

    expect(ran).toHaveBeenCalledTimes(1);
    expect(auditor.calls.map(({ tool_name, decision }) => `${tool_name} ${decision}`).sort()).toEqual(['lookup allowed', 'shell blocked']);
  });

  it('is wrapped once, however often it is asked for', async () => {
    const { container, auditor } = house();
    const once = enforceTools(sendTool(spy()), { container });
    const copy = Object.assign({}, once['send_mail'], { description: 'sends, in other words' });
    const twice = enforceTools({ send_mail: copy }, { container });

    await generateText({ model: scripted(toolCall('send_mail', { to: 'a' }), says('done')), prompt: 'go', stopWhen, tools: twice, toolApproval: toolApproval({ container }) });

    expect(twice.send_mail).toBe(copy);
    expect(auditor.calls).toHaveLength(1);
  });

  it.each(['__proto__', 'constructor', 'Ｓｅｎｄ'])('named %s is a tool like any other', async (name) => {
    const { container, auditor } = house({ denied_tools: ['send'] });
    const ran = spy();
    const tools = enforceTools(Object.fromEntries([[name, tool({ inputSchema: mail, execute: ran })]]), { container });

    await generateText({ model: scripted(toolCall(name, { to: 'a' }), says('done')), prompt: 'go', stopWhen, tools });

    expect(auditor.calls).toHaveLength(1);
    expect(ran).toHaveBeenCalledTimes(name === 'Ｓｅｎｄ' ? 0 : 1);
  });

  it('is not made of a name that no tool can have', () => {
    const { container } = house();

    expect(() => enforceTools({ 'send\u0000mail': tool({ inputSchema: mail, execute: spy() }) }, { container })).toThrow(expect.objectContaining({ code: 'TOOL_NAME' }));
  });

  it('can be enforced alone, by a policy of its own', async () => {
    const { container, auditor } = house();
    const ran = spy();
    const tools = { pay: enforcedTool(Policy.from({ name: 'strict', rules: { denied_tools: ['pay'] } }), tool({ inputSchema: mail, execute: ran }), { tool: 'pay', container }) };

    await generateText({ model: scripted(toolCall('pay', { to: 'a' }), says('done')), prompt: 'go', stopWhen, tools });

    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toMatchObject([{ policy_name: 'strict', decision: 'blocked' }]);
  });

  it('is called on behalf of whom the context names, and of the scope around the run', async () => {
    const { container, auditor } = house();
    const tools = { send_mail: tool({ inputSchema: mail, contextSchema: z.object({ tenant: z.string() }), execute: spy() }) };
    const enforced = enforceTools(tools, { container, callerOf: ({ context }) => ({ tenant: (context as { tenant: string }).tenant }) });

    const run = (): PromiseLike<unknown> => generateText({ model: scripted(toolCall('send_mail', { to: 'a' }), says('done')), prompt: 'go', stopWhen, tools: enforced, toolsContext: { send_mail: { tenant: 'acme' } } });
    await runAs({ session: 's-1', agent: 'writer' }, run);

    expect(auditor.calls).toMatchObject([{ tenant_id: 'acme', session: 's-1', agent: 'writer' }]);
  });
});

describe('a hostile call', () => {
  it.each([
    ['an id of a million characters', {}, 'x'.repeat(1_000_000)],
    ['an id that is half a character', {}, '\ud83d'],
    ['an argument of fifteen million characters', { body: 'x'.repeat(15_000_000) }, 'c'],
    ['arguments with a key that every object has', JSON.parse('{"__proto__":{"to":"x"}}') as object, 'c'],
  ])('with %s has one entry, and ends in no TypeError', async (_what, more, id) => {
    const { container, auditor } = house();
    const tools = { send_mail: tool({ inputSchema: jsonSchema<Record<string, unknown>>({ type: 'object' }), execute: spy() }) };

    const { steps } = await generateText({ model: scripted(toolCall('send_mail', { to: 'a', ...more }, id), says('done')), prompt: 'go', stopWhen, ...enforcedSettings(tools, { container }) });

    expect(auditor.calls).toHaveLength(1);
    for (const part of steps[0]?.content ?? []) if (part.type === 'tool-error') expect(String(part.error)).not.toContain('TypeError');
  });

  it.each([
    ['holds itself', () => {
      const loop: Record<string, unknown> = {};
      loop['self'] = loop;
      return loop;
    }],
    ['is a proxy', () => new Proxy({}, {})],
  ])('whose result %s is withheld where results are cleaned', async (_what, result) => {
    const { container, auditor } = house(hidesEmails);

    const { steps } = await generateText({ model: scripted(toolCall('send_mail', { to: 'a' }), says('done')), prompt: 'go', stopWhen, ...enforcedSettings(sendTool(spy(result())), { container }) });

    expect(steps[0]?.content.find(({ type }) => type === 'tool-error')).toBeDefined();
    expect(auditor.calls).toHaveLength(1);
  });
});

describe('the scope of a run', () => {
  it('is that of its calls when it streams, too', async () => {
    const { container, auditor } = house();

    const text = await runAs({ tenant: 'acme' }, () => streamText({ model: scripted(toolCall('send_mail', { to: 'a' }), says('done')), prompt: 'go', stopWhen, ...enforcedSettings(sendTool(spy()), { container }) }).text);

    expect(text).toBe('done');
    expect(auditor.calls).toMatchObject([{ tenant_id: 'acme' }]);
  });

  it('is told its runtimeContext where calls are judged beforehand', async () => {
    const { container, auditor } = house({ denied_tools: ['send_mail'] });
    const callerOf = ({ runtimeContext }: ToolCallFacts): { tenant?: string } => (runtimeContext as { tenant: string } | undefined) ?? {};

    await generateText({ model: scripted(toolCall('send_mail', { to: 'a' }), says('done')), prompt: 'go', stopWhen, runtimeContext: { tenant: 'acme' }, ...enforcedSettings(sendTool(spy()), { container, callerOf }) });

    expect(auditor.calls).toMatchObject([{ tenant_id: 'acme', decision: 'blocked' }]);
  });
});
