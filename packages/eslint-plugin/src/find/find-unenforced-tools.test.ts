import { describe, expect, it } from '@jest/globals';
import { findUnenforcedTools, parseSource } from './index.js';

async function found(source: string): Promise<readonly string[]> {
  return findUnenforcedTools(await parseSource(source)).map(({ kind, certainty, line }) => `${kind} ${certainty} ${String(line)}`);
}

const enforce = "import { Enforce } from '@enforcecore/core'; import { Tool } from '@enforcecore/core/tools';";
const ai = "import { tool, generateText } from 'ai'; import { enforceTools, enforcedTool } from '@enforcecore/adapters/ai-sdk';";
const made = 'tool({ description: "d", execute: async () => 1 })';
const mcp = "import { McpServer } from '@modelcontextprotocol/server'; import { enforceServer } from '@enforcecore/adapters/mcp';";

describe('methods', () => {
  it('with @Tool need @Enforce, in any order', async () => {
    const source = `${enforce}
      class A {
        @Tool({ description: 'x' }) bare() {}
        @Enforce() @Tool({ description: 'x' }) one() {}
        @Tool({ description: 'x' }) @Enforce() two() {}
        @Enforce() three() {}
      }`;

    expect(await found(source)).toEqual(['method certain 3']);
  });

  it('are found under other names of the decorators, and those of others are left alone', async () => {
    expect(await found("import { Tool as T } from '@enforcecore/core/tools'; class A { @T({}) bare() {} }")).toEqual(['method certain 1']);
    expect(await found("import * as ec from '@enforcecore/core/tools'; class A { @ec.Tool({}) bare() {} }")).toEqual(['method certain 1']);
    expect(await found("import { Tool } from 'somewhere'; class A { @Tool({}) bare() {} }")).toEqual([]);
    expect(await found('const Tool = () => () => 1; class A { @Tool() bare() {} }')).toEqual([]);
  });
});

