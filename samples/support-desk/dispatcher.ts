import { Enforcer, withResults, type EnforceContainer, type EnforcementResult } from '@enforcecore/core';

/** A method of a tool object, bound to it. */
export type ToolMethod = (args: never) => unknown;

/** What came of one call: what enforcement says about it, and what the agent gets to see. */
export interface Dispatched {
  readonly result: EnforcementResult;
  readonly seen: { readonly value: unknown } | { readonly error: unknown };
}

/** Turns a tool's name and arguments into a call, as an agent framework does. */
export class Dispatcher {
  readonly #methods: ReadonlyMap<string, ToolMethod>;
  readonly #unknown: Enforcer;
  /** How often the stand-in for a tool without a method ran. */
  strayRuns = 0;

  constructor(container: EnforceContainer, methods: ReadonlyMap<string, ToolMethod>) {
    this.#methods = methods;
    this.#unknown = new Enforcer(undefined, { container });
  }

  async call(tool: string, args: unknown): Promise<Dispatched> {
    const traced = await withResults(() => this.#seen(tool, args));
    const result = traced.results.at(-1);
    if (result === undefined) throw new Error(`"${tool}" was called around the enforcement`);
    return { result, seen: traced.value };
  }

  async #seen(tool: string, args: unknown): Promise<Dispatched['seen']> {
    try {
      return { value: await whole(await this.#start(tool, args)) };
    } catch (error) {
      return { error };
    }
  }

  #start(tool: string, args: unknown): unknown {
    const method = this.#methods.get(tool);
    // What a framework checks against the tool's schema; here the tools trust nothing that they are given.
    if (method !== undefined) return method(args as never);
    // A name without a method is a call that somebody tried: it is decided and recorded like any other.
    const stray = (): never => {
      this.strayRuns += 1;
      throw new Error('there is no such tool');
    };
    return this.#unknown.run(stray, { tool, args: [args] });
  }
}

/** A model reads a stream to its end, as one text. */
async function whole(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value)) return value;
  let text = '';
  for await (const chunk of value as AsyncIterable<unknown>) text += String(chunk);
  return text;
}
