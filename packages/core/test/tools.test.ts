import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { attach, currentCall, runAs } from '@enforcecore/core';
import { toolsOf, type EnforcedTool } from '@enforcecore/core/tools';
import type * as Fixture from './fixtures/src/model-tools.js';
import { errorOf, houseWith, type TestHouse } from './kit.js';

const dialects = ['legacy', 'standard'] as const;

describe.each(dialects)('@Tool in the %s decorator dialect', (dialect) => {
  let fixture: typeof Fixture;
  let house: TestHouse;
  let instance: Fixture.ModelTools;

  beforeAll(async () => {
    const compiled = new URL(`./fixtures/${dialect}/dist/model-tools.js`, import.meta.url);
    if (!existsSync(compiled)) throw new Error('the decorator fixtures are not compiled: npm run build');
    fixture = (await import(compiled.href)) as typeof Fixture;
  });

  beforeEach(() => {
    house = houseWith({ denied_tools: ['forbidden'] });
    instance = attach(new fixture.ModelTools(), house.container);
  });

  const tool = (name: string): EnforcedTool => {
    const found = toolsOf(instance).find((one) => one.name === name);
    if (found === undefined) throw new Error(`no tool ${name}`);
    return found;
  };
  const outcomes = (): unknown[] => house.auditor.calls.map(({ tool_name: name, outcome }) => `${name} ${outcome}`);

  it('lists the methods with @Tool, above and below @Enforce, and no others', () => {
    expect(toolsOf(instance).map(({ name }) => name)).toEqual(['say', 'say_later', 'whoami', 'count', 'tick']);
  });

  it('tells a model what a tool is for and what it takes', () => {
    expect(tool('say')).toMatchObject({ description: 'Says a text', hints: { title: 'Say', readOnly: true }, streams: false });
    expect(tool('say').inputSchema).toEqual({ type: 'object', properties: { text: { type: 'string', minLength: 1 } }, required: ['text'], additionalProperties: false });
    expect(tool('say_later').inputSchema).toMatchObject({ type: 'object', required: ['text'], additionalProperties: false });
  });

  it('checks the arguments of a call by its tool, and of a direct one', async () => {
    await expect(tool('say').call({ text: 'hi' })).resolves.toBe('hi!');
    expect(instance.say({ text: 'ho' })).toBe('ho!');
    await expect(tool('say').call({ text: 1 })).rejects.toMatchObject({ code: 'TOOL_INPUT', issues: [{ path: 'text', expected: 'must be a string' }] });
    await expect(errorOf(() => instance.say({ text: '' }))).resolves.toMatchObject({ code: 'TOOL_INPUT' });
    expect(instance.ran).toEqual(['say', 'say']);
  });

  it('records a call with wrong arguments once, as blocked', async () => {
    await errorOf(() => tool('say').call({ text: 1 }));
    await errorOf(() => instance.say({ text: '' }));

    expect(outcomes()).toEqual(['say blocked', 'say blocked']);
    expect(JSON.stringify(house.auditor.entries)).toContain('"error_class":"ToolInputError"');
  });

  it('hands over what the input made of the arguments', async () => {
    await expect(tool('say_later').call({ text: 'ab' })).resolves.toBe('abab');
  });

  it.each([[['one', 'two']], [[{ text: 'hi' }, 2]], [[null]], [[[{ text: 'hi' }]]], [[3]]])('refuses arguments that are no single object: %j', async (args) => {
    const error = await errorOf(() => (instance.say as (...all: unknown[]) => unknown)(...args));

    expect(error).toMatchObject({ code: 'TOOL_INPUT', toolName: 'say' });
    expect(instance.ran).toEqual([]);
  });

  it('calls a tool without input with nothing or an empty object', async () => {
    await expect(tool('whoami').call({}, { agent: 'ann' })).resolves.toBe('ann false');
    await expect(tool('whoami').call(undefined)).resolves.toBe('nobody false');
    await expect(tool('whoami').call({ x: 1 })).rejects.toMatchObject({ code: 'TOOL_INPUT' });
  });

  it('makes the call on behalf of its caller, else of the scope', async () => {
    await expect(runAs({ agent: 'scope' }, () => tool('whoami').call({}))).resolves.toBe('scope false');
    await expect(runAs({ agent: 'scope' }, () => tool('whoami').call({}, { agent: 'call' }))).resolves.toBe('call false');
    expect(house.auditor.calls.map(({ agent }) => agent)).toEqual(['scope', 'call']);
    expect(currentCall()).toBeUndefined();
  });

  it.each(['count', 'tick'])('streams what the generator %s yields', async (name) => {
    const stream = (await tool(name).call({ to: 3 })) as AsyncIterable<number>;
    const seen: number[] = [];
    for await (const item of stream) seen.push(item);

    expect(tool(name).streams).toBe(true);
    expect(seen).toEqual([0, 1, 2]);
    expect(outcomes()).toEqual([`${name} ok`]);
  });

  it.each(['count', 'tick'])('refuses wrong arguments of the generator %s before there is a stream', async (name) => {
    await expect(tool(name).call({ to: 'x' })).rejects.toMatchObject({ code: 'TOOL_INPUT' });
    expect(outcomes()).toEqual([`${name} blocked`]);
  });

  it('gives the same frozen list each time', () => {
    const tools = toolsOf(instance);

    expect(toolsOf(instance)).toBe(tools);
    expect(Object.isFrozen(tools) && tools.every((one) => Object.isFrozen(one) && Object.isFrozen(one.inputSchema) && Object.isFrozen(one.hints))).toBe(true);
  });
});
