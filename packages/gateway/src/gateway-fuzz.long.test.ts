import { afterEach, describe, expect, it } from '@jest/globals';
import { InMemoryTransport, type JSONRPCMessage } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { bench, closeAll, tools, until, type Loose } from './gateway.test.kit.js';

afterEach(closeAll);

const methods = ['tools/call', 'tools/list', 'resources/read', 'resources/list', 'resources/subscribe', 'prompts/get', 'prompts/list', 'completion/complete', 'logging/setLevel', 'ping', 'vendor/x', '__proto__', 'constructor', 'notifications/cancelled', 'notifications/progress', 'notifications/initialized', 'tasks/get', ''];
const value = fc.jsonValue({ maxDepth: 4 });
const params = fc.oneof(
  fc.dictionary(fc.oneof(fc.constantFrom('name', 'arguments', 'uri', 'ref', 'argument', 'cursor', '_meta', '__proto__', 'level', 'requestId', 'task'), fc.string()), value, { maxKeys: 5 }),
  fc.record({ name: fc.constantFrom('echo', '__proto__', 'constructor', 'ECHO', ''), arguments: fc.dictionary(fc.string({ unit: 'binary' }), value), _meta: fc.record({ progressToken: value }) }, { requiredKeys: [] }),
);
const id = fc.oneof(fc.integer({ min: 1_000, max: 1_010 }), fc.string(), fc.constantFrom('__proto__', '', '1'));
const message = fc.oneof(
  fc.record({ jsonrpc: fc.constant('2.0'), id, method: fc.constantFrom(...methods), params }, { requiredKeys: ['jsonrpc', 'method', 'id'] }),
  fc.record({ jsonrpc: fc.constant('2.0'), method: fc.constantFrom(...methods), params }, { requiredKeys: ['jsonrpc', 'method'] }),
  fc.record({ jsonrpc: fc.constant('2.0'), id, result: value }),
  fc.record({ jsonrpc: fc.constant('2.0'), id, error: value }),
  value,
);

describe('whatever a client sends', () => {
  it('ends in an answer or in nothing, never in a TypeError, and the session goes on', async () => {
    const { gateway, auditor } = await bench({ one: tools({ echo: ({ text }) => String(text) }) });
    const [near, far] = InMemoryTransport.createLinkedPair();
    const answers: JSONRPCMessage[] = [];
    near.onmessage = (answer) => answers.push(answer);
    await gateway.sessionFor({}).connect(far);
    await near.start();
    await near.send({ jsonrpc: '2.0', id: 'init', method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'fuzz', version: '1' } } });

    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 10 }), fc.uuid(), async (messages, last) => {
        for (const each of messages) await near.send(each as JSONRPCMessage);
        await near.send({ jsonrpc: '2.0', id: last, method: 'tools/call', params: { name: 'echo', arguments: { text: last } } });
        await until(() => answers.some((answer) => 'id' in answer && answer.id === last));
        const mine = answers.find((answer) => 'id' in answer && answer.id === last) as Loose;
        return mine.result?.content?.[0]?.text === last;
      }),
      { numRuns: 300 },
    );

    const said = JSON.stringify(answers);
    expect(said).not.toMatch(/TypeError|Cannot read|is not a function|undefined \(/);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(auditor.calls.length).toBeGreaterThanOrEqual(300);
  });
});

describe('whatever a server answers', () => {
  it('becomes a result of the protocol or a refusal', async () => {
    let next: unknown;
    const { client, auditor } = await bench({ one: tools({ echo: () => next }) }, { policy: { name: 'p', rules: { pii_redaction: { enabled: true } } }, upstreams: { one: { timeoutMs: 5_000 } } });
    const mcp = await client();
    const block = fc.oneof(value, fc.record({ type: fc.constantFrom('text', 'image', 'audio', 'resource', 'resource_link'), text: value, data: value, mimeType: value, resource: fc.record({ uri: value, blob: value, text: value }, { requiredKeys: [] }), uri: value, name: value }, { requiredKeys: ['type'] }));
    const result = fc.oneof(fc.dictionary(fc.string(), value), fc.record({ content: fc.oneof(value, fc.array(block)), structuredContent: value, isError: value, _meta: value }, { requiredKeys: [] }));
    let runs = 0;

    await fc.assert(
      fc.asyncProperty(result, async (given) => {
        next = given;
        runs += 1;
        const got = await mcp.callTool({ name: 'echo', arguments: {} }).catch((error: unknown) => ({ content: [{ type: 'text', text: String(error) }] }));
        // An answer is an answer, whatever is in it: nobody waits for another.
        return Array.isArray(got.content) && !/TypeError|TIMEOUT/.test(JSON.stringify(got));
      }),
      { numRuns: 300 },
    );

    expect(auditor.calls).toHaveLength(runs);
  });
});
