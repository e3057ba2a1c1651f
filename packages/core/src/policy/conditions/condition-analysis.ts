import type { ASTNode } from '@marcbachmann/cel-js';
import { nearestKey } from '../nearest-key.js';
import { ConditionError } from './condition-error.js';
import { comprehensions, conditionLimits, functionNames, records, typeNames } from './condition-language.js';
import { Read } from './condition-values.js';

/** What the parser gives, of which its typings name the node but not the package's root. */
export type Node = ASTNode;

/** What an expression reads, found before it is type-checked: names are known, loops and depth are bounded. */
export class ConditionAnalysis {
  readonly variables = new Set<string>();
  readonly reads = new Map<string, Read>();
  readonly #known: ReadonlySet<string>;
  readonly #locals = new Set<string>();

  constructor(known: ReadonlySet<string>) {
    this.#known = known;
  }

  visit(node: Node, depth = 0, loops = 0): void {
    if (depth > conditionLimits.depth) throw new ConditionError(`the condition is nested more than ${conditionLimits.depth} deep`, node.start);
    switch (node.op) {
      case 'value':
        return;
      case 'id':
        return this.#variable(node.args, node.start);
      case '.':
      case '[]':
      case '.?':
      case '[?]':
        return this.#member(node, depth, loops);
      case 'call':
        return this.#call(node, node.args[0], node.args[1], depth, loops);
      case 'rcall':
        return this.#method(node, node.args, depth, loops);
      case 'list':
      case '?:':
        return node.args.forEach((item) => this.visit(item, depth + 1, loops));
      case 'map':
        return node.args.flat().forEach((item) => this.visit(item, depth + 1, loops));
      case '!_':
      case '-_':
        return this.visit(node.args, depth + 1, loops);
      case 'in':
        return this.#membership(node.args, depth, loops);
      default:
        // A chain of operators leans to the left without being nested.
        this.visit(node.args[0], depth, loops);
        return this.visit(node.args[1], depth + 1, loops);
    }
  }

  #variable(name: string, offset: number): void {
    if (this.#locals.has(name) || typeNames.has(name)) return;
    if (!this.#known.has(name)) throw unknown('variable', name, [...this.#known, ...this.#locals], offset);
    this.variables.add(name);
    if (records.has(name)) this.#read(name).whole = true;
  }

  #read(root: string): Read {
    const read = this.reads.get(root) ?? new Read();
    this.reads.set(root, read);
    this.variables.add(root);
    return read;
  }

  /** `args.a["b"]` as `args`, `a`, `b`; undefined when it is not known before the call. */
  #path(node: Node): readonly string[] | undefined {
    if (node.op === 'id') return records.has(node.args) && this.#known.has(node.args) && !this.#locals.has(node.args) ? [node.args] : undefined;
    if (node.op !== '.' && node.op !== '[]') return undefined;
    const [object, member] = node.args;
    const name = typeof member === 'string' ? member : literalText(member);
    const path = name === undefined ? undefined : this.#path(object);
    return path === undefined || name === undefined ? undefined : [...path, name];
  }

  #member(node: Extract<Node, { op: '.' | '[]' | '.?' | '[?]' }>, depth: number, loops: number): void {
    const [root, ...members] = this.#path(node) ?? [];
    if (root !== undefined) {
      this.#read(root).at(members).whole = true;
      return;
    }
    const [object, index] = node.args;
    this.visit(object, depth, loops);
    if (typeof index !== 'string') this.visit(index, depth + 1, loops);
  }

  #membership([left, right]: readonly [Node, Node], depth: number, loops: number): void {
    const key = literalText(left);
    const [root, ...members] = (key === undefined ? undefined : this.#path(right)) ?? [];
    if (key !== undefined && root !== undefined) {
      this.#read(root).at([...members, key]);
      return;
    }
    this.visit(left, depth, loops);
    this.visit(right, depth + 1, loops);
  }

  #call(node: Node, name: string, args: readonly Node[], depth: number, loops: number): void {
    checkFunction(name, node.start);
    const [argument] = args;
    const [root, ...members] = (name === 'has' && args.length === 1 && argument?.op === '.' ? this.#path(argument) : undefined) ?? [];
    if (root !== undefined) {
      this.#read(root).at(members);
      return;
    }
    for (const item of args) this.visit(item, depth + 1, loops);
  }

  #method(node: Node, [name, receiver, args]: readonly [string, Node, readonly Node[]], depth: number, loops: number): void {
    this.visit(receiver, depth, loops);
    checkFunction(name, receiver.end + 1);
    const [variable, ...bodies] = args;
    if (!comprehensions.has(name) || variable === undefined) {
      for (const item of args) this.visit(item, depth + 1, loops);
      return;
    }
    if (loops === conditionLimits.loops) throw new ConditionError(`${name}() is nested more than ${conditionLimits.loops} deep`, node.start);
    if (variable.op !== 'id') throw new ConditionError(`${name}() expects the name of a variable first`, variable.start);
    const local = variable.args;
    if (this.#known.has(local) || typeNames.has(local) || this.#locals.has(local)) {
      throw new ConditionError(`"${local}" already means something else`, variable.start);
    }
    this.#locals.add(local);
    for (const body of bodies) this.visit(body, depth + 1, loops + 1);
    this.#locals.delete(local);
  }
}

function literalText(node: Node): string | undefined {
  return node.op === 'value' && typeof node.args === 'string' ? node.args : undefined;
}

function checkFunction(name: string, offset: number): void {
  if (functionNames.has(name)) return;
  if (name === 'matches') {
    throw new ConditionError("matches() is not supported, because no text must make it slow (expected re2(text, 'pattern'))", offset, 're2');
  }
  throw unknown('function', name, functionNames, offset);
}

function unknown(kind: string, name: string, known: Iterable<string>, offset: number): ConditionError {
  const nearest = nearestKey(name, known);
  return new ConditionError(`unknown ${kind} "${name}"${nearest === undefined ? '' : ` (did you mean "${nearest}"?)`}`, offset, nearest);
}
