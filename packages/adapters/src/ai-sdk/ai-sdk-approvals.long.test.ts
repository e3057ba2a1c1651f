import { describe, expect, it } from '@jest/globals';
import { generateText, isStepCount, jsonSchema, streamText, tool, type ToolSet } from 'ai';
import { z } from 'zod';
import { CancelledError, Enforce, attach } from '@enforcecore/core';
import { Tool, defineTool } from '@enforcecore/core/tools';
import { hidesEmails, house, promptOf, says, scripted, spy, toolCall } from './ai-sdk.test.kit.js';
import { enforcedSettings, enforcedTools, enforceTools, toolApproval } from './index.js';

const stopWhen = isStepCount(4);
const mail = z.object({ to: z.string(), body: z.string().optional() });

function sendTool(execute: (input: never, options: never) => unknown): ToolSet {
  return { send_mail: { description: 'sends', inputSchema: mail, execute } as unknown as ToolSet[string] }; // whatever the test needs it to be
}

describe('a tool that runs elsewhere', () => {
  const client: ToolSet = { ask_user: tool({ description: 'asks', inputSchema: z.object({ question: z.string() }), outputSchema: z.string() }) };
  const hosted: ToolSet = { web_search: { type: 'provider', isProviderExecuted: true, id: 'openai.web_search', args: {}, inputSchema: jsonSchema({ type: 'object' }) } };

  it.each([['the client', client], ['the provider', hosted]])('is refused when it is run by %s and nobody lets it pass', (_who, tools) => {
    expect(() => enforceTools(tools, { container: house().container })).toThrow(expect.objectContaining({ code: 'NOT_ENFORCED' }));
  });

  it('is handed to the client when the policy allows the call, with an entry', async () => {
    const { container, auditor } = house();

    const { toolCalls } = await generateText({ model: scripted(toolCall('ask_user', { question: 'why?' })), prompt: 'go', ...enforcedSettings(client, { container, letPass: ['ask_user'] }) });

    expect(toolCalls).toHaveLength(1);
    expect(auditor.calls).toMatchObject([{ tool_name: 'ask_user', decision: 'allowed' }]);
  });

  it.each([
    ['the policy denies it', { denied_tools: ['ask_user'] }],
    ['its arguments hold what the policy hides', hidesEmails],
  ])('is not handed to the client when %s', async (_why, rules) => {
    const { container, auditor } = house(rules);
    const model = scripted(toolCall('ask_user', { question: 'is it ann@example.com?' }), says('oh'));

    const { steps } = await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings(client, { container, letPass: ['ask_user'] }) });

    expect(JSON.stringify(steps[0]?.content)).toContain('"approved":false');
    expect(auditor.calls).toHaveLength(1);
  });
});

describe('the call of a client', () => {
  const client: ToolSet = { ask_user: tool({ description: 'asks', inputSchema: z.object({ question: z.string() }), outputSchema: z.string() }) };
  const onceAnHour = { rate_limits: { per_tool: { ask_user: { max_calls: 1, window_seconds: 3600 } } } };

  it('that somebody has to approve has its one entry when it is approved, and counts once', async () => {
    const { container, auditor } = house(onceAnHour);
    const settings = enforcedSettings(client, { container, letPass: ['ask_user'], approval: { ask_user: 'user-approval' } });
    const first = await generateText({ model: scripted(toolCall('ask_user', { question: 'why?' })), prompt: 'go', ...settings });
    const before = auditor.calls.length;
    const request = first.content.find((part) => part.type === 'tool-approval-request');
    const answer = { type: 'tool-approval-response' as const, approvalId: request?.approvalId ?? '', approved: true };

    // The SDK wants the client's result before it goes on; the call is handed over by then.
    await generateText({ model: scripted(says('done')), messages: [{ role: 'user', content: 'go' }, ...first.responseMessages, { role: 'tool', content: [answer] }], ...settings }).catch(() => undefined);

    expect(before).toBe(0);
    expect(auditor.calls).toMatchObject([{ tool_name: 'ask_user', decision: 'allowed' }]);
  });

  it('that your own approval denies is no call, and has no entry', async () => {
    const { container, auditor } = house();

    await generateText({ model: scripted(toolCall('ask_user', { question: 'why?' }), says('oh')), prompt: 'go', stopWhen, ...enforcedSettings(client, { container, letPass: ['ask_user'], approval: { ask_user: 'denied' } }) });

    expect(auditor.calls).toHaveLength(0);
  });

  it('that the policy denies is recorded without anybody being asked', async () => {
    const { container, auditor } = house({ denied_tools: ['ask_user'] });
    const asked = spy('user-approval');

    await generateText({ model: scripted(toolCall('ask_user', { question: 'why?' }), says('oh')), prompt: 'go', stopWhen, ...enforcedSettings(client, { container, letPass: ['ask_user'], approval: asked as never }) });

    expect(asked).not.toHaveBeenCalled();
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
  });
});

