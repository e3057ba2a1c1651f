import { describe, expect, it } from '@jest/globals';
import { generateText, isStepCount, tool, type ToolSet } from 'ai';
import { z } from 'zod';
import { defineTool } from '@enforcecore/core/tools';
import { house, promptOf, says, scripted, spy, toolCall } from './ai-sdk.test.kit.js';
import { enforcedSettings, enforcedTool, enforcedTools, enforceTools } from './index.js';

const stopWhen = isStepCount(4);
const mail = z.object({ to: z.string(), body: z.string().optional() });

describe('who makes a call', () => {
  it.each([
    ['call-XYZ', 'call-XYZ'],
    ['with space', null],
    ['x'.repeat(300), null],
  ])('has the model\'s id in the trail where a trail can hold it: %#', async (id, written) => {
    const { container, auditor } = house();
    const ran = spy();

    await generateText({ model: scripted(toolCall('send_mail', { to: 'a' }, id), says('done')), prompt: 'go', stopWhen, ...enforcedSettings({ send_mail: tool({ inputSchema: mail, execute: ran }) }, { container }) });

    expect(ran).toHaveBeenCalledTimes(1);
    expect(auditor.calls).toMatchObject([{ tool_call_id: written }]);
  });

  const callerOf = ({ context }: { readonly context: unknown }): { tenant: string } => ({ tenant: (context as { readonly tenant: string }).tenant });

  it.each([
    ['arguments that do not fit', toolCall('send_mail', { to: 7 })],
    ['a tool that is not there', toolCall('nosuch', { to: 'a' })],
    ['a tool without the context', toolCall('send_mail', { to: 'a' })],
    ['a tool of the class', toolCall('ping', {})],
  ])('is not known for %s where callerOf needs a context: refused with one entry, and the run goes on', async (_what, call) => {
    const { container, auditor } = house();
    const ran = spy();
    const tools: ToolSet = { send_mail: tool({ inputSchema: mail, execute: ran }), ...enforcedTools(defineTool({ name: 'ping', description: 'pings', execute: ran }), { container, callerOf }) };
    const model = scripted(call, says('done'));

    const { text } = await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings(tools, { container, callerOf }) });

    expect(text).toBe('done');
    expect(ran).not.toHaveBeenCalled();
    expect(auditor.calls).toMatchObject([{ decision: 'blocked' }]);
    expect(promptOf(model, 1)).not.toContain('TypeError');
  });

  it('is told with the reason that nobody is known, and not with what callerOf threw', async () => {
    const { container } = house();
    const throws = (): never => {
      throw new Error('secret of the application');
    };
    const model = scripted(toolCall('send_mail', { to: 'a' }), says('done'));

    await generateText({ model, prompt: 'go', stopWhen, ...enforcedSettings({ send_mail: tool({ inputSchema: mail, execute: spy() }) }, { container, callerOf: throws }) });

    expect(promptOf(model, 1)).toContain('callerOf threw');
    expect(promptOf(model, 1)).not.toContain('secret');
  });
});

describe('what cannot be enforced', () => {
  const send = tool({ inputSchema: mail, execute: spy() });

  it.each([
    ['a tool without a name', () => enforcedTool(undefined, send, undefined as never)],
    ['no tool', () => enforcedTool(undefined, undefined as never, { tool: 'pay' })],
    ['no set', () => enforceTools(undefined as never)],
    ['a set with a hole', () => enforceTools({ pay: undefined as never })],
    ['a name in letPass that no tool has', () => enforceTools({ send }, { letPass: ['sned'] })],
  ])('is refused with a word about what to give: %s', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'SETTINGS' }));
  });
});

describe('a tool that is an instance of a class', () => {
  it('is asked what its class says of approval', async () => {
    const ran = spy();
    class Send {
      readonly inputSchema = mail;
      readonly execute = ran;
      get needsApproval(): boolean {
        return this.inputSchema === mail;
      }
    }
    const tools = { send_mail: new Send() } as never as ToolSet;

    const { content } = await generateText({ model: scripted(toolCall('send_mail', { to: 'a' })), prompt: 'go', ...enforcedSettings(tools, house()) });

    expect(ran).not.toHaveBeenCalled();
    expect(content).toContainEqual(expect.objectContaining({ type: 'tool-approval-request' }));
  });
});