describe('tools of frameworks', () => {
  it.each([
    ['ai', "import { tool as t, generateText } from 'ai'; generateText({ tools: { a: t({ execute() {} }) } });"],
    ['ai, dynamic', "import { dynamicTool, generateText } from 'ai'; generateText({ tools: { a: dynamicTool({ execute() {} }) } });"],
    ['a namespace', "import * as sdk from 'ai'; sdk.generateText({ tools: { a: sdk.tool({ execute() {} }) } });"],
    ['a dynamic import', "const { tool, generateText } = await import('ai'); generateText({ tools: { a: tool({ execute() {} }) } });"],
    ['require', "const { tool, generateText } = require('ai'); generateText({ tools: { a: tool({ execute() {} }) } });"],
    ['langchain', "import { tool, createAgent } from 'langchain'; createAgent({ tools: [tool(() => 1, { name: 'a' })] });"],
    ['LangChain classes', "import { DynamicStructuredTool } from '@langchain/core/tools'; import { createAgent } from 'langchain'; createAgent({ tools: [new DynamicStructuredTool({ func() {} , execute: 1})] });"],
    ['@openai/agents', "import { Agent, tool } from '@openai/agents'; new Agent({ tools: [tool({ execute() {} })] });"],
    ['Mastra', "import { createTool } from '@mastra/core/tools'; import { Agent } from '@mastra/core/agent'; new Agent({ tools: { a: createTool({ execute() {} }) } });"],
    ['a member of what was imported', "import * as sdk from 'ai'; const { tool, generateText } = sdk; generateText({ tools: { a: tool({ execute() {} }) } });"],
    ['an import in an expression', "(await import('ai')).generateText({ tools: { a: (await import('ai')).tool({ execute() {} }) } });"],
    ['an import by require', "import sdk = require('ai'); sdk.generateText({ tools: { a: sdk.tool({ execute() {} }) } });"],
    ['a plain object', "import { streamText } from 'ai'; streamText({ tools: { a: { inputSchema, execute() {} }, b: { inputSchema } } });"],
    ['plain objects in a constant', "import { ToolLoopAgent } from 'ai'; const tools = { a: { inputSchema, execute() {} } }; new ToolLoopAgent({ tools });"],
    ['a class of its own', "import { StructuredTool } from '@langchain/core/tools'; import { createAgent } from 'langchain'; class Pay extends StructuredTool {} createAgent({ tools: [new Pay()] });"],
    ['realtime', "import { tool, RealtimeAgent } from '@openai/agents/realtime'; new RealtimeAgent({ tools: [tool({ execute() {} })] });"],
    ['a constant', `${ai} const a = ${made}; const tools = { a }; generateText({ tools });`],
    ['a part of a record', `${ai} const tools = { a: ${made} }; generateText({ tools: { b: tools.a } });`],
  ])('are reported when a framework gets them: %s', async (_what, source) => {
    expect(await found(source)).toEqual(['tool certain 1']);
  });

  it.each([
    ['in the call itself', `${ai} generateText({ tools: enforceTools({ a: ${made} }) });`],
    ['by a constant', `${ai} const a = ${made}; const b = enforcedTool(undefined, a); generateText({ tools: { b } });`],
    ['in a record that is handed over', `${ai} const tools = { a: ${made}, ...(true ? { b: ${made} } : {}) }; generateText({ tools: enforceTools(tools as never) });`],
    ['by a namespace', `import { tool } from 'ai'; import * as ec from '@enforcecore/adapters/ai-sdk'; ec.enforceTools({ a: ${made} });`],
    ['with the agent that has them', "import { Agent, tool } from '@openai/agents'; import { enforceAgent } from '@enforcecore/adapters/openai-agents'; const tools = [tool({ execute() {} })]; function f() { const agent = new Agent({ tools }); return enforceAgent(agent); }"],
    ['by the middleware of settings', "import { tool, createAgent } from 'langchain'; import { enforceMiddleware } from '@enforcecore/adapters/langchain'; const settings = { tools: [tool(f, {})], middleware: [await enforceMiddleware()] }; createAgent(settings);"],
    ['as plain objects', "import { streamText } from 'ai'; import { enforceTools, enforcedSettings } from '@enforcecore/adapters/ai-sdk'; streamText({ tools: enforceTools({ a: { execute() {} } }) }); streamText({ ...enforcedSettings({ a: { execute() {} } }) });"],
    ['by the middleware of the agent', "import { tool, createAgent } from 'langchain'; import { enforceMiddleware } from '@enforcecore/adapters/langchain'; const mine = await enforceMiddleware(); createAgent({ tools: [tool(f, {})], middleware: [other(), mine] });"],
  ])('are not reported when they are enforced: %s', async (_what, source) => {
    expect(await found(source)).toEqual([]);
  });

  it.each([
    ['exported', `${ai} export const a = ${made};`],
    ['exported by a list', `${ai} const a = ${made}; export { a };`],
    ['returned', `${ai} function make() { return ${made}; }`],
    ['given to a function of the file', `${ai} function keep(a) {} keep(${made});`],
    ['in a variable that may change', `${ai} let a = ${made}; enforcedTool(undefined, a);`],
    ['never used', `${ai} const a = ${made};`],
  ])('are possible findings where one file does not tell: %s', async (_what, source) => {
    expect(await found(source)).toEqual(['tool possible 1']);
  });

  it('are reported when one of two uses is not enforced', async () => {
    expect(await found(`${ai} const a = ${made}; enforcedTool(undefined, a); generateText({ tools: { a } });`)).toEqual(['tool certain 1']);
  });

  it.each([
    ['hooks, which only ask', "import { createTool } from '@mastra/core/tools'; import { Agent } from '@mastra/core/agent'; import { enforceHooks } from '@enforcecore/adapters/mastra'; const tools = { a: createTool({ execute() {} }) }; new Agent({ tools, hooks: enforceHooks({ tools }) });"],
    ['a cleaned stream', "import { tool, streamText } from 'ai'; import { redactStream } from '@enforcecore/adapters/ai-sdk'; redactStream(streamText({ tools: { a: tool({ execute() {} }) } }));"],
    ['a middleware of somebody else', "import { tool, createAgent } from 'langchain'; import { enforceMiddleware } from 'other'; createAgent({ tools: [tool(f, {})], middleware: [enforceMiddleware()] });"],
  ])('are not enforced by %s', async (_what, source) => {
    expect(await found(source)).toEqual(['tool certain 1']);
  });

  it('are no functions that are only called like them', async () => {
    expect(await found('function tool() {} tool({ execute() {} });')).toEqual([]);
    expect(await found(`${ai} function f(tool) { generateText(tool({ execute() {} })); }`)).toEqual([]);
    expect(await found(`${ai} { const tool = (x) => x; generateText(tool({ execute() {} })); }`)).toEqual([]);
    expect(await found("import { tool } from 'my-tools'; tool({ execute() {} });")).toEqual([]);
  });

  it('without execute run elsewhere', async () => {
    expect(await found(`${ai} generateText({ tools: { a: tool({ description: 'the client asks' }) } });`)).toEqual([]);
  });
});

