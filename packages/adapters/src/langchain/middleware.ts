import { refusalOf } from '@enforcecore/core/tools';
import type { BaseMessage } from '@langchain/core/messages';
import type * as langchain from 'langchain';
import type { AgentMiddleware, ToolCallRequest } from 'langchain';
import { Gate, type GateOptions } from '../shared/gate.js';
import { refusalText } from '../shared/model-text.js';
import { requirePackage } from '../shared/require-package.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { callerOf } from './caller-of.js';
import { cleanedCompletion, cleanedModel } from './cleaned-model.js';
import { isControlFlow } from './control-flow.js';
import { door, errorMessage } from './enforced-class.js';
import { isEnforcedTool } from './enforced-marks.js';
import { enforcedTool, siteOf, type LangChainTool } from './enforced-tool.js';
import { cleanedWith, isMessage } from './packed.js';
import { ToolRun } from './tool-run.js';

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
 * on their way to the model and completions on their way back. Put it last, so that other middleware's tries are calls each.
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

class ToolEnforcer {
  readonly #options: EnforceMiddlewareOptions;
  readonly #gate: Gate;
  readonly #enforced = new WeakMap<object, unknown>();

  constructor(options: EnforceMiddlewareOptions) {
    this.#options = options;
    this.#gate = new Gate(siteOf(options));
  }

  wrap(request: Request, handler: Handler): unknown {
    const { tool } = request;
    if (isEnforcedTool(tool)) return handler(request);
    return hasBody(tool) ? handler({ ...request, tool: this.#enforce(tool) as never }) : this.#around(request, handler);
  }

  /** Its enforced form takes the tool's place, so that callbacks see cleaned values and each try is a call. */
  #enforce(tool: LangChainTool): unknown {
    let made = this.#enforced.get(tool);
    if (made === undefined) {
      const { refusals = 'tell', policy } = this.#options;
      made = enforcedTool(policy, tool, { ...siteOf(this.#options), refusals });
      this.#enforced.set(tool, made);
    }
    return made;
  }

  /** A tool that is not known yet, or none of LangChain's classes: whatever handles the call is its body. */
  async #around(request: Request, handler: Handler): Promise<unknown> {
    const { toolCall, runtime } = request;
    const run = new ToolRun(
      (args) => handler({ ...request, toolCall: { ...toolCall, args: args as Record<string, unknown> } }), // cleaned, and an object as before
      (cleaned, body) => Promise.resolve(body(cleaned, undefined, {})),
    );
    try {
      return await run.make((input, body, by) => this.#gate.run(toolCall.name, input, body, by), toolCall.args, callerOf(runtime, toolCall.id));
    } catch (error) {
      const refusal = this.#options.refusals === 'throw' || isControlFlow(error) || runtime.signal?.aborted === true ? undefined : refusalOf(error);
      if (refusal === undefined) throw error;
      return errorMessage(refusalText(refusal), toolCall.name, toolCall.id ?? '');
    }
  }
}

function hasBody(tool: unknown): tool is LangChainTool {
  return typeof tool === 'object' && tool !== null && typeof (tool as { readonly _call?: unknown })._call === 'function';
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
    return isWritten(written) ? cleanedCompletion(written, this.#cleaner) : written;
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
