import { bare, below, child, children, nameIn, type SyntaxNode } from './syntax-node.js';

/** A name, where it is declared, and where it is used. */
export interface Binding {
  readonly name: string;
  readonly kind: 'import' | 'const' | 'other';
  /** What it is given: of `const a = 1`, the 1. */
  readonly init?: SyntaxNode | undefined;
  /** Of a parameter: the name of its type. */
  readonly typeName?: string | undefined;
  /** Of something imported: from where, and what; `*` for all of it. */
  readonly source?: string | undefined;
  readonly imported?: string | undefined;
  /** Of `const { tool } = sdk`: the `sdk`. */
  readonly memberOf?: SyntaxNode | undefined;
  /** Of a class: what it extends. */
  readonly superClass?: SyntaxNode | undefined;
  readonly isExported: boolean;
  readonly uses: SyntaxNode[];
}

const functions: ReadonlySet<string> = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const blocks: ReadonlySet<string> = new Set(['Program', 'BlockStatement', 'StaticBlock', 'ForStatement', 'ForInStatement', 'ForOfStatement', 'CatchClause', 'SwitchStatement', 'TSModuleBlock', ...functions]);

/** Which name means what, in one file. */
export class Names {
  readonly nodes: readonly SyntaxNode[];
  readonly #parents = new Map<SyntaxNode, SyntaxNode>();
  readonly #scopes = new Map<SyntaxNode, Map<string, Binding>>();
  readonly #declaring = new Set<SyntaxNode>();
  #sources: readonly string[] | undefined;

  constructor(program: SyntaxNode) {
    this.nodes = this.#walk(program);
    for (const node of this.nodes) this.#declare(node);
    for (const node of this.nodes) {
      if (node.type === 'Identifier' && this.#isUse(node)) this.lookUp(nameIn(node), node)?.uses.push(node);
    }
  }

  /** Whether anything of a package, or of a path in it, is imported. */
  imports(name: string): boolean {
    this.#sources ??= this.nodes.filter(({ type }) => type === 'ImportDeclaration').map((node) => nameIn(child(node, 'source')) ?? '');
    return this.#sources.some((source) => source.startsWith(name));
  }

  parentOf(node: SyntaxNode): SyntaxNode | undefined {
    return this.#parents.get(node);
  }

  /** What a name means at a place. */
  lookUp(name: string | undefined, at: SyntaxNode): Binding | undefined {
    if (name === undefined) return undefined;
    for (let scope: SyntaxNode | undefined = at; scope !== undefined; scope = this.#parents.get(scope)) {
      const found = this.#scopes.get(scope)?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** With a stack of its own: however deep a file is, this does not end by it. */
  #walk(program: SyntaxNode): readonly SyntaxNode[] {
    const nodes: SyntaxNode[] = [];
    const stack: SyntaxNode[] = [program];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      nodes.push(node);
      for (const inner of [...below(node)].reverse()) {
        if (this.#parents.has(inner)) continue;
        this.#parents.set(inner, node);
        stack.push(inner);
      }
    }
    return nodes;
  }

  #declare(node: SyntaxNode): void {
    if (node.type === 'ImportDeclaration') this.#declareImports(node);
    else if (node.type === 'VariableDeclarator') this.#declareVariable(node);
    else if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') this.#add(child(node, 'id'), this.#scopeAt(this.parentOf(node)), { kind: 'other', superClass: child(node, 'superClass') });
    else if (node.type === 'TSImportEqualsDeclaration') this.#add(child(node, 'id'), this.#scopeAt(node), { kind: 'import', source: requiredBy(child(node, 'moduleReference')), imported: '*' });
    else if (node.type === 'CatchClause') for (const id of idsIn(child(node, 'param'))) this.#add(id, node, { kind: 'other' });
    if (functions.has(node.type)) this.#declareParameters(node);
  }

  #declareImports(node: SyntaxNode): void {
    const source = nameIn(child(node, 'source'));
    for (const specifier of children(node, 'specifiers')) {
      const imported = specifier.type === 'ImportSpecifier' ? nameIn(child(specifier, 'imported')) : '*';
      this.#add(child(specifier, 'local'), this.#scopeAt(node), { kind: 'import', source, imported });
    }
  }

