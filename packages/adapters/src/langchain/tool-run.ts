import { CancelledError, currentCall, InvalidInputError, type Caller } from '@enforcecore/core';
import type { ToolInput } from '@enforcecore/core/tools';
import { isControlFlow } from './control-flow.js';
import { noteRan } from './enforced-marks.js';
import { pack } from './packed.js';
import { thawed, type ArgumentsReader } from './read-arguments.js';

/** LangChain's own way through a call: validation, by the tool's own schema or another, callbacks, the message made of the result; and in the middle, the body. */
export type Start = (cleaned: unknown, body: Body, schema?: unknown) => Promise<unknown>;

/** The middle of a call, as LangChain calls it: `_call`. */
export type Body = (parsed: unknown, runManager: unknown, config: Readonly<Record<string, unknown>>) => unknown;

/** Makes the enforced call: a gate's `run`, with the tool's name given. */
export type Enforced = (input: unknown, body: (cleaned: unknown) => unknown, caller: Caller, reader?: ToolInput) => Promise<unknown>;

/** What a framework answers instead of running a tool: the call is given up, and the answer told as it is. */
export class Unmade {
  readonly answer: unknown;

  constructor(answer: unknown) {
    this.answer = answer;
  }
}

/**
 * One call of a LangChain tool. The rooms in front of the tool are passed before LangChain hears of the call, those behind it
 * before it hears of the result: callbacks, tracers and streamed events see what is cleaned.
 */
export class ToolRun {
  readonly #tool: Body;
  readonly #start: Start;
  readonly #reader: ArgumentsReader | undefined;
  readonly #interrupted = new AbortController();
  #framework: Promise<unknown> | undefined;
  #enforced: Promise<unknown> = Promise.resolve();
  #reached = false;
  #left: unknown;
  #restore: (cleaned: unknown) => unknown = (cleaned) => cleaned;

  /** @param reader reads the arguments before any rule looks; without one LangChain checks them on its way */
  constructor(tool: Body, start: Start, reader?: ArgumentsReader) {
    this.#tool = tool;
    this.#start = start;
    this.#reader = reader;
  }

  async make(enforced: Enforced, input: unknown, caller: Caller): Promise<unknown> {
    const own = this.#interrupted.signal;
    const signal = caller.signal === undefined ? own : AbortSignal.any([caller.signal, own]);
    // Asynchronous, as LangChain is: a deadline ends the waiting, and stops no half-done work of the framework.
    this.#enforced = enforced(input, async (cleaned) => await this.#body(cleaned), { ...caller, signal }, this.#reader?.input);
    try {
      await this.#enforced;
    } catch (error) {
      // Refused before the tool, or ended while the framework was still at it: nobody else tells of it.
      if (this.#reached) return this.#framework;
      noteRan(error, false);
      throw this.#left ?? error;
    }
    return this.#framework;
  }

  #body(cleaned: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const signal = currentCall()?.signal;
      this.#framework = this.#walk(cleaned, (parsed, runManager, config) => {
        // Ended while LangChain was on its way: what was given up does not start.
        if (signal?.aborted === true) throw new CancelledError('the call was ended before the tool started');
        this.#reached = true;
        this.#runTool(parsed, runManager, signal === undefined ? config : { ...config, signal }).then(resolve, reject);
        // What the framework gets is what has passed the rooms, or how they ended the call.
        return this.#cleaned();
      });
      // It refused the arguments, or a callback did: the tool has not run, and the record says that the call was given up.
      const left = this.#framework.catch((error: unknown) => {
        if (!this.#reached) this.#leave(error);
        throw error;
      });
      left.catch(reject);
    });
  }

  /** Arguments that were read are not read again: a schema that transforms would make something else of them. */
  async #walk(cleaned: unknown, body: Body): Promise<unknown> {
    const reader = this.#reader;
    if (reader === undefined) return this.#start(cleaned, body);
    if (isToolCall(cleaned)) throw new InvalidInputError('a schema made a tool call of the arguments, which LangChain would take apart once more');
    return this.#start(cleaned, (_given, ...rest) => body(reader.body(cleaned), ...rest), {});
  }

  async #runTool(parsed: unknown, runManager: unknown, config: Readonly<Record<string, unknown>>): Promise<unknown> {
    try {
      const result = await this.#tool(thawed(parsed), runManager, config);
      if (result instanceof Unmade) {
        this.#leave(result);
        throw new CancelledError('there is no such tool, so nothing ran');
      }
      if (isGenerator(result)) return this.#packEvents(result);
      const { value, restore } = pack(result);
      this.#restore = restore;
      return value;
    } catch (error) {
      this.#noteControlFlow(error);
      throw error;
    }
  }

  /** Not a failure: the run will come back. */
  #noteControlFlow(error: unknown): void {
    if (isControlFlow(error)) this.#leave(error);
  }

  /** The record says that the call was given up. */
  #leave(error: unknown): void {
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
      noteRan(error, true);
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

function isToolCall(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { readonly type?: unknown }).type === 'tool_call';
}
