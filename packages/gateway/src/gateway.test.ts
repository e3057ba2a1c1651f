 
import { afterEach, describe, expect, it } from '@jest/globals';
import { HookRegistry } from '@enforcecore/core';
import { bench, closeAll, refusalIn, textOf, tools, until } from './gateway.test.kit.js';

const redacting = { name: 'p', rules: { pii_redaction: { enabled: true, categories: ['email'] } } };

afterEach(closeAll);

describe('tools through the gateway', () => {
  it('calls a tool and writes one entry', async () => {
    const { client, auditor } = await bench({ one: tools({ echo: ({ text }) => `said ${text}` }) });
    const mcp = await client({ tenant: 't', agent: 'a', session: 's' });

    const result = await mcp.callTool({ name: 'echo', arguments: { text: 'hi' } });

    expect(textOf(result)).toBe('said hi');
    expect(auditor.calls).toMatchObject([{ tool_name: 'echo', tenant_id: 't', agent: 'a', session: 's', outcome: 'ok' }]);
  });

  it('puts the server in front of names where there are several', async () => {
    const { client, auditor } = await bench({ one: tools({ echo: () => '1' }), two: tools({ echo: () => '2' }) });
    const mcp = await client();

    const listed = await mcp.listTools();
    const result = await mcp.callTool({ name: 'two.echo', arguments: {} });

    expect(listed.tools.map(({ name }) => name)).toEqual(['one.echo', 'two.echo']);
    expect(textOf(result)).toBe('2');
    expect(auditor.calls.map((call) => call.tool_name)).toEqual(['two.echo']);
  });

  it('cleans arguments on the way in and results on the way out', async () => {
    let got: unknown;
    const { client } = await bench({ one: tools({ mail: (args) => ((got = args), 'from bob@example.com') }) }, { policy: redacting });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'mail', arguments: { text: 'to ann@example.com' } });

    expect(got).toEqual({ text: 'to <EMAIL>' });
    expect(textOf(result)).toBe('from <EMAIL>');
  });

  it('neither lists nor runs what the policy denies, and says why', async () => {
    let ran = false;
    const { client, auditor } = await bench({ one: tools({ rm: () => ((ran = true), ''), ls: () => '' }) }, { policy: { name: 'p', rules: { denied_tools: ['rm'] } } });
    const mcp = await client();

    const listed = await mcp.listTools();
    const result = await mcp.callTool({ name: 'rm', arguments: {} });

    expect(listed.tools.map(({ name }) => name)).toEqual(['ls']);
    expect(result.isError).toBe(true);
    expect(refusalIn(result)).toEqual({ code: 'TOOL_DENIED', mayHaveRun: false });
    expect(textOf(result)).toMatch(/denied.*\. The tool did not run\.$/);
    expect(ran).toBe(false);
    expect(auditor.calls).toMatchObject([{ tool_name: 'rm', decision: 'blocked' }]);
  });

  it('answers an unknown tool with a protocol error, and records the attempt as blocked', async () => {
    const { client, auditor } = await bench({ one: tools({}) });
    const mcp = await client();

    const call = mcp.request({ method: 'tools/call', params: { name: 'nope', arguments: {} } });

    await expect(call).rejects.toMatchObject({ code: -32602 });
    expect(auditor.calls).toMatchObject([{ tool_name: 'nope', decision: 'blocked', outcome: 'blocked' }]);
  });

  it('keeps arguments from a tool whose schema they do not fit, and records the call', async () => {
    let ran = false;
    const strict = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'], additionalProperties: false };
    const { client, auditor } = await bench({ one: tools({ count: () => ((ran = true), '') }, { count: { inputSchema: strict } }) });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'count', arguments: { n: 'four' } });

    expect(refusalIn(result)).toMatchObject({ code: 'TOOL_INPUT', mayHaveRun: false });
    expect(textOf(result)).not.toContain('four');
    expect(ran).toBe(false);
    expect(auditor.calls).toMatchObject([{ tool_name: 'count', outcome: 'blocked' }]);
  });

  it('holds a tool that its pin holds: not listed, not called, and told why', async () => {
    let ran = false;
    const { client, pins, auditor } = await bench({ one: tools({ echo: () => ((ran = true), '') }) });
    pins.held.add('echo');
    const mcp = await client();

    const listed = await mcp.listTools();
    const result = await mcp.callTool({ name: 'echo', arguments: {} });

    expect(listed.tools).toEqual([]);
    expect(refusalIn(result)?.code).toBe('GATEWAY');
    expect(textOf(result)).toContain('approve');
    expect(ran).toBe(false);
    expect(auditor.calls).toMatchObject([{ tool_name: 'echo', outcome: 'blocked' }]);
  });

  it('records the error of a tool as one, and cleans it', async () => {
    const { client, auditor } = await bench({ one: tools({ bad: () => ({ isError: true, content: [{ type: 'text', text: 'no bob@example.com' }] }) }) }, { policy: redacting });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'bad', arguments: {} });

    expect(result).toMatchObject({ isError: true, content: [{ type: 'text', text: 'no <EMAIL>' }] });
    expect(auditor.calls).toMatchObject([{ outcome: 'tool_error' }]);
  });

  it('cleans what a server says in a JSON-RPC error', async () => {
    const { client } = await bench({ one: tools({ bad: () => { throw new Error('row of bob@example.com'); } }) }, { policy: redacting });
    const mcp = await client();

    const result = await mcp.callTool({ name: 'bad', arguments: {} });

    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('<EMAIL>');
    expect(JSON.stringify(result)).not.toContain('bob@');
  });

  it('keeps a structured result when it still fits its schema, and withholds it when it does not', async () => {
    const outputSchema = { type: 'object', properties: { who: { type: 'string', maxLength: 6 } }, required: ['who'] };
    const structured = (who: string) => () => ({ content: [{ type: 'text', text: who }], structuredContent: { who } });
    const { client } = await bench({ one: tools({ fits: structured('bob'), breaks: structured('a@b.co') }, { fits: { outputSchema }, breaks: { outputSchema } }) }, { policy: redacting });
    const mcp = await client();

    const fits = await mcp.callTool({ name: 'fits', arguments: {} });
    const breaks = await mcp.callTool({ name: 'breaks', arguments: {} });

    expect(fits.structuredContent).toEqual({ who: 'bob' });
    expect(breaks.structuredContent).toBeUndefined();
    expect(refusalIn(breaks)).toMatchObject({ code: 'OUTPUT_INVALID' });
    expect(textOf(breaks)).toContain('<EMAIL>');
  });

  it('passes pictures untouched, unless the policy denies content:image', async () => {
    const data = Buffer.from('4111 1111 1111 1111 bob@example.com').toString('base64');
    const script = tools({ shot: () => ({ content: [{ type: 'image', data, mimeType: 'image/png' }] }) });
    const open = await bench({ one: script }, { policy: redacting });
    const shut = await bench({ one: script }, { policy: { name: 'p', rules: { denied_tools: ['content:*'] } } });

    const passed = await (await open.client()).callTool({ name: 'shot', arguments: {} });
    const withheld = await (await shut.client()).callTool({ name: 'shot', arguments: {} });

    expect(passed.content).toEqual([{ type: 'image', data, mimeType: 'image/png' }]);
    expect(JSON.stringify(withheld)).not.toContain(data);
    expect(textOf(withheld)).toContain('content:image');
  });

  it('never shares a connection between sessions', async () => {
    const { client, servers } = await bench({ one: tools({ whoami: (_args, _ctx, server) => String(servers.indexOf(server)) }) });
    const [ann, bob] = await Promise.all([client({ session: 'ann' }), client({ session: 'bob' })]);

    const [first, second] = await Promise.all([ann.callTool({ name: 'whoami', arguments: {} }), bob.callTool({ name: 'whoami', arguments: {} })]);

    expect(textOf(first)).not.toBe(textOf(second));
  });

  it('gives each of many clients its own results, though all number their requests alike', async () => {
    const { client, auditor } = await bench({ one: tools({ echo: async ({ text }) => (await new Promise((resolve) => setTimeout(resolve, Math.random() * 5)), `for ${text}`) }) });
    const clients = await Promise.all(Array.from({ length: 8 }, (_, i) => client({ session: `s${i}` })));

    const results = await Promise.all(clients.flatMap((mcp, i) => Array.from({ length: 8 }, (_, j) => mcp.callTool({ name: 'echo', arguments: { text: `${i}.${j}` } }))));

    expect(results.map(textOf)).toEqual(clients.flatMap((_mcp, i) => Array.from({ length: 8 }, (_, j) => `for ${i}.${j}`)));
    expect(auditor.calls.filter(({ session }) => session === 's3')).toHaveLength(8);
  });

  it('ends the calls of a client that goes away, and its connections', async () => {
    let aborted = false;
    const { client, auditor, servers } = await bench({ one: tools({ hang: (_args, ctx) => new Promise(() => ctx.mcpReq.signal.addEventListener('abort', () => (aborted = true))) }) });
    const mcp = await client();
    const call = mcp.callTool({ name: 'hang', arguments: {} });
    call.catch(() => undefined);
    await until(() => auditor.intents.length === 1);

    await mcp.close();

    await until(() => auditor.calls.length === 1 && servers[0]?.transport === undefined);
    expect(aborted).toBe(true);
    expect(auditor.calls).toMatchObject([{ outcome: 'cancelled' }]);
  });

  it('closes the connections of a session that no client ever came to', async () => {
    const { gateway, servers } = await bench({ one: tools({}) });
    const session = gateway.sessionFor({});
    await until(() => gateway.status()[0]?.state === 'ready');

    await session.close();

    await until(() => servers[0]?.transport === undefined);
    expect(servers).toHaveLength(1);
  });

  it('drops hidden characters from descriptions, and holds a tool whose names have them', async () => {
    const { client } = await bench({
      one: tools({ plain: () => '', odd: () => '' }, { plain: { description: 'a\u200bb\u{e0041}c' }, odd: { inputSchema: { type: 'object', properties: { 'x\u200b': {} } } } }),
    });
    const mcp = await client();

    const { tools: listed } = await mcp.listTools();

    expect(listed.map(({ name, description }) => [name, description])).toEqual([['plain', 'abc']]);
  });
});