  #declareVariable(node: SyntaxNode): void {
    const declaration = this.parentOf(node);
    const id = child(node, 'id');
    const init = child(node, 'init');
    const kind = declaration?.['kind'] === 'const' ? 'const' : 'other';
    const scope = declaration?.['kind'] === 'var' ? this.#functionAt(node) : this.#scopeAt(node);
    const isExported = declaration !== undefined && this.parentOf(declaration)?.type === 'ExportNamedDeclaration';
    if (id?.type === 'Identifier') {
      const source = moduleIn(init);
      this.#add(id, scope, source === undefined ? { kind, init, isExported, typeName: typeNameOf(id) } : { kind: 'import', source, imported: '*' });
      return;
    }
    for (const property of id?.type === 'ObjectPattern' ? children(id, 'properties') : []) {
      const local = child(property, 'value');
      if (local?.type === 'Identifier') this.#add(local, scope, { kind: 'import', source: moduleIn(init), memberOf: moduleIn(init) === undefined ? init : undefined, imported: nameIn(child(property, 'key')) });
    }
    for (const other of idsIn(id)) if (!this.#declaring.has(other)) this.#add(other, scope, { kind: 'other' });
  }

  #declareParameters(node: SyntaxNode): void {
    if (node.type === 'FunctionExpression') this.#add(child(node, 'id'), node, { kind: 'other' });
    for (const parameter of children(node, 'params')) {
      for (const id of idsIn(parameter)) this.#add(id, node, { kind: 'other', typeName: typeNameOf(id) });
    }
  }

  #add(id: SyntaxNode | undefined, scope: SyntaxNode | undefined, facts: Partial<Binding> & Pick<Binding, 'kind'>): void {
    const name = nameIn(id);
    if (id === undefined || name === undefined || scope === undefined) return;
    this.#declaring.add(id);
    const known = this.#scopes.get(scope) ?? new Map<string, Binding>();
    this.#scopes.set(scope, known);
    if (!known.has(name)) known.set(name, { isExported: false, ...facts, name, uses: [] });
  }

  #scopeAt(node: SyntaxNode | undefined): SyntaxNode | undefined {
    let at = node;
    while (at !== undefined && !blocks.has(at.type)) at = this.#parents.get(at);
    return at;
  }

  #functionAt(node: SyntaxNode): SyntaxNode | undefined {
    let at: SyntaxNode | undefined = node;
    while (at !== undefined && at.type !== 'Program' && !functions.has(at.type)) at = this.#parents.get(at);
    return at;
  }

  #isUse(node: SyntaxNode): boolean {
    const parent = this.parentOf(node);
    if (parent === undefined || this.#declaring.has(node)) return false;
    if (parent.type === 'MemberExpression') return child(parent, 'object') === node || parent['computed'] === true;
    if (parent.type === 'Property' || parent.type === 'MethodDefinition' || parent.type === 'PropertyDefinition') return child(parent, 'value') === node || parent['computed'] === true;
    if (parent.type === 'ExportSpecifier') return child(parent, 'local') === node;
    return !parent.type.startsWith('Import') && !parent.type.startsWith('TSType') && parent.type !== 'TSQualifiedName';
  }
}

/** The names that a pattern declares. */
function idsIn(pattern: SyntaxNode | undefined): readonly SyntaxNode[] {
  if (pattern === undefined) return [];
  switch (pattern.type) {
    case 'Identifier':
      return [pattern];
    case 'ObjectPattern':
      return children(pattern, 'properties').flatMap((property) => idsIn(child(property, property.type === 'RestElement' ? 'argument' : 'value')));
    case 'ArrayPattern':
      return children(pattern, 'elements').flatMap(idsIn);
    case 'AssignmentPattern':
      return idsIn(child(pattern, 'left'));
    case 'RestElement':
      return idsIn(child(pattern, 'argument'));
    case 'TSParameterProperty':
      return idsIn(child(pattern, 'parameter'));
    default:
      return [];
  }
}

/** The module in `import sdk = require('ai')`. */
function requiredBy(reference: SyntaxNode | undefined): string | undefined {
  return reference === undefined ? undefined : nameIn(child(reference, 'expression'));
}

/** The module in `await import('ai')` and `require('ai')`. */
export function moduleIn(init: SyntaxNode | undefined): string | undefined {
  if (init === undefined) return undefined;
  const value = bare(init);
  if (value.type === 'ImportExpression') return nameIn(child(value, 'source'));
  return value.type === 'CallExpression' && nameIn(child(value, 'callee')) === 'require' ? nameIn(children(value, 'arguments')[0]) : undefined;
}

export function typeNameOf(id: SyntaxNode): string | undefined {
  const annotation = child(id, 'typeAnnotation');
  const type = annotation === undefined ? undefined : child(annotation, 'typeAnnotation');
  return type === undefined ? undefined : nameIn(child(type, 'typeName'));
}
