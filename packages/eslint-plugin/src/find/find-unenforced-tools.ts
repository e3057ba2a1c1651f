import { Flow, type Destination } from './flow.js';
import { importedBy, isMaker, isOurs, isServer, type Imported } from './frameworks.js';
import { Names, type Binding } from './names.js';
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
        return [...madeTool(node, names, flow), ...registered(node, names, flow)];
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
  const maker = importedBy(child(node, 'callee'), names);
  if (!isMaker(maker) || !runsHere(node, maker)) return [];
  const certainty = certaintyOf(flow.destinationOf(node));
  if (certainty === undefined) return [];
  return [found(node, 'tool', certainty, `this ${maker.name} of "${maker.source}" is ${certainty === 'certain' ? 'used without being enforced' : 'not enforced in this file'}`, adviceFor(maker))];
}

/** A tool without `execute` is run by the client or the provider. LangChain's take the function by itself. */
function runsHere(node: SyntaxNode, { source }: Imported): boolean {
  const [first] = children(node, 'arguments');
  if (source.includes('langchain') || first?.type !== 'ObjectExpression') return true;
  return children(first, 'properties').some((property) => property.type === 'SpreadElement' || nameIn(child(property, 'key')) === 'execute');
}

/** A tool that is registered on an MCP server. */
function registered(node: SyntaxNode, names: Names, flow: Flow): readonly UnenforcedTool[] {
  const callee = child(node, 'callee');
  if (node.type !== 'CallExpression' || callee?.type !== 'MemberExpression' || !registers(node, nameIn(child(callee, 'property')))) return [];
  const object = child(callee, 'object');
  const server = object === undefined ? undefined : bare(object);
  const destination = server === undefined ? undefined : destinationOfServer(server, names, flow);
  const certainty = destination === undefined ? undefined : certaintyOf(destination);
  if (certainty === undefined) return [];
  const tool = nameIn(children(node, 'arguments')[0]) ?? 'a tool';
  return [found(node, 'server', certainty, `"${tool}" is registered on a server that ${certainty === 'certain' ? 'is not enforced' : 'this file does not enforce'}`, 'hand the server to enforceServer of @enforcecore/adapters/mcp, or put it behind enforcecore gateway')];
}

function registers(call: SyntaxNode, method: string | undefined): boolean {
  if (method === 'registerTool' || method === 'tool') return true;
  const first = children(call, 'arguments')[0];
  return method === 'setRequestHandler' && (nameIn(first) === 'tools/call' || nameIn(first) === 'CallToolRequestSchema');
}

/** `undefined` for what is no server. */
function destinationOfServer(server: SyntaxNode, names: Names, flow: Flow): Destination | undefined {
  if (server.type === 'NewExpression') return isServer(importedBy(child(server, 'callee'), names)) ? 'elsewhere' : undefined;
  const binding = server.type === 'Identifier' ? names.lookUp(nameIn(server), server) : undefined;
  if (binding === undefined || !isServerBinding(binding, server, names)) return undefined;
  if (flow.isHandedToUs(binding)) return 'enforced';
  const isOwn = binding.kind === 'const' && binding.init !== undefined && !binding.isExported;
  const leaves = binding.uses.some((use) => leavesFile(use, names));
  return isOwn && !leaves ? 'elsewhere' : 'unknown';
}

function isServerBinding({ init, typeName }: Binding, at: SyntaxNode, names: Names): boolean {
  const made = init === undefined ? undefined : bare(init);
  if (made?.type === 'NewExpression' && isServer(importedBy(child(made, 'callee'), names))) return true;
  const type = names.lookUp(typeName, at);
  return type?.kind === 'import' && type.source !== undefined && isServer({ source: type.source, name: type.imported ?? '' });
}

/** Returned, exported or given to a function of this file, it may be enforced there. */
function leavesFile(use: SyntaxNode, names: Names): boolean {
  const parent = names.parentOf(use);
  return parent !== undefined && parent.type !== 'MemberExpression' && parent.type !== 'ExpressionStatement';
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
