import { InvalidInputError, type Caller } from '@enforcecore/core';
import { refusalOf, refusalText } from '@enforcecore/core/tools';
import type * as messages from '@langchain/core/messages';
import type { StructuredTool, ToolParams, ToolRunnableConfig } from '@langchain/core/tools';
import { requirePackage } from '../shared/require-package.js';
import { callerOf } from './caller-of.js';
import { isControlFlow } from './control-flow.js';
import { door, hasRun, isEnforcedRun, noteEnforced } from './enforced-marks.js';
import type { Start } from './tool-run.js';

/** What the model and the framework know of a tool. Nothing of it leads to the tool itself. */
export interface ToolLook {
  readonly name: string;
  readonly description: string;
  /** A zod schema or a JSON Schema. */
  readonly schema: unknown;
  readonly returnDirect?: boolean | undefined;
  readonly params: ToolParams;
}

/** How calls of a tool are made and enforced. */
export interface ToolWays {
  /**
   * `start` walks LangChain's own way with the input that it is given.
   *
   * @param isRead whether the input is what the schema made of it already
   */
  make(start: Start, input: unknown, caller: Caller, isRead?: boolean): Promise<unknown>;
  /** `tell`: the model gets a message of status `error`; `throw`: the framework gets the error. */
  readonly refusals: 'tell' | 'throw';
}

export type ToolClass = abstract new (params?: ToolParams) => StructuredTool;

type Config = ToolRunnableConfig & Readonly<Record<string, unknown>>;

const classes = new WeakMap<ToolClass, new (look: ToolLook, ways: ToolWays) => StructuredTool>();

/** Makes an enforced tool on LangChain's own class, whichever installed copy that is. */
export function makeEnforced(base: ToolClass, look: ToolLook, ways: ToolWays): StructuredTool {
  let made = classes.get(base);
  if (made === undefined) {
    made = classOn(base);
    classes.set(base, made);
  }
  const tool = new made(look, ways);
  noteEnforced(tool);
  return tool;
}

/** LangChain's own way through a call, which `invoke` takes. */
interface Walks {
  readonly call: (this: object, input: unknown, config: unknown, tags: string[] | undefined) => Promise<unknown>;
}

function classOn(base: ToolClass): new (look: ToolLook, ways: ToolWays) => StructuredTool {
  const { call: walk } = base.prototype as unknown as Walks; // every tool's class has it
  return class EnforcedTool extends base {
    readonly #ways: ToolWays;
    override readonly name: string;
    override readonly description: string;
    override readonly schema: never;

    static lc_name(): string {
      return 'EnforcedTool';
    }

    constructor(look: ToolLook, ways: ToolWays) {
      super(look.params);
      this.#ways = ways;
      this.name = look.name;
      this.description = look.description;
      this.schema = look.schema as never; // LangChain tells its kinds of schema apart when it is called
      if (look.returnDirect !== undefined) this.returnDirect = look.returnDirect;
    }

    override async call(arg: unknown, given?: unknown, tags?: string[]): Promise<never> {
      const { input, config } = readCall(arg, given, this.name);
      const start: Start = (cleaned, body, schema = this.schema) => {
        // The same tool with this one call's body: calls that run at the same time share nothing.
        const once = Object.create(this, { _call: { value: body }, schema: { value: schema }, toJSON: { value: () => isEnforcedRun.note(this.toJSON()) } }) as object;
        return Reflect.apply(walk, once, [cleaned, config, tags]);
      };
      const toolCallId = config.toolCall?.id;
      try {
        return (await this.#ways.make(start, input, callerOf(config, toolCallId))) as never; // what the tool gave
      } catch (error) {
        return (await this.#told(error, toolCallId, config.signal)) as never; // a message instead of it
      }
    }

    protected override _call(arg: unknown, runManager?: unknown, config: unknown = {}): Promise<never> {
      const known = config as Config; // as LangChain passes it
      const start: Start = (cleaned, body) => Promise.resolve(body(cleaned, runManager, known));
      return this.#ways.make(start, arg, callerOf(known, known.toolCall?.id), true) as Promise<never>; // what the tool gave
    }

    /** LangChain's made-up tools have it, so somebody may call it. */
    func(arg: unknown, runManager?: unknown, config?: unknown): Promise<unknown> {
      return this._call(arg, runManager, config);
    }

    /** A model that called the tool is told why it was refused; whoever else called it gets the error. */
    async #told(error: unknown, toolCallId: string | undefined, signal: AbortSignal | undefined): Promise<unknown> {
      const refusal = this.#ways.refusals === 'throw' || isControlFlow(error) || signal?.aborted === true ? undefined : refusalOf(error);
      if (refusal === undefined || toolCallId === undefined || toolCallId === '') throw error;
      return errorMessage(refusalText({ ...refusal, mayHaveRun: hasRun(error) ?? refusal.mayHaveRun }), this.name, toolCallId);
    }
  };
}

export async function errorMessage(content: string, name: string, toolCallId: string): Promise<unknown> {
  const { ToolMessage } = (await requirePackage('@langchain/core/messages', door)) as typeof messages; // that is what it is
  return new ToolMessage({ status: 'error', content, name, tool_call_id: toolCallId });
}

interface ReadCall {
  readonly input: unknown;
  readonly config: Config;
}

/** More wrappings than the framework makes. */
const mostWrappings = 4;

/**
 * What is called with what. LangChain takes a tool call apart wherever it meets one, also inside its own arguments: that is
 * done here to the end, so that what is checked is what the tool gets.
 */
function readCall(arg: unknown, given: unknown, name: string): ReadCall {
  let input = arg;
  let config = configOf(given);
  for (let i = 0; isToolCall(input); i += 1) {
    if (i >= mostWrappings) throw new InvalidInputError(`the arguments of "${name}" are a tool call in a tool call more than ${String(mostWrappings)} deep`, { toolName: name });
    if (config.toolCall === undefined) config = { ...config, toolCall: input as never };
    input = input.args;
  }
  return { input: typeof input === 'string' || input === undefined || input === null ? { input: input ?? undefined } : input, config: { ...config, runName: config.runName ?? name } };
}

/** A config, or, as in old code, callbacks alone. */
function configOf(given: unknown): Config {
  if (given === undefined || given === null) return {};
  const isCallbacks = Array.isArray(given) || typeof (given as { readonly copy?: unknown }).copy === 'function';
  return (isCallbacks ? { callbacks: given } : given) as Config; // one or the other
}

/** As LangChain tells one. */
export function isToolCall(value: unknown): value is { readonly args: unknown } {
  return typeof value === 'object' && value !== null && (value as { readonly type?: unknown }).type === 'tool_call';
}
