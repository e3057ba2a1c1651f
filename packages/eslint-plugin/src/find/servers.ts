import type { Destination } from './flow.js';
import { importedBy, isOurs, isServer } from './frameworks.js';
import { typeNameOf, type Binding, type Names } from './names.js';
import { bare, child, children, nameIn, type SyntaxNode } from './syntax-node.js';

/** Whether an MCP server is enforced, as far as one file tells; `undefined` for what is no server. */
export function destinationOfServer(server: SyntaxNode, names: Names): Destination | undefined {
  if (isMadeHere(server, names)) return 'elsewhere';
  if (server.type === 'ThisExpression') return importsServer(child(classAround(server, names) ?? server, 'superClass'), names) ? 'unknown' : undefined;
  if (server.type === 'MemberExpression') return destinationOfField(server, names);
  const binding = server.type === 'Identifier' ? names.lookUp(nameIn(server), server) : undefined;
  if (binding === undefined || !isServerBinding(binding, server, names)) return undefined;
  if (binding.uses.some((use) => isEnforced(use, names))) return 'enforced';
  const isOwn = binding.kind === 'const' && binding.init !== undefined && !binding.isExported;
  return isOwn && !binding.uses.some((use) => leavesFile(use, names)) ? 'elsewhere' : 'unknown';
}

/** What was found out about the fields of classes, by name: many tools may be registered on one. */
const fields = new WeakMap<SyntaxNode, Map<string, Destination | undefined>>();

/** `this.server`: a field, or a parameter of the constructor that is one. */
function destinationOfField(member: SyntaxNode, names: Names): Destination | undefined {
  const owner = child(member, 'object')?.type === 'ThisExpression' ? classAround(member, names) : undefined;
  const name = nameIn(child(member, 'property'));
  if (owner === undefined || name === undefined) return undefined;
  const known = fields.get(owner) ?? new Map<string, Destination | undefined>();
  fields.set(owner, known);
  if (!known.has(name)) known.set(name, judgeField(owner, name, names));
  return known.get(name);
}

function judgeField(owner: SyntaxNode, name: string, names: Names): Destination | undefined {
  const uses = names.nodes.filter((node) => isField(node, name) && classAround(node, names) === owner);
  const field = fieldOf(owner, name, names);
  const value = field === undefined ? undefined : child(field, 'value');
  const isMade = value !== undefined && isMadeHere(bare(value), names);
  if (!isMade && (field === undefined || !hasServerType(field, names))) return undefined;
  if (uses.some((use) => isEnforced(use, names))) return 'enforced';
  return isMade && !uses.some((use) => leavesFile(use, names)) ? 'elsewhere' : 'unknown';
}

function fieldOf(owner: SyntaxNode, name: string, names: Names): SyntaxNode | undefined {
  return names.nodes.find((node) => {
    if (node.type === 'PropertyDefinition') return nameIn(child(node, 'key')) === name && classAround(node, names) === owner;
    const id = node.type === 'Identifier' && names.parentOf(node)?.type === 'TSParameterProperty' ? node : undefined;
    return id !== undefined && nameIn(id) === name && classAround(id, names) === owner;
  });
}

function isField(node: SyntaxNode, name: string): boolean {
  return node.type === 'MemberExpression' && child(node, 'object')?.type === 'ThisExpression' && nameIn(child(node, 'property')) === name;
}

function classAround(node: SyntaxNode, names: Names): SyntaxNode | undefined {
  let at = names.parentOf(node);
  while (at !== undefined && at.type !== 'ClassDeclaration' && at.type !== 'ClassExpression') at = names.parentOf(at);
  return at;
}

function isMadeHere(node: SyntaxNode, names: Names): boolean {
  return node.type === 'NewExpression' && importsServer(child(node, 'callee'), names);
}

function importsServer(expression: SyntaxNode | undefined, names: Names): boolean {
  return isServer(importedBy(expression, names));
}

function isServerBinding({ init, typeName }: Binding, at: SyntaxNode, names: Names): boolean {
  return (init !== undefined && isMadeHere(bare(init), names)) || isServerType(typeName, at, names);
}

function hasServerType(field: SyntaxNode, names: Names): boolean {
  return isServerType(typeNameOf(field), field, names);
}

function isServerType(typeName: string | undefined, at: SyntaxNode, names: Names): boolean {
  const type = names.lookUp(typeName, at);
  return type?.kind === 'import' && type.source !== undefined && isServer({ source: type.source, name: type.imported ?? '' });
}

/** Only `enforceServer` enforces every tool of a server; `registerEnforced` adds enforced ones to it. */
function isEnforced(use: SyntaxNode, names: Names): boolean {
  const call = names.parentOf(use);
  if (call?.type !== 'CallExpression' || children(call, 'arguments')[0] !== use) return false;
  const callee = importedBy(child(call, 'callee'), names);
  return isOurs(callee) && callee.name === 'enforceServer';
}

/** Returned, exported or given to a function of this file, it may be enforced there. */
function leavesFile(use: SyntaxNode, names: Names): boolean {
  const parent = names.parentOf(use);
  return parent !== undefined && parent.type !== 'MemberExpression' && parent.type !== 'ExpressionStatement' && !isOursCall(parent, names);
}

function isOursCall(node: SyntaxNode, names: Names): boolean {
  return node.type === 'CallExpression' && isOurs(importedBy(child(node, 'callee'), names));
}
