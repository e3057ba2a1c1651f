import { Glob } from '../../glob.js';
import type { CodeNode } from './code-tree.js';

const callNodes = new Set(['CallExpression', 'NewExpression', 'TaggedTemplateExpression', 'Decorator']);

/** What a call calls; nothing for other nodes. A decorator calls what it names. */
export function calleeOf(node: CodeNode): CodeNode | undefined {
  if (!callNodes.has(node.name)) return undefined;
  const marks = new Set(['new', '@', 'At']);
  return node.children.find((one) => !marks.has(one.name));
}

/**
 * The plain dotted name that a node is, such as `a.b.c`; nothing when any part of it is computed. Python's parser leaves a
 * decorator's name as loose parts.
 */
export function dottedName(node: CodeNode, text: string): string | undefined {
  const parts: string[] = [];
  let at: CodeNode | undefined = node;
  while (at?.name === 'MemberExpression') {
    const property: CodeNode | undefined = at.children[at.children.length - 1];
    if (property?.name !== 'PropertyName') return undefined;
    parts.push(text.slice(property.from, property.to));
    at = at.children[0];
  }
  if (at?.name !== 'VariableName') return undefined;
  parts.push(text.slice(at.from, at.to));
  return parts.reverse().join('.');
}

/** Two lists of dotted names and globs. */
export interface CodeNameLists {
  readonly allowed?: readonly string[];
  readonly denied?: readonly string[];
}

interface Pattern {
  readonly text: string;
  readonly glob: Glob;
}

/** Nodes that read a value without being able to write it. */
const readers = new Set(['ArgList', 'BinaryExpression', 'UnaryExpression', 'ConditionalExpression', 'ReturnStatement', 'Interpolation', 'FormatReplacement', 'ArrayExpression', 'ExpressionStatement']);

/** Which calls code may make. */
export class CodeCalls {
  readonly #allowed: readonly Pattern[] | undefined;
  readonly #denied: readonly Pattern[];
  /** First parts of allowed names: who writes to them calls something else by an allowed name. */
  readonly #roots: readonly Glob[];

  constructor(lists: CodeNameLists | undefined) {
    this.#allowed = lists?.allowed?.map((text) => pattern('allowed', text));
    this.#denied = (lists?.denied ?? []).map((text) => pattern('denied', text));
    this.#roots = (lists?.allowed ?? []).map((text) => new Glob(text.split('.')[0] ?? ''));
  }

  refusal(node: CodeNode, text: string): string | undefined {
    return this.#deniedReason(node, text) ?? this.#callReason(node, text) ?? this.#rebindReason(node, text);
  }

  #deniedReason(node: CodeNode, text: string): string | undefined {
    if (this.#denied.length === 0 || !['VariableName', 'VariableDefinition', 'MemberExpression'].includes(node.name)) return undefined;
    // The inner parts of a chain are looked at with its outermost part, but each may be the denied one.
    const name = node.name === 'VariableDefinition' ? text.slice(node.from, node.to) : dottedName(node, text);
    const denied = name === undefined ? undefined : this.#denied.find(({ glob }) => glob.matches(name));
    return denied === undefined ? undefined : `a name matches "${denied.text}" of calls.denied`;
  }

  #callReason(node: CodeNode, text: string): string | undefined {
    if (this.#allowed === undefined) return undefined;
    const callee = calleeOf(node);
    if (callee === undefined) return undefined;
    const name = dottedName(callee, text);
    // Python's parser leaves the parts of a decorator loose.
    if (name === undefined || (node.name === 'Decorator' && node.children.some((one) => one.name === '.'))) return 'a computed call is not allowed';
    return this.#allowed.some(({ glob }) => glob.matches(name)) ? undefined : 'a call is not in calls.allowed';
  }

  #rebindReason(node: CodeNode, text: string): string | undefined {
    if (this.#allowed === undefined || (node.name !== 'VariableName' && node.name !== 'VariableDefinition')) return undefined;
    const word = text.slice(node.from, node.to);
    if (!this.#roots.some((glob) => glob.matches(word))) return undefined;
    let top = node;
    while (top.parent?.name === 'MemberExpression' && top.parent.children[0] === top) top = top.parent;
    const parent = top.parent;
    const isCallee = parent !== undefined && calleeOf(parent) === top;
    const isRead = node.name === 'VariableName' && parent !== undefined && readers.has(parent.name) && !isUpdate(parent, text);
    return isCallee || isRead ? undefined : 'a name of calls.allowed is written to';
  }
}

function isUpdate(node: CodeNode, text: string): boolean {
  return node.children.some((one) => one.name === 'ArithOp' && ['++', '--'].includes(text.slice(one.from, one.to))) || node.children.some((one) => one.name === 'delete');
}

function pattern(list: string, text: string): Pattern {
  if (text === '' || text !== text.trim() || text.split('.').includes('')) throw new Error(`sink: code: calls.${list}: every entry must be a dotted name or a glob such as "print" or "Math.*"`);
  return { text, glob: new Glob(text) };
}
