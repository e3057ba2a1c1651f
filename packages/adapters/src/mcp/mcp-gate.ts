import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { EnforceCoreError } from '@enforcecore/core';
import { Gate, joined, type GateOptions } from '../shared/gate.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import type { McpHandler, McpRequest } from './low-level.js';
import { callerOf, insideCall } from './mcp-caller.js';
import type { McpOptions } from './mcp-options.js';
import { markReached, wasReached } from './reached.js';
import { cleanMessage, errorResult, refusalResult } from './tool-result.js';
import { recordUnmade } from './unmade-call.js';

/** One body of a tool: its checked arguments, and the request's context. */
export type McpToolBody = (input: unknown, context: ServerContext) => unknown;

/** Enforced calls of MCP tools: what the client gets is always a result, also of a refusal. */
export class McpGate {
  readonly #gate: Gate;
  readonly #cleaner: TextCleaner;
  readonly #options: McpOptions;

  constructor(options: McpOptions) {
    const { policy, container, caller, cost, timeoutMs, sensitivity } = options;
    this.#gate = new Gate(withoutUndefined({ policy, container, caller, cost, timeoutMs, sensitivity }));
    this.#cleaner = new TextCleaner(options);
    this.#options = options;
  }

  /** Calls a tool whose arguments the SDK has checked. */
  async call(tool: string, input: unknown, context: ServerContext, body: McpToolBody): Promise<unknown> {
    markReached(context);
    try {
      return await this.#gate.run(tool, input ?? {}, (cleaned) => body(cleaned, insideCall(context)), callerOf(context, this.#options));
    } catch (error) {
      if (isProtocolError(error)) throw await this.#cleanError(error);
      return errorResult(error, this.#cleaner);
    }
  }

  /** Around a handler that knows tools itself: the request's arguments are enforced as they came. */
  request(handler: McpHandler): McpHandler {
    return (request, context) => {
      const { name, input } = named(request);
      return this.call(name, input, context, (cleaned, inside) => handler({ ...request, params: { ...request.params, arguments: cleaned } }, inside));
    };
  }

  /** Around the SDK's own handler: what does not get as far as a tool (no such tool, wrong arguments) is decided on and recorded too. */
  front(handler: McpHandler): McpHandler {
    return async (request, context) => {
      const attempt = await settle(() => handler(request, context));
      if (wasReached(context)) return attempt.give();
      const { name, input } = named(request);
      const refusal = await this.#recordUnmade(name, input, context);
      return refusal ?? attempt.give();
    };
  }

  /** The entry of a call that was not made; what the policy says of it goes before what was wrong with it. */
  async #recordUnmade(tool: string, input: unknown, context: ServerContext): Promise<CallToolResult | undefined> {
    const caller = callerOf(context, this.#options);
    const refusal = await this.#gate.refusal(tool, input, caller);
    if (refusal !== undefined) return refusalResult(refusal);
    await recordUnmade(tool, input, joined(this.#options.caller, caller), this.#options);
    return undefined;
  }

  async #cleanError(error: ProtocolLike): Promise<unknown> {
    const text = await cleanMessage(error, this.#cleaner);
    return text === error.message ? error : new EnforceCoreError('OUTPUT_INVALID', `the tool failed: ${text}`);
  }
}

function withoutUndefined(options: { readonly [K in keyof GateOptions]: GateOptions[K] | undefined }): GateOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

interface ProtocolLike extends Error {
  readonly code: number;
}

/** What a tool throws to end the request itself, such as "ask at this address first"; read by its name, as there may be two copies of the SDK. */
function isProtocolError(error: unknown): error is ProtocolLike {
  return error instanceof Error && !EnforceCoreError.is(error) && typeof (error as Partial<ProtocolLike>).code === 'number' && /Protocol|Elicitation/.test(error.constructor.name);
}

function named({ params }: McpRequest): { readonly name: string; readonly input: unknown } {
  const name = params?.['name'];
  return { name: typeof name === 'string' ? name : '', input: params?.['arguments'] ?? {} };
}

interface Attempt {
  readonly give: () => unknown;
}

async function settle(make: () => unknown): Promise<Attempt> {
  try {
    const value = await make();
    return { give: () => value };
  } catch (error) {
    return {
      give: () => {
        throw error;
      },
    };
  }
}