describe('pins that change while a session is open', () => {
  it('are heeded by its next call, though it does not list again', async () => {
    let calls = 0;
    const { client, pins } = await bench({ one: tools({ echo: () => String((calls += 1)) }) });
    const mcp = await client();
    await mcp.callTool({ name: 'echo', arguments: {} });

    pins.held.add('echo');
    const held = await mcp.callTool({ name: 'echo', arguments: {} });
    pins.held.delete('echo');
    const approved = await mcp.callTool({ name: 'echo', arguments: {} });

    expect(refusalIn(held)).toEqual({ code: 'GATEWAY', mayHaveRun: false });
    expect(textOf(approved)).toBe('2');
  });

  it('end every call when they cannot be read any more', async () => {
    let calls = 0;
    const { client, pins, auditor } = await bench({ one: tools({ echo: () => String((calls += 1)) }) });
    const mcp = await client();
    await mcp.callTool({ name: 'echo', arguments: {} });

    pins.isTorn = true;
    const result = await mcp.callTool({ name: 'echo', arguments: {} });

    expect(refusalIn(result)).toEqual({ code: 'GATEWAY', mayHaveRun: false });
    expect(calls).toBe(1);
    expect(auditor.calls.at(-1)).toMatchObject({ tool_name: 'echo', decision: 'blocked', outcome: 'enforcement_error' });
  });
});

