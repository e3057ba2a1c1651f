import { EnforceCoreError, type PolicyRef } from '@enforcecore/core';
import { refusalOf, refusalText } from '@enforcecore/core/tools';
import type { BaseMessage } from '@langchain/core/messages';
import type * as langchain from 'langchain';
import type { AgentMiddleware, ToolCallRequest } from 'langchain';
import { filledIn, Gate, type GateOptions } from '../shared/gate.js';
import { requirePackage } from '../shared/require-package.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { callerOf } from './caller-of.js';
import { cleanedCompletion, cleanedModel } from './cleaned-model.js';
import { isControlFlow } from './control-flow.js';
import { errorMessage } from './enforced-class.js';
import { door, hasRun, isEnforcedTool, watched } from './enforced-marks.js';
import { enforcedTool, siteOf, type EnforcedToolOptions, type RunnableTool } from './enforced-tool.js';
import { cleanedWith, isMessage } from './packed.js';
import { ToolRun, Unmade } from './tool-run.js';

/** What `enforceMiddleware` does besides enforcing tools. */
export interface EnforceMiddlewareOptions extends GateOptions {
  /** Whether what the policy's `pii_redaction` names is hidden from the model; true by default. */
  readonly redactPrompts?: boolean;
  /** Whether it is hidden in what the model writes, streamed or not; true by default. */
  readonly redactCompletions?: boolean;
  /** As for `enforcedTool`. */
  readonly refusals?: 'tell' | 'throw';
}

/**
 * Middleware for `createAgent`: every tool of the agent is enforced, those that are enforced already once; prompts are cleaned
 * on their way to the model and completions on their way back.
 *
 * It has to be the last middleware of the agent: what stands behind it comes between it and the model or the tool, and whatever
 * that adds, calls or answers by itself goes past it. A known tool that is not reached is noticed, and its answer withheld.
 *
 * @throws EnforceCoreError `PACKAGE_MISSING` without `langchain`.
 */
export async function enforceMiddleware(options: EnforceMiddlewareOptions = {}): Promise<AgentMiddleware> {
  const { createMiddleware } = (await requirePackage('langchain', door)) as typeof langchain; // that is what it is
  const tools = new ToolEnforcer(options);
  const models = new ModelCleaner(options);
  return createMiddleware({
    name: 'EnforceMiddleware',
    wrapToolCall: (request, handler) => tools.wrap(request, handler as never) as never, // a message or a command, as the framework's own
    wrapModelCall: (request, handler) => models.wrap(request as never, handler as never) as never, // a message, as the framework's own
  });
}

type Request = ToolCallRequest;
type Handler = (request: Request) => unknown;
/** For tools of either kind. */
type Enforce = (policy: PolicyRef, tool: RunnableTool, options: EnforcedToolOptions) => object | Promise<object>;

class ToolEnforcer {
  readonly #options: EnforceMiddlewareOptions;
  readonly #gate: Gate;
  readonly #enforced = new WeakMap<object, object>();

  constructor(options: EnforceMiddlewareOptions) {
    this.#options = options;
    this.#gate = new Gate(siteOf(options));
  }

  async wrap(request: Request, handler: Handler): Promise<unknown> {
    const { tool, toolCall } = request;
    if (!canRun(tool)) return this.#around(request, handler);
    let enforced: object = tool;
    try {
      if (!isEnforcedTool(tool)) enforced = await this.#enforce(tool);
    } catch (error) {
      return this.#around(request, () => { throw error; }); // a tool that cannot be enforced is refused, with an entry
    }
    const watch = watched(enforced);
    const answer = await handler({ ...request, tool: watch.tool as never });
    if (watch.isReached()) return answer;
    const passed = new EnforceCoreError('NOT_ENFORCED', `"${toolCall.name}" was answered by middleware behind enforceMiddleware(), past the policy, so the answer is withheld; put enforceMiddleware() last`, { toolName: toolCall.name });
    return this.#around(request, () => Promise.reject(passed));
  }

