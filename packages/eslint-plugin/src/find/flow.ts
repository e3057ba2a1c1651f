import { importedBy, isEnforcer, isEnforcingMiddleware } from './frameworks.js';
import type { Binding, Names } from './names.js';
import { below, child, children, nameIn, wrappers, type SyntaxNode } from './syntax-node.js';

/** Where a value goes: to the enforcer only, to somebody else, or where one file does not tell. */
export type Destination = 'enforced' | 'elsewhere' | 'unknown';

/** What a value may stand in and still be the same value, or part of one. */
const carriers: ReadonlySet<string> = new Set([...wrappers, 'Property', 'ObjectExpression', 'ArrayExpression', 'SpreadElement', 'ConditionalExpression', 'LogicalExpression']);

/** Follows a value through literals, constants and calls, as far as one file goes. */
export class Flow {
  readonly #names: Names;
  readonly #seen = new Set<Binding>();

  constructor(names: Names) {
    this.#names = names;
  }

  destinationOf(value: SyntaxNode): Destination {
    let node = value;
    let parent = this.#names.parentOf(node);
    while (parent !== undefined && carriers.has(parent.type)) {
      node = parent;
      parent = this.#names.parentOf(node);
    }
    if (parent === undefined) return 'unknown';
    if (parent.type === 'CallExpression' || parent.type === 'NewExpression') return this.#argument(node, parent);
    if (parent.type === 'VariableDeclarator') return this.#variable(parent);
    if (parent.type === 'MemberExpression' && child(parent, 'object') === node) return this.#member(parent);
    return 'unknown';
  }

  /** True where a value is handed to one of our functions, whatever else is done with it: what it changes, it changes for all. */
  isHandedToUs(binding: Binding): boolean {
    return binding.uses.some((use) => this.destinationOf(use) === 'enforced');
  }

  destinationOfBinding(binding: Binding): Destination {
    if (this.#seen.has(binding)) return 'enforced'; // it is being followed already
    this.#seen.add(binding);
    const all = binding.uses.map((use) => this.destinationOf(use));
    this.#seen.delete(binding);
    if (binding.isExported || all.length === 0) all.push('unknown');
    return all.includes('elsewhere') ? 'elsewhere' : all.includes('unknown') ? 'unknown' : 'enforced';
  }

  #argument(node: SyntaxNode, call: SyntaxNode): Destination {
    if (!children(call, 'arguments').includes(node)) return 'unknown';
    const callee = importedBy(child(call, 'callee'), this.#names);
    if (isEnforcer(callee) || this.#hasMiddleware(call)) return 'enforced';
    if (callee === undefined) return 'unknown';
    // What is made of it, an agent for one, may be handed to us as a whole.
    const makes = call.type === 'NewExpression' || /^create/i.test(callee.name);
    return makes && this.destinationOf(call) === 'enforced' ? 'enforced' : 'elsewhere';
  }

  /** `createAgent({ tools, middleware: [await enforceMiddleware()] })`. */
  #hasMiddleware(call: SyntaxNode): boolean {
    const [settings] = children(call, 'arguments');
    const middleware = settings === undefined ? undefined : children(settings, 'properties').find((property) => nameIn(child(property, 'key')) === 'middleware');
    const value = middleware === undefined ? undefined : child(middleware, 'value');
    return value !== undefined && this.#holdsMiddleware(value, 0);
  }

  #holdsMiddleware(node: SyntaxNode, depth: number): boolean {
    if (depth > 20) return false; // a list of middleware is never that deep
    if (node.type === 'CallExpression' && isEnforcingMiddleware(importedBy(child(node, 'callee'), this.#names))) return true;
    const init = node.type === 'Identifier' ? this.#names.lookUp(nameIn(node), node)?.init : undefined;
    return (init === undefined ? below(node) : [init]).some((inner) => this.#holdsMiddleware(inner, depth + 1));
  }

  #variable(declarator: SyntaxNode): Destination {
    const id = child(declarator, 'id');
    const name = id?.type === 'Identifier' ? id['name'] : undefined;
    const binding = typeof name === 'string' ? this.#names.lookUp(name, declarator) : undefined;
    return binding?.kind === 'const' ? this.destinationOfBinding(binding) : 'unknown';
  }

  /** `tools.weather` is part of what was made; `tools.weather()` is somebody's call of it. */
  #member(member: SyntaxNode): Destination {
    const parent = this.#names.parentOf(member);
    if (parent?.type === 'CallExpression' && child(parent, 'callee') === member) return 'unknown';
    return this.destinationOf(member);
  }
}