describe('a server that is started anew while a call waits', () => {
  it('is not asked for a tool that nobody judged', async () => {
    let calls = 0;
    const { client, servers, container, auditor } = await bench({ one: tools({ echo: () => String((calls += 1)) }) });
    const mcp = await client();
    await mcp.callTool({ name: 'echo', arguments: {} });

    container.get(HookRegistry).on('pre_call', () => servers.at(-1)?.close());
    const result = await mcp.callTool({ name: 'echo', arguments: {} });

    expect(refusalIn(result)?.code).toBe('GATEWAY');
    expect(textOf(result)).toContain('started anew');
    expect(calls).toBe(1);
    expect(auditor.calls).toHaveLength(2);
  });
});

describe('a server that talks too much', () => {
  it('still tells of changed tools behind its chatter', async () => {
    const { client } = await bench({ one: tools({ storm: async (_args, _ctx, server) => {
      for (let i = 0; i < 1_000; i += 1) await server.notification({ method: 'notifications/message', params: { level: 'info', data: 'x' } });
      await server.sendToolListChanged();
      return '';
    } }) });
    const mcp = await client();
    let told = 0;
    mcp.setNotificationHandler('notifications/tools/list_changed', () => void (told += 1));

    await mcp.callTool({ name: 'storm', arguments: {} });
    await until(() => told > 0);

    expect(told).toBe(1);
  });

  it('tells of a thousand changes twice: of the first at once, of the last in the end', async () => {
    const { client } = await bench({ one: tools({ storm: async (_args, _ctx, server) => {
      for (let i = 0; i < 1_000; i += 1) await server.sendToolListChanged();
      return '';
    }, done: () => '' }) });
    const mcp = await client();
    let told = 0;
    mcp.setNotificationHandler('notifications/tools/list_changed', () => void (told += 1));

    await mcp.callTool({ name: 'storm', arguments: {} });
    await until(() => told >= 2);

    expect(told).toBeLessThan(10);
  });
});

describe('a client that makes its server end', () => {
  it('takes it away from nobody else', async () => {
    const { client, gateway } = await bench({ one: tools({ crash: async (_args, _ctx, server) => (await server.close(), ''), echo: () => 'here' }) });
    const evil = await Promise.all(Array.from({ length: 6 }, () => client()));
    await Promise.all(evil.map((mcp) => mcp.callTool({ name: 'crash', arguments: {} })));

    const result = await (await client()).callTool({ name: 'echo', arguments: {} });

    expect(textOf(result)).toBe('here');
    expect(gateway.status()).toMatchObject([{ state: 'ready', restarts: 6 }]);
  });
});