describe('the call of a provider', () => {
  it('that the policy denies is told to have run, as it may have', async () => {
    const { container, auditor } = house({ denied_tools: ['web_search'] });
    const hosted: ToolSet = { web_search: { type: 'provider', isProviderExecuted: true, id: 'openai.web_search', args: {}, inputSchema: jsonSchema({ type: 'object' }) } };
    const model = scripted([{ ...toolCall('web_search', {}), providerExecuted: true } as never, says('found')]);

    const { steps } = await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings(hosted, { container, letPass: ['web_search'] }) });

    expect(JSON.stringify(steps[0]?.content)).toContain('The tool may have run');
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
  });
});

describe('the approval hook', () => {
  it('asks the user for what the policy allows, and never for what it denies', async () => {
    const { container } = house({ denied_tools: ['send_mail'] });
    const asked: string[] = [];
    const approval = ({ toolCall: { toolName } }: { readonly toolCall: { readonly toolName: string } }): 'user-approval' => {
      asked.push(toolName);
      return 'user-approval';
    };
    const tools = { ...sendTool(spy()), pay: tool({ inputSchema: mail, execute: spy() }) };

    const { content } = await generateText({ model: scripted([toolCall('send_mail', { to: 'a' }, 'a'), toolCall('pay', { to: 'a' }, 'b')]), prompt: 'go', ...enforcedSettings(tools, { container, approval }) });

    expect(asked).toEqual(['pay']);
    expect(content.filter(({ type }) => type === 'tool-approval-request')).toHaveLength(2);
  });

  it('leaves no entry of a call that the user denies: it is never made', async () => {
    const { container, auditor } = house();
    const ran = spy();

    await generateText({ model: scripted(toolCall('send_mail', { to: 'a' }), says('oh')), prompt: 'go', stopWhen, ...enforcedSettings(sendTool(ran), { container, approval: { send_mail: 'denied' } }) });

    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toHaveLength(0);
  });

  it('leaves a tool its own needsApproval, which the SDK would not ask beside a function', async () => {
    const { container, auditor } = house();
    const ran = spy();
    const asks = Object.fromEntries([['needsApproval', true]]); // deprecated, and still asked by the SDK
    const tools = { send_mail: Object.assign(tool({ inputSchema: mail, execute: ran }), asks) };

    const { content } = await generateText({ model: scripted(toolCall('send_mail', { to: 'a' })), prompt: 'go', ...enforcedSettings(tools, { container }) });

    expect(content).toContainEqual(expect.objectContaining({ type: 'tool-approval-request' }));
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toHaveLength(0);
  });

  it.each([
    ['allows', {}, 1, 'allowed'],
    ['denies', { denied_tools: ['send_mail'] }, 0, 'blocked'],
  ])('does not stand in for the policy: an approved and signed call is made only where it %s it', async (_what, rules, times, decision) => {
    const ran = spy();
    const approvals = { experimental_toolApprovalSecret: 'a secret of the server', approval: { send_mail: 'user-approval' as const } };
    const first = await generateText({ model: scripted(toolCall('send_mail', { to: 'a' })), prompt: 'go', ...approvals, ...enforcedSettings(sendTool(ran), { container: house().container, approval: approvals.approval }) });
    const request = first.content.find((part) => part.type === 'tool-approval-request');
    const { container, auditor } = house(rules);

    await generateText({
      model: scripted(says('done')),
      messages: [{ role: 'user', content: 'go' }, ...first.responseMessages, { role: 'tool', content: [{ type: 'tool-approval-response', approvalId: request?.approvalId ?? '', approved: true }] }],
      experimental_toolApprovalSecret: 'a secret of the server',
      ...enforcedSettings(sendTool(ran), { container, approval: approvals.approval }),
    });

    expect(ran).toHaveBeenCalledTimes(times);
    expect(auditor.calls).toMatchObject([{ tool_name: 'send_mail', decision }]);
  });

  it('denies a tool that nobody enforces', async () => {
    const { container, auditor } = house();
    const ran = spy();

    await generateText({ model: scripted(toolCall('send_mail', { to: 'a' }), says('oh')), prompt: 'go', stopWhen, tools: sendTool(ran), toolApproval: toolApproval({ container }) });

    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toHaveLength(1);
  });
});

