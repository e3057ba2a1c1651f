import { serialize, type Environment } from '@marcbachmann/cel-js';
import { ConditionAnalysis, type Node } from './condition-analysis.js';
import { ConditionBinding } from './condition-binding.js';
import { compilationFailure, ConditionError, evaluationFailure } from './condition-error.js';
import { conditionLimits, conditionVariables, environmentWith, SessionFacts, type ExtraVariables } from './condition-language.js';
import { ConditionMeter } from './condition-meter.js';
import { toCelValue, type Read } from './condition-values.js';

/** What a condition may read of a call: plain snapshots, which it never changes. */
export interface Facts {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly agent: string | undefined;
  readonly tenant: string | undefined;
  readonly session: string | undefined;
  /** When the call is decided, in milliseconds since 1970. */
  readonly nowMs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly value?: unknown;
}

/** A compiled condition: pure, so the same facts always get the same answer. */
export interface Condition {
  readonly source: string;
  /** The variables it reads. */
  readonly variables: ReadonlySet<string>;
  /** The environment variables it reads by name; `*` when it reads them in another way. */
  readonly envNames: ReadonlySet<string>;
  /** @throws {@link ConditionError} when it cannot be decided: a missing key, a wrong type, an overflow, NaN, too much work. */
  holds(facts: Facts): boolean;
}

/**
 * Compiles a {@link https://github.com/google/cel-spec | CEL} expression of type bool. Integers and doubles mix. It has
 * at most 4096 characters, 1000 nodes, 32 levels and two nested macros; a decision visits at most 10 000 elements.
 *
 * @throws {@link ConditionError} for syntax, unknown names, wrong types, patterns and networks that are no literals,
 * and for what would hold always or never.
 */
export function compileCondition(source: string, options: { readonly also?: ExtraVariables } = {}): Condition {
  const { characters } = conditionLimits;
  if (source.length > characters) throw new ConditionError(`the condition has ${source.length} characters, the most is ${characters}`);
  const also = options.also ?? {};
  try {
    return compile(source, environmentWith(also), also);
  } catch (error) {
    throw compilationFailure(error);
  }
}

function compile(source: string, environment: Environment, also: ExtraVariables): Condition {
  const known = new Set([...conditionVariables.map(({ name }) => name), ...Object.keys(also)]);
  const program = environment.parse(source);
  const analysis = new ConditionAnalysis(known);
  analysis.visit(program.ast);
  const checked = program.check();
  if (!checked.valid) throw checked.error ?? new ConditionError('the condition is not valid');
  const type = checked.type ?? 'dyn';
  if (type !== 'bool' && !type.startsWith('dyn')) throw new ConditionError(`the condition is of type ${type}, expected bool`, 0);
  const meter = new ConditionMeter();
  const binding = new ConditionBinding(meter);
  binding.bind(program.ast);
  const condition = new CelCondition(source, analysis, (context) => program(context) as unknown, { meter, binding });
  refuseConstant(program.ast, environment, known);
  return condition;
}

/** A rule that always or never applies is a mistake, or belongs into the policy without a condition. */
function refuseConstant(node: Node, environment: Environment, known: ReadonlySet<string>): void {
  const constant = constantOf(node, environment, known);
  if (constant === undefined) return;
  throw new ConditionError(constant === 'fails' ? 'the condition always fails' : `the condition is always ${String(constant)}`, 0);
}

type Constant = boolean | 'fails' | undefined;

function constantOf(node: Node, environment: Environment, known: ReadonlySet<string>): Constant {
  switch (node.op) {
    case '&&':
    case '||': {
      const dominant = node.op === '||';
      const [left, right] = node.args.map((operand) => constantOf(operand, environment, known));
      if (left === dominant || right === dominant) return dominant;
      return left === !dominant && right === !dominant ? !dominant : undefined;
    }
    case '!_': {
      const operand = constantOf(node.args, environment, known);
      return typeof operand === 'boolean' ? !operand : operand;
    }
    case '?:': {
      const [test, left, right] = node.args.map((operand) => constantOf(operand, environment, known));
      if (typeof test === 'boolean') return test ? left : right;
      return left === right ? left : undefined;
    }
    default:
      return evaluateConstant(node, environment, known);
  }
}

function evaluateConstant(node: Node, environment: Environment, known: ReadonlySet<string>): Constant {
  const analysis = new ConditionAnalysis(known);
  analysis.visit(node);
  if (analysis.variables.size > 0) return undefined;
  try {
    const program = environment.parse(serialize(node));
    if (!program.check().valid) return undefined;
    const meter = new ConditionMeter();
    new ConditionBinding(meter).bind(program.ast);
    const result: unknown = program({});
    return typeof result === 'boolean' ? result : 'fails';
  } catch {
    // Without variables nothing can turn the failure into an answer.
    return 'fails';
  }
}

/** The parts of an expression that change while it is evaluated. */
interface Workings {
  readonly meter: ConditionMeter;
  readonly binding: ConditionBinding;
}

type Context = Record<string, unknown>;
type Loader = (facts: Facts, context: Context) => void;

class CelCondition implements Condition {
  readonly source: string;
  readonly variables: ReadonlySet<string>;
  readonly envNames: ReadonlySet<string>;
  readonly #evaluate: (context: Context) => unknown;
  readonly #loaders: readonly Loader[];
  readonly #workings: Workings;
  readonly #names: readonly string[];
  /** Used again for every call: evaluation is synchronous and calls nothing that could come back here. */
  readonly #context: Context;

  constructor(source: string, { variables, reads }: ConditionAnalysis, evaluate: (context: Context) => unknown, workings: Workings) {
    this.source = source;
    this.variables = variables;
    const env = reads.get('env');
    this.envNames = new Set(env?.whole === true ? ['*'] : env?.members.keys());
    this.#evaluate = evaluate;
    this.#loaders = [...variables].map((name) => loaderOf(name, reads.get(name)));
    this.#workings = workings;
    this.#names = [...variables];
    this.#context = Object.fromEntries([...variables].map((name) => [name, undefined]));
  }

  holds(facts: Facts): boolean {
    const { meter, binding } = this.#workings;
    const context = this.#context;
    meter.reset();
    try {
      for (const load of this.#loaders) load(facts, context);
      const result = this.#evaluate(context);
      if (meter.spent) throw new ConditionError('too costly');
      if (typeof result !== 'boolean') throw new ConditionError('the result is not a bool');
      return result;
    } catch (error) {
      throw meter.spent ? new ConditionError('too costly') : evaluationFailure(error);
    } finally {
      for (const name of this.#names) context[name] = undefined;
      binding.release();
    }
  }
}

function loaderOf(name: string, read: Read | undefined): Loader {
  switch (name) {
    case 'args':
    case 'env':
    case 'labels':
    case 'value':
      return read === undefined ? () => undefined : (facts, context) => {
        context[name] = toCelValue(facts[name], read);
      };
    case 'agent':
    case 'tenant':
      return (facts, context) => {
        context[name] = facts[name] ?? '';
      };
    case 'session': {
      const session = new SessionFacts();
      return (facts, context) => {
        session.id = facts.session ?? '';
        context[name] = session;
      };
    }
    case 'time':
      return (facts, context) => {
        if (Math.abs(facts.nowMs) <= 8.64e15) context[name] = new Date(facts.nowMs);
      };
    default:
      // What is left are `tool` and `text`.
      return (facts, context) => {
        context[name] = facts[name === 'text' ? 'text' : 'tool'];
      };
  }
}
