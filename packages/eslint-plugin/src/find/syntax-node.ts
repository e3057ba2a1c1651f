/** A node of ESTree or TSESTree, whichever parser made it. */
export interface SyntaxNode {
  readonly type: string;
  readonly loc?: { readonly start: Place; readonly end: Place } | null;
  readonly [key: string]: unknown;
}

/** Lines from 1, columns from 0, as ESTree counts. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as Partial<SyntaxNode>).type === 'string';
}

/** What stands under a key, if it is a node. */
export function child(node: SyntaxNode, key: string): SyntaxNode | undefined {
  const value = node[key];
  return isNode(value) ? value : undefined;
}

/** The nodes in the list under a key. */
export function children(node: SyntaxNode, key: string): readonly SyntaxNode[] {
  const value = node[key];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Every node below one, in the order of the source. */
export function below(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.entries(node).flatMap(([key, value]) => (notBelow.has(key) ? [] : Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []));
}

const notBelow: ReadonlySet<string> = new Set(['parent', 'loc', 'range', 'tokens', 'comments']);

/** The text of a name: of an identifier, of a string, of a key. */
export function nameIn(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  const text = node.type === 'Identifier' || node.type === 'PrivateIdentifier' ? node['name'] : node.type === 'Literal' ? node['value'] : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** Without what changes a value's type only, or waits for it. */
export function bare(node: SyntaxNode): SyntaxNode {
  const inner = wrappers.has(node.type) ? (child(node, 'expression') ?? child(node, 'argument')) : undefined;
  return inner === undefined ? node : bare(inner);
}

export const wrappers: ReadonlySet<string> = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion', 'ChainExpression', 'AwaitExpression']);