class MailTools {
  readonly sent: unknown[] = [];

  @Tool({ description: 'Sends a mail', input: z.object({ to: z.email() }) })
  @Enforce({ tool: 'send_mail' })
  async send(mail: { to: string }): Promise<string> {
    this.sent.push(mail);
    return 'sent';
  }

  @Tool({ description: 'Reads mails', input: z.object({}) })
  @Enforce({ tool: 'read_mail' })
  async *read(): AsyncGenerator<string> {
    yield 'from bob@exa';
    yield 'mple.com: hi';
  }
}

describe('a decorated class as tools of the AI SDK', () => {
  it('is told to the model by its schema, and enforced by its own container', async () => {
    const { container, auditor } = house();
    const instance = attach(new MailTools(), container);
    const model = scripted(toolCall('send_mail', { to: 'ann@example.com' }), says('done'));

    await generateText({ model, prompt: 'go', stopWhen, tools: enforcedTools(instance), toolApproval: toolApproval({ container }) });

    expect(model.doGenerateCalls[0]?.tools).toMatchObject([{ name: 'send_mail', description: 'Sends a mail', inputSchema: { type: 'object', properties: { to: { type: 'string' } } } }, { name: 'read_mail' }]);
    expect(instance.sent).toEqual([{ to: 'ann@example.com' }]);
    expect(auditor.calls).toMatchObject([{ tool_name: 'send_mail', decision: 'allowed' }]);
  });

  it('refuses arguments that do not fit with one entry, and tells the model what would', async () => {
    const { container, auditor } = house();
    const instance = attach(new MailTools(), container);
    const model = scripted(toolCall('send_mail', { to: 'not-an-address', bcc: 'x' }), says('oh'));

    await generateText({ model, prompt: 'go', stopWhen, tools: enforcedTools(instance) });

    expect(instance.sent).toEqual([]);
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
    expect(promptOf(model, 1)).toContain('do not fit its input');
    expect(JSON.stringify(model.doGenerateCalls[1]?.prompt.at(-1))).not.toContain('not-an-address');
  });

  it('streams text as the text so far, cleaned over the pieces', async () => {
    const { container, auditor } = house(hidesEmails);
    const result = streamText({ model: scripted(toolCall('read_mail', {}), says('done')), prompt: 'go', stopWhen, tools: enforcedTools(attach(new MailTools(), container)) });
    const outputs: unknown[] = [];
    for await (const part of result.stream) if (part.type === 'tool-result') outputs.push(part.output);

    expect(outputs.at(-1)).toMatch(/^from .*: hi$/);
    expect(outputs.at(-1)).not.toContain('bob');
    expect(auditor.calls).toMatchObject([{ outcome: 'ok' }]);
  });

  it('may be tools of defineTool, in the container that is named', async () => {
    const { container, auditor } = house({ denied_tools: ['ping'] });
    const ran = spy();
    const tools = enforcedTools([defineTool({ name: 'ping', description: 'pings', execute: ran })], { container });

    const { steps } = await generateText({ model: scripted(toolCall('ping', {}), says('done')), prompt: 'go', stopWhen, tools });

    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
    expect(steps[0]?.content.find(({ type }) => type === 'tool-error')).not.toMatchObject({ error: expect.any(CancelledError) });
  });
});
