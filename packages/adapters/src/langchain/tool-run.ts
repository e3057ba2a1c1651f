import { currentCall, type Caller } from '@enforcecore/core';
import { isControlFlow } from './control-flow.js';
import { pack } from './packed.js';

/** LangChain's own way through a call: validation, callbacks, the message made of the result; and in the middle, the body. */
export type Start = (cleaned: unknown, body: Body) => Promise<unknown>;

/** The middle of a call, as LangChain calls it: `_call`. */
export type Body = (parsed: unknown, runManager: unknown, config: Readonly<Record<string, unknown>>) => unknown;

/** Makes the enforced call: a gate's `run`, with the tool's name given. */
export type Enforced = (input: unknown, body: (cleaned: unknown) => unknown, caller: Caller) => Promise<unknown>;

/**
 * One call of a LangChain tool. The rooms in front of the tool are passed before LangChain hears of the call, those behind it
 * before it hears of the result: callbacks, tracers and streamed events see what is cleaned.
 */
export class ToolRun {
  readonly #tool: Body;
  readonly #start: Start;
  readonly #interrupted = new AbortController();
  #framework: Promise<unknown> | undefined;
  #enforced: Promise<unknown> = Promise.resolve();
  #reached = false;
  #left: unknown;
  #restore: (cleaned: unknown) => unknown = (cleaned) => cleaned;

  constructor(tool: Body, start: Start) {
    this.#tool = tool;
    this.#start = start;
  }

  async make(enforced: Enforced, input: unknown, caller: Caller): Promise<unknown> {
    const own = this.#interrupted.signal;
    const signal = caller.signal === undefined ? own : AbortSignal.any([caller.signal, own]);
    // Asynchronous, as LangChain is: a deadline ends the waiting, and stops no half-done work of the framework.
    this.#enforced = enforced(input, async (cleaned) => await this.#body(cleaned), { ...caller, signal });
    try {
      await this.#enforced;
    } catch (error) {
      // Refused before the tool, or ended while the framework was still at it: nobody else tells of it.
      if (!this.#reached) throw error;
    }
    return this.#framework;
  }

  #body(cleaned: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const signal = currentCall()?.signal;
      this.#framework = this.#start(cleaned, (parsed, runManager, config) => {
        this.#reached = true;
        this.#runTool(parsed, runManager, signal === undefined ? config : { ...config, signal }).then(resolve, reject);
        // What the framework gets is what has passed the rooms, or how they ended the call.
        return this.#cleaned();
      });
      // It refused the arguments, or a callback did: the tool has not run.
      this.#framework.catch(reject);
    });
  }

  async #runTool(parsed: unknown, runManager: unknown, config: Readonly<Record<string, unknown>>): Promise<unknown> {
    try {
      const result = await this.#tool(thawed(parsed), runManager, config);
      if (isGenerator(result)) return this.#packEvents(result);
      const { value, restore } = pack(result);
      this.#restore = restore;
      return value;
    } catch (error) {
      this.#noteControlFlow(error);
      throw error;
    }
  }

  /** Not a failure: the run will come back. The record says that the call was given up. */
  #noteControlFlow(error: unknown): void {
    if (!isControlFlow(error)) return;
    this.#left = error;
    this.#interrupted.abort(error);
  }

  async #cleaned(): Promise<unknown> {
    // Where nothing had to be waited for, the call that this is a part of is only just being noted.
    await Promise.resolve();
    try {
      const cleaned = await this.#enforced; // first: how to restore it is known only when the tool has run
      return this.#restore(cleaned);
    } catch (error) {
      throw this.#left ?? error;
    }
  }

  /** A tool that tells of its progress: each event is cleaned as it passes, and what it returns at its end is the result. */
  #packEvents(events: AsyncGenerator): AsyncGenerator {
    const restores: ((cleaned: unknown) => unknown)[] = [];
    let last: (cleaned: unknown) => unknown = (cleaned) => cleaned;
    const known = (error: unknown): unknown => this.#left ?? error;
    this.#restore = (cleaned) => unpackEvents(cleaned as AsyncGenerator, restores, (value) => last(value), known); // a generator comes back as one
    const tellLast = (restore: (cleaned: unknown) => unknown): void => {
      last = restore;
    };
    return packEvents(events, restores, tellLast, (error) => {
      this.#noteControlFlow(error);
    });
  }
}

async function* packEvents(events: AsyncGenerator, restores: ((cleaned: unknown) => unknown)[], tellLast: (restore: (cleaned: unknown) => unknown) => void, tellError: (error: unknown) => void): AsyncGenerator {
  try {
    for (;;) {
      const step = await events.next();
      const { value, restore } = pack(step.value);
      if (step.done === true) {
        tellLast(restore);
        return value;
      }
      if (typeof value !== 'string') restores.push(restore);
      yield value;
    }
  } catch (error) {
    tellError(error);
    throw error;
  } finally {
    await events.return(undefined);
  }
}

/** Text may come in other pieces than it went; anything else comes one for one. */
async function* unpackEvents(cleaned: AsyncGenerator, restores: ((cleaned: unknown) => unknown)[], last: (value: unknown) => unknown, known: (error: unknown) => unknown): AsyncGenerator {
  try {
    for (;;) {
      const step = await cleaned.next();
      if (step.done === true) return last(step.value);
      const value: unknown = step.value;
      yield typeof value === 'string' ? value : (restores.shift()?.(value) ?? value);
    }
  } catch (error) {
    throw known(error);
  } finally {
    await cleaned.return(undefined);
  }
}

function isGenerator(value: unknown): value is AsyncGenerator {
  if (typeof value !== 'object' || value === null) return false;
  const { next, return: leave, [Symbol.asyncIterator]: iterate } = value as Partial<AsyncGenerator>; // each is asked for
  return typeof next === 'function' && typeof leave === 'function' && typeof iterate === 'function';
}

/** Tools of others may change what they are given; ours to freeze is only what was checked. */
function thawed(parsed: unknown): unknown {
  return typeof parsed === 'object' && parsed !== null && Object.isFrozen(parsed) ? structuredClone(parsed) : parsed;
}
