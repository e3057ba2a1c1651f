import { Flow, type Destination } from './flow.js';
import { importedBy, isMaker, isOurs, isToolClass, takesTools, type Imported } from './frameworks.js';
import { Names } from './names.js';
import { destinationOfServer } from './servers.js';
import { bare, child, children, nameIn, type SyntaxNode } from './syntax-node.js';

export type UnenforcedKind = 'method' | 'tool' | 'server';

/** A tool that would be called past the enforcer. */
export interface UnenforcedTool {
  readonly kind: UnenforcedKind;
  /** `certain`: this file hands it to a framework. `possible`: it leaves this file, or what becomes of it is not clear. */
  readonly certainty: 'certain' | 'possible';
  /** Lines and columns from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly advice: string;
  /** Where it is made. */
  readonly node: SyntaxNode;
}

/**
 * Finds tools in one file that nothing enforces: methods with `@Tool` and without `@Enforce`, tools made for a framework
 * that are not handed to a function of ours that enforces, and tools registered on an MCP server that is not.
 *
 * @param program the root of an ESTree or TSESTree
 */
export function findUnenforcedTools(program: object): readonly UnenforcedTool[] {
  const names = new Names(program as SyntaxNode); // a parser's root; what is no node is not looked at
  const flow = new Flow(names);
  return names.nodes.flatMap((node): readonly UnenforcedTool[] => {
    switch (node.type) {
      case 'MethodDefinition':
        return method(node, names);
      case 'NewExpression':
      case 'CallExpression':
        return [...madeTool(node, names, flow), ...plainTools(node, names), ...registered(node, names)];
      default:
        return [];
    }
  });
}

function method(node: SyntaxNode, names: Names): readonly UnenforcedTool[] {
  const decorators = children(node, 'decorators').map((decorator) => decoratorName(decorator, names));
  if (!decorators.includes('Tool') || decorators.includes('Enforce')) return [];
  const name = nameIn(child(node, 'key')) ?? 'a method';
  return [found(node, 'method', 'certain', `${name} is a tool that nothing enforces`, 'put @Enforce() beside @Tool')];
}

/** Of our own decorators: what it is exported as. */
function decoratorName(decorator: SyntaxNode, names: Names): string | undefined {
  const expression = child(decorator, 'expression');
  const imported = importedBy(expression?.type === 'CallExpression' ? child(expression, 'callee') : expression, names);
  return isOurs(imported) ? imported.name : undefined;
}

function madeTool(node: SyntaxNode, names: Names, flow: Flow): readonly UnenforcedTool[] {
  const maker = makerOf(node, names);
  if (maker === undefined || !runsHere(node, maker)) return [];
  const certainty = certaintyOf(flow.follow(node));
  if (certainty === undefined) return [];
  return [found(node, 'tool', certainty, `this ${maker.name} of "${maker.source}" is ${certainty === 'certain' ? 'used without being enforced' : 'not enforced in this file'}`, adviceFor(maker))];
}

/** What makes a tool: a function or class of the framework, or a class of this file that extends one. */
function makerOf(node: SyntaxNode, names: Names): Imported | undefined {
  const callee = child(node, 'callee');
  const maker = importedBy(callee, names);
  if (isMaker(maker)) return maker;
  const own = node.type === 'NewExpression' && callee?.type === 'Identifier' ? names.lookUp(nameIn(callee), callee) : undefined;
  const extended = importedBy(own?.superClass, names);
  return isToolClass(extended) ? extended : undefined;
}

/** Tools that are written as plain objects into the call that takes them: `generateText({ tools: { pay: { execute } } })`. */
function plainTools(node: SyntaxNode, names: Names): readonly UnenforcedTool[] {
  const taker = importedBy(child(node, 'callee'), names);
  const [settings] = children(node, 'arguments');
  if (!takesTools(taker) || settings === undefined) return [];
  const given = propertyOf(settings, 'tools');
  const tools = given?.type === 'Identifier' ? names.lookUp(nameIn(given), given)?.init : given;
  if (tools?.type !== 'ObjectExpression') return [];
  return children(tools, 'properties').flatMap((property) => {
    const tool = child(property, 'value');
    if (tool?.type !== 'ObjectExpression' || propertyOf(tool, 'execute') === undefined) return [];
    return [found(tool, 'tool', 'certain', `the tool "${nameIn(child(property, 'key')) ?? 'without a name'}" of ${taker.name} is used without being enforced`, adviceFor(taker))];
  });
}

function propertyOf(object: SyntaxNode, name: string): SyntaxNode | undefined {
  const property = children(object, 'properties').find((one) => nameIn(child(one, 'key')) === name);
  return property === undefined ? undefined : child(property, 'value');
}

/** A tool without `execute` is run by the client or the provider. LangChain's take the function by itself. */
function runsHere(node: SyntaxNode, { source }: Imported): boolean {
  const [first] = children(node, 'arguments');
  if (source.includes('langchain') || first?.type !== 'ObjectExpression') return true;
  return children(first, 'properties').some((property) => property.type === 'SpreadElement' || nameIn(child(property, 'key')) === 'execute');
}

/** A tool that is registered on an MCP server. */
function registered(node: SyntaxNode, names: Names): readonly UnenforcedTool[] {
  const callee = child(node, 'callee');
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression' || !registers(node, nameIn(child(callee, 'property')))) return [];
  const object = child(callee, 'object');
  const server = object === undefined ? undefined : bare(object);
  const destination = server === undefined ? undefined : destinationOfServer(server, names);
  const certainty = destination === undefined ? undefined : certaintyOf(destination);
  if (certainty === undefined) return [];
  const tool = nameIn(children(node, 'arguments')[0]) ?? 'a tool';
  return [found(node, 'server', certainty, `"${tool}" is registered on a server that ${certainty === 'certain' ? 'is not enforced' : 'this file does not enforce'}`, names.imports('@modelcontextprotocol/sdk') ? 'put the server behind enforcecore gateway; enforceServer is for servers of @modelcontextprotocol/server' : 'hand the server to enforceServer of @enforcecore/adapters/mcp before its first tool, or with `handlers`; or put it behind enforcecore gateway')];
}

function registers(call: SyntaxNode, method: string | undefined): boolean {
  if (method === 'registerTool' || method === 'tool') return true;
  const first = children(call, 'arguments')[0];
  return method === 'setRequestHandler' && (nameIn(first) === 'tools/call' || nameIn(first) === 'CallToolRequestSchema');
}

function certaintyOf(destination: Destination): UnenforcedTool['certainty'] | undefined {
  return destination === 'enforced' ? undefined : destination === 'elsewhere' ? 'certain' : 'possible';
}

const advice: readonly (readonly [RegExp, string])[] = [
  [/langchain/, 'hand it to enforcedTool of @enforcecore/adapters/langchain, or give its agent enforceMiddleware'],
  [/^ai$/, 'hand it to enforceTools or enforcedSettings of @enforcecore/adapters/ai-sdk'],
  [/^@openai\//, 'hand it to enforcedTool, or its agent to enforceAgent, of @enforcecore/adapters/openai-agents'],
];

function adviceFor({ source }: Imported): string {
  return advice.find(([pattern]) => pattern.test(source))?.[1] ?? 'hand it to enforceTools of @enforcecore/adapters/mastra';
}

function found(node: SyntaxNode, kind: UnenforcedKind, certainty: UnenforcedTool['certainty'], message: string, toDo: string): UnenforcedTool {
  const { line = 0, column = -1 } = node.loc?.start ?? {};
  return { kind, certainty, line, column: column + 1, message, advice: toDo, node };
}
