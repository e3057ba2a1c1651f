import { moduleIn, type Binding, type Names } from './names.js';
import { bare, child, nameIn, type SyntaxNode } from './syntax-node.js';

/** Functions and classes that make a tool, by the modules that export them. */
const makers: ReadonlyMap<string, readonly string[]> = new Map([
  ['langchain', ['tool', 'DynamicTool', 'DynamicStructuredTool']],
  ['@langchain/core/tools', ['tool', 'DynamicTool', 'DynamicStructuredTool']],
  ['ai', ['tool', 'dynamicTool']],
  ['@openai/agents', ['tool']],
  ['@openai/agents-core', ['tool']],
  ['@openai/agents/realtime', ['tool']],
  ['@openai/agents-realtime', ['tool']],
  ['@mastra/core', ['createTool', 'Tool']],
  ['@mastra/core/tools', ['createTool', 'Tool']],
]);

/** Classes that LangChain's tools of one's own extend. */
const toolClasses: ReadonlyMap<string, readonly string[]> = new Map([
  ['langchain', ['StructuredTool', 'Tool', 'DynamicTool', 'DynamicStructuredTool']],
  ['@langchain/core/tools', ['StructuredTool', 'Tool', 'DynamicTool', 'DynamicStructuredTool']],
]);

/** What takes tools as plain objects. */
const takers: ReadonlyMap<string, readonly string[]> = new Map([['ai', ['generateText', 'streamText', 'ToolLoopAgent']]]);

/** Classes of MCP servers. */
const servers: ReadonlyMap<string, readonly string[]> = new Map([
  ['@modelcontextprotocol/server', ['McpServer', 'Server']],
  ['@modelcontextprotocol/sdk/server/mcp.js', ['McpServer']],
  ['@modelcontextprotocol/sdk/server/mcp', ['McpServer']],
  ['@modelcontextprotocol/sdk/server/index.js', ['Server']],
  ['@modelcontextprotocol/sdk/server', ['Server']],
]);

/** Something that a module exports. */
export interface Imported {
  readonly source: string;
  readonly name: string;
}

/** What an expression names, if it is imported: `tool`, `t` of `{ tool as t }`, `ns.tool`. */
export function importedBy(expression: SyntaxNode | undefined, names: Names): Imported | undefined {
  if (expression === undefined) return undefined;
  const node = bare(expression);
  if (node.type === 'Identifier') return importOf(names.lookUp(nameIn(node), node), names);
  const module = moduleIn(node);
  if (module !== undefined) return { source: module, name: '*' };
  if (node.type !== 'MemberExpression') return undefined;
  const object = importedBy(child(node, 'object'), names);
  const name = nameIn(child(node, 'property'));
  return object?.name === '*' && name !== undefined ? { source: object.source, name } : undefined;
}

function importOf(binding: Binding | undefined, names: Names): Imported | undefined {
  const { source, imported, memberOf } = binding ?? {};
  if (memberOf !== undefined && imported !== undefined) {
    // `const { tool } = sdk`; that `sdk` is no such member itself keeps this from going in circles.
    const from = memberOf.type === 'Identifier' ? names.lookUp(nameIn(memberOf), memberOf) : undefined;
    return from?.imported === '*' && from.source !== undefined ? { source: from.source, name: imported } : undefined;
  }
  return source === undefined || imported === undefined ? undefined : { source, name: imported };
}

export function isMaker(imported: Imported | undefined): imported is Imported {
  return imported !== undefined && makers.get(imported.source)?.includes(imported.name) === true;
}

export function isToolClass(imported: Imported | undefined): imported is Imported {
  return imported !== undefined && toolClasses.get(imported.source)?.includes(imported.name) === true;
}

export function takesTools(imported: Imported | undefined): imported is Imported {
  return imported !== undefined && takers.get(imported.source)?.includes(imported.name) === true;
}

export function isServer(imported: Imported | undefined): imported is Imported {
  return imported !== undefined && servers.get(imported.source)?.includes(imported.name) === true;
}

export function isOurs(imported: Imported | undefined): imported is Imported {
  return imported?.source.startsWith('@enforcecore/') === true;
}

/** What our packages export that enforces the tools, agents and servers handed to it. The rest looks at them, or cleans text. */
const enforcers: ReadonlySet<string> = new Set([
  'enforce', 'wrapWithPolicy', 'defineTool', 'enforcedTool', 'enforcedTools', 'enforceTools', 'enforcedSettings', 'enforceAgent', 'enforceServer', 'enforcedMcpServer', 'registerEnforced',
]);

export function isEnforcer(imported: Imported | undefined): boolean {
  return isOurs(imported) && enforcers.has(imported.name);
}

/** Enforces the tools of the agent that it is given to. */
export function isEnforcingMiddleware(imported: Imported | undefined): boolean {
  return isOurs(imported) && imported.name === 'enforceMiddleware';
}
