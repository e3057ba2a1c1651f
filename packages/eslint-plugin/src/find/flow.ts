import { importedBy, isEnforcer, isEnforcingMiddleware } from './frameworks.js';
import type { Binding, Names } from './names.js';
import { below, child, children, nameIn, wrappers, type SyntaxNode } from './syntax-node.js';

/** Where a value goes: to the enforcer only, to somebody else, or where one file does not tell. */
export type Destination = 'enforced' | 'elsewhere' | 'unknown';

/** What a value may stand in and still be the same value, or part of one. */
const carriers: ReadonlySet<string> = new Set([...wrappers, 'Property', 'ObjectExpression', 'ArrayExpression', 'SpreadElement', 'ConditionalExpression', 'LogicalExpression']);

/** How far one value is followed. No program is like that, and a hostile one must not hold an editor. */
const mostSteps = 5_000;
const mostDepth = 200;

/** Follows a value through literals, constants and calls, as far as one file goes. */
export class Flow {
  readonly #names: Names;
  /** What is being followed now. */
  readonly #seen = new Set<Binding>();
  readonly #known = new Map<Binding, Destination>();
  #steps = 0;
  /** Whether the value led back to itself, so that what is known is known of all of it together only. */
  #isRound = false;

  constructor(names: Names) {
    this.#names = names;
  }

  /** Where a value goes in the end. */
  follow(value: SyntaxNode): Destination {
    this.#steps = 0;
    this.#isRound = false;
    return this.#destinationOf(value);
  }

  #destinationOf(value: SyntaxNode): Destination {
    this.#steps += 1;
    if (this.#steps > mostSteps) return 'unknown';
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

  #destinationOfBinding(binding: Binding): Destination {
    const known = this.#known.get(binding);
    if (known !== undefined) return known;
    if (this.#seen.has(binding)) {
      this.#isRound = true;
      return 'enforced'; // it is being followed already
    }
    if (this.#seen.size >= mostDepth) return 'unknown';
    this.#seen.add(binding);
    const all = binding.uses.map((use) => this.#destinationOf(use));
    this.#seen.delete(binding);
    if (binding.isExported || all.length === 0) all.push('unknown');
    const destination = all.includes('elsewhere') ? 'elsewhere' : all.includes('unknown') ? 'unknown' : 'enforced';
    if (!this.#isRound && this.#steps <= mostSteps) this.#known.set(binding, destination);
    return destination;
  }

  #argument(node: SyntaxNode, call: SyntaxNode): Destination {
    if (!children(call, 'arguments').includes(node)) return 'unknown';
    const callee = importedBy(child(call, 'callee'), this.#names);
    if (isEnforcer(callee) || this.#hasMiddleware(call)) return 'enforced';
    if (callee === undefined) return 'unknown';
    // What is made of it, an agent for one, may be handed to us as a whole.
    const makes = call.type === 'NewExpression' || /^create/i.test(callee.name);
    return makes && this.#destinationOf(call) === 'enforced' ? 'enforced' : 'elsewhere';
  }

  /** `createAgent({ tools, middleware: [await enforceMiddleware()] })`. */
  #hasMiddleware(call: SyntaxNode): boolean {
    const [given] = children(call, 'arguments');
    const settings = given?.type === 'Identifier' ? this.#names.lookUp(nameIn(given), given)?.init : given;
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
    return binding?.kind === 'const' ? this.#destinationOfBinding(binding) : 'unknown';
  }

  /** `tools.weather` is part of what was made; `tools.weather()` is somebody's call of it. */
  #member(member: SyntaxNode): Destination {
    const parent = this.#names.parentOf(member);
    if (parent?.type === 'CallExpression' && child(parent, 'callee') === member) return 'unknown';
    return this.#destinationOf(member);
  }
}