describe('tools of MCP servers', () => {
  const register = "s.registerTool('a', {}, () => 1);";

  it('are reported on a server that nothing enforces', async () => {
    expect(await found(`${mcp} const s = new McpServer({}); ${register} await s.connect(t);`)).toEqual(['server certain 1']);
    expect(await found(`${mcp} new McpServer({}).registerTool('a', {}, f);`)).toEqual(['server certain 1']);
    expect(await found("import { Server } from '@modelcontextprotocol/server'; const s = new Server({}); s.setRequestHandler('tools/call', f); s.setRequestHandler('ping', f);")).toEqual(['server certain 1']);
  });

  it('are not reported on one that is handed to enforceServer, before or after', async () => {
    expect(await found(`${mcp} const s = new McpServer({}); ${register} enforceServer(s, {});`)).toEqual([]);
    expect(await found(`${mcp} const s = enforceServer(new McpServer({})); ${register}`)).toEqual([]);
    expect(await found(`${mcp} function add(s: McpServer) { enforceServer(s); ${register} }`)).toEqual([]);
  });

  it('are reported where only some are registered by us', async () => {
    const both = "import { McpServer } from '@modelcontextprotocol/server'; import { registerEnforced } from '@enforcecore/adapters/mcp';";

    expect(await found(`${both} const s = new McpServer({}); registerEnforced(s, new Tools()); ${register}`)).toEqual(['server certain 1']);
  });

  it('are found on fields, and on a class that is a server', async () => {
    expect(await found(`${mcp} class A { server = new McpServer({}); m() { this.server.registerTool('a', {}, f); } }`)).toEqual(['server certain 1']);
    expect(await found(`${mcp} class A { #s = new McpServer({}); m() { this.#s.registerTool('a', {}, f); enforceServer(this.#s); } }`)).toEqual([]);
    expect(await found(`${mcp} class A { constructor(private s: McpServer) { this.s.registerTool('a', {}, f); } }`)).toEqual(['server possible 1']);
    expect(await found(`${mcp} class A extends McpServer { m() { this.registerTool('a', {}, f); } }`)).toEqual(['server possible 1']);
    expect(await found("class A { s = new Other(); m() { this.s.registerTool('a', {}, f); this.t.tool('b'); } }")).toEqual([]);
  });

  it('are advised to be enforced before their first tool, which enforceServer asks for', async () => {
    const findings = findUnenforcedTools(await parseSource(`${mcp} const s = new McpServer({}); ${register}`));

    expect(findings[0]?.advice).toContain('enforceServer of @enforcecore/adapters/mcp before its first tool, or with `handlers`');
  });

  it('of the older SDK are advised to go behind the gateway, as enforceServer does not take them', async () => {
    const source = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'; const s = new McpServer({}); ${register}`;

    expect(findUnenforcedTools(await parseSource(source))[0]?.advice).toContain('enforcecore gateway');
  });

  it('are possible findings where the server comes from or goes elsewhere', async () => {
    expect(await found(`${mcp} function add(s: McpServer) { ${register} }`)).toEqual(['server possible 1']);
    expect(await found(`${mcp} export function make() { const s = new McpServer({}); ${register} return s; }`)).toEqual(['server possible 1']);
  });

  it('are nothing where the object is no server', async () => {
    expect(await found(`const s = whatever(); ${register}`)).toEqual([]);
  });
});

describe('hostile sources', () => {
  it.each([
    ['nothing', ''],
    ['a value that leads to itself', `${ai} const a = { b: a, c: ${made} }; enforceTools(a);`],
    ['names of Object.prototype', `${ai} const __proto__ = ${made}; const constructor = enforceTools({ __proto__ }); hasOwnProperty(toString);`],
  ])('end in an answer: %s', async (_what, source) => {
    expect(await found(source)).toEqual([]);
  });

  it('that double a value with every line end in an answer', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `const a${String(i + 1)} = { x: a${String(i)}, y: a${String(i)} };`).join('\n');

    expect(await found(`${ai} const a0 = ${made}; ${lines} generateText({ tools: a60 });`)).toEqual(['tool certain 1']);
  });

  it('with thousands of linked constants end in an answer that claims no more than was followed', async () => {
    const lines = Array.from({ length: 5_000 }, (_, i) => `const a${String(i + 1)} = a${String(i)};`).join('\n');

    expect(await found(`${ai} const a0 = ${made}; ${lines} enforceTools(a5000);`)).toEqual(['tool possible 1']);
  });

  it('as deep as the parser takes them end in an answer', async () => {
    const deep = 400;

    expect(await found(`${ai} generateText(${'['.repeat(deep)}${made}${']'.repeat(deep)});`)).toEqual(['tool certain 1']);
  });

  it('that are not of this world are passed over', () => {
    expect(findUnenforcedTools({ type: 'Program', body: [{ type: 'CallExpression' }, { type: 'MethodDefinition', decorators: [{}] }, null, 7] })).toEqual([]);
  });
});
