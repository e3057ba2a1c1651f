import type { Node } from './condition-analysis.js';
import { ConditionError, evaluationFailure } from './condition-error.js';
import { implementationOf, type Implementation } from './condition-functions.js';
import { comprehensions } from './condition-language.js';
import type { ConditionMeter } from './condition-meter.js';

type Handle = (...operands: readonly unknown[]) => unknown;

/** What the type checker leaves on a node and the evaluator calls; not part of the library's typings. */
interface Evaluated {
  handle?: Handle;
  evaluate?: Handle;
  readonly meta?: { readonly alternate?: { readonly args: Loop }; readonly evaluate?: Handle };
}

interface Loop {
  readonly step: Evaluated;
  readonly iterCtx?: { iterValue?: unknown; accuValue?: unknown };
}

const calculations: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%']);
const comparisons: ReadonlySet<string> = new Set(['==', '!=', 'in']);

/** Puts our functions and the meter into a checked expression. Fails closed when the library no longer calls what is put in. */
export class ConditionBinding {
  readonly #meter: ConditionMeter;
  readonly #loops: Loop[] = [];

  constructor(meter: ConditionMeter) {
    this.#meter = meter;
  }

  /** Lets go of the values that the last evaluation left in the expression. */
  release(): void {
    for (const { iterCtx } of this.#loops) {
      if (iterCtx === undefined) continue;
      iterCtx.iterValue = undefined;
      iterCtx.accuValue = undefined;
    }
  }

  bind(node: Node, inLoop = false): void {
    switch (node.op) {
      case 'value':
      case 'id':
        return;
      case '.':
      case '.?':
        return this.bind(node.args[0], inLoop);
      case 'call':
        return this.#call(node, node.args[0], node.args[1], inLoop);
      case 'rcall':
        return this.#method(node, node.args, inLoop);
      case 'list':
      case '?:':
        return node.args.forEach((item) => this.bind(item, inLoop));
      case 'map':
        return node.args.flat().forEach((item) => this.bind(item, inLoop));
      case '!_':
      case '-_':
        return this.bind(node.args, inLoop);
      default:
        this.#binary(node, node.op, node.args, inLoop);
        return node.args.forEach((item) => this.bind(item, inLoop));
    }
  }

  #call(node: Node, name: string, args: readonly Node[], inLoop: boolean): void {
    for (const item of args) this.bind(item, inLoop);
    if (name !== 'has') this.#function(node, implementationOf(name, false, args.map(literalOf)), inLoop);
  }

  #method(node: Node, [name, receiver, args]: readonly [string, Node, readonly Node[]], inLoop: boolean): void {
    this.bind(receiver, inLoop);
    if (!comprehensions.has(name)) {
      for (const item of args) this.bind(item, inLoop);
      return this.#function(node, implementationOf(name, true, args.map(literalOf)), inLoop);
    }
    for (const item of args.slice(1)) this.bind(item, true);
    this.#loop(node, name, inLoop);
  }

  #loop(node: Node, name: string, inLoop: boolean): void {
    const loop = evaluated(node).meta?.alternate;
    const step = loop?.args.step;
    if (loop === undefined || step?.meta === undefined) throw notBound(node);
    const { meta } = step;
    this.#loops.push(loop.args);
    step.evaluate = (evaluator, _node, context) => {
      if (this.#meter.visit()) return meta.evaluate?.(evaluator, step, context);
      // Quantifiers go on after an error, but not after the answer that decides them; nobody looks at it any more.
      if (name === 'all' || name === 'exists') return name === 'exists';
      this.#meter.charge(1);
      return undefined;
    };
    // Keys of a map are copied before the first one is visited.
    if (inLoop) this.#around(node, loop as Evaluated, ([range]) => this.#meter.chargeValue(range));
  }

  #function(node: Node, implementation: Implementation | undefined, inLoop: boolean): void {
    const offset = node.start;
    const target = evaluated(node);
    const { handle } = target;
    if (handle === undefined) throw notBound(node);
    target.handle = (operands, second, third) => {
      // Both kinds of calls hand their operands over as one list.
      const values = operands as readonly unknown[];
      if (inLoop) for (const value of values) this.#meter.chargeValue(value);
      return calculated(ours(implementation, values, this.#meter, offset) ?? handle(values, second, third), offset);
    };
  }

  #binary(node: Node, operator: string, [left, right]: readonly [Node, Node], inLoop: boolean): void {
    const offset = node.start;
    if (calculations.has(operator)) {
      this.#around(node, evaluated(node), ([a, b]) => {
        if (operator !== '+' && !inLoop) return;
        this.#meter.chargeValue(a);
        this.#meter.chargeValue(b);
      }, (result) => calculated(result, offset));
    } else if (comparisons.has(operator) && (inLoop || (left.op !== 'value' && right.op !== 'value'))) {
      this.#around(node, evaluated(node), ([a, b]) => {
        this.#meter.chargeDeep(a);
        this.#meter.chargeDeep(b);
      });
    }
  }

  #around(node: Node, target: Evaluated, before: (operands: readonly unknown[]) => void, after: (result: unknown) => unknown = (result) => result): void {
    const { handle } = target;
    if (handle === undefined) throw notBound(node);
    target.handle = (...operands) => {
      before(operands);
      return after(handle(...operands));
    };
  }
}

function evaluated(node: Node): Evaluated {
  // The node is what the checker wrote to; every member is looked at before it is used.
  return node as unknown as Evaluated;
}

function literalOf(node: Node): { readonly value: unknown; readonly offset: number } {
  return { value: node.op === 'value' ? node.args : undefined, offset: node.start };
}

function ours(implementation: Implementation | undefined, operands: readonly unknown[], meter: ConditionMeter, offset: number): unknown {
  try {
    return implementation?.(operands, meter);
  } catch (error) {
    throw meter.spent ? error : new ConditionError(`${evaluationFailure(error).message} (offset ${offset} of the condition)`, offset);
  }
}

/** Every comparison with what is no number, or no date, is false: such a result must not reach one. */
function calculated(result: unknown, offset: number): unknown {
  if (Number.isNaN(result) || (result instanceof Date && Number.isNaN(result.getTime()))) {
    throw new ConditionError(`the result is not a number (offset ${offset} of the condition)`, offset);
  }
  return result;
}

function notBound(node: Node): ConditionError {
  return new ConditionError('the condition cannot be bounded', node.start);
}