  /** Its enforced form takes the tool's place, so that callbacks see cleaned values and each try is a call. */
  async #enforce(tool: RunnableTool): Promise<object> {
    let made = this.#enforced.get(tool);
    if (made === undefined) {
      const { refusals = 'tell', policy } = this.#options;
      made = await (enforcedTool as Enforce)(policy, tool, { ...siteOf(this.#options), refusals });
      this.#enforced.set(tool, made);
    }
    return made;
  }

  /** A tool that is not known yet, or none of LangChain's classes: whatever handles the call is its body. */
  async #around(request: Request, handler: Handler): Promise<unknown> {
    const { toolCall, runtime } = request;
    const body = async (args: unknown): Promise<unknown> => {
      const answer = await handler({ ...request, toolCall: { ...toolCall, args: args as Record<string, unknown> } }); // cleaned, and an object as before
      return isUnknownTool(toolCall.name, answer) ? new Unmade(answer) : answer;
    };
    const run = new ToolRun(
      body,
      (cleaned, body) => Promise.resolve(body(cleaned, undefined, {})),
    );
    try {
      return await run.make((input, body, by) => this.#gate.run(toolCall.name, input, body, by), toolCall.args, filledIn(this.#options.caller, callerOf(runtime, toolCall.id)));
    } catch (error) {
      if (error instanceof Unmade) return error.answer;
      const refusal = this.#options.refusals === 'throw' || isControlFlow(error) || runtime.signal?.aborted === true ? undefined : refusalOf(error);
      if (refusal === undefined) throw error;
      return errorMessage(refusalText({ ...refusal, mayHaveRun: hasRun(error) ?? refusal.mayHaveRun }), toolCall.name, toolCall.id ?? '');
    }
  }
}

function canRun(tool: unknown): tool is RunnableTool {
  const { name, invoke } = (tool ?? {}) as Partial<RunnableTool>; // each is asked for
  return typeof name === 'string' && typeof invoke === 'function';
}

/** What LangChain answers by itself to a call of a tool that the agent has not. */
function isUnknownTool(name: string, answer: unknown): boolean {
  const { status, content } = (typeof answer === 'object' && answer !== null ? answer : {}) as { readonly status?: unknown; readonly content?: unknown }; // either is asked for
  return status === 'error' && typeof content === 'string' && content.startsWith(`Error: ${name} is not a valid tool`);
}

interface ModelRequest {
  readonly model: object;
  readonly messages: readonly BaseMessage[];
  readonly systemMessage: BaseMessage;
}

class ModelCleaner {
  readonly #cleaner: TextCleaner;
  readonly #prompts: boolean;
  readonly #completions: boolean;

  constructor({ redactPrompts = true, redactCompletions = true, ...options }: EnforceMiddlewareOptions) {
    this.#cleaner = new TextCleaner(options);
    this.#prompts = redactPrompts;
    this.#completions = redactCompletions;
  }

  async wrap(request: ModelRequest, handler: (request: ModelRequest) => unknown): Promise<unknown> {
    if (this.#cleaner.isIdle) return handler(request);
    const asked = this.#prompts ? await this.#asked(request) : request;
    if (!this.#completions) return handler(asked);
    const written: unknown = await handler({ ...asked, model: cleanedModel(request.model, this.#cleaner) });
    // A model that is none of LangChain's classes, or other middleware, may have written past the above.
    if (isWritten(written)) return cleanedCompletion(written, this.#cleaner);
    // Structured output is read from what looks like a call of a tool, which no tool will ever clean.
    return isStructured(written) ? cleanedWith(written, (data) => this.#cleaner.clean(data)) : written;
  }

  async #asked(request: ModelRequest): Promise<ModelRequest> {
    const clean = (data: unknown): Promise<unknown> => this.#cleaner.clean(data);
    const messages = await cleanedWith(request.messages, clean);
    const systemMessage = await cleanedWith(request.systemMessage, clean);
    // The framework takes another object for a change, and asks that not both forms of it change.
    return systemMessage === request.systemMessage ? { ...request, messages } : { ...request, messages, systemMessage };
  }
}

function isWritten(value: unknown): value is BaseMessage {
  return typeof value === 'object' && value !== null && isMessage(value);
}

function isStructured(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'structuredResponse' in value;
}
