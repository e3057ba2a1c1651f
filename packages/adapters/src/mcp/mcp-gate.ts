import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server';
import { EnforceCoreError } from '@enforcecore/core';
import { Gate, type GateOptions } from '../shared/gate.js';
import { knownCaller } from '../shared/known-caller.js';
import { TextCleaner } from '../shared/text-cleaner.js';
import { recordUnmade } from '../shared/unmade-call.js';
import { withoutBroken } from './intact-content.js';
import type { McpHandler, McpRequest } from './low-level.js';
import { insideCall, seenCaller } from './mcp-caller.js';
import type { McpOptions } from './mcp-options.js';
import { isEnforcedRequest, isSameCall, markReached, markRequest, wasReached } from './reached.js';
import { cleanedError, cleanMessage, errorResult, refusalResult } from './tool-result.js';

/** One body of a tool: its checked arguments, and the request's context. */
export type McpToolBody = (input: unknown, context: ServerContext) => unknown;

/** Enforced calls of MCP tools: what the client gets is always a result, also of a refusal. */
export class McpGate {
  readonly #gate: Gate;
  readonly #cleaner: TextCleaner;
  readonly #options: McpOptions;

  constructor(options: McpOptions) {
    const { policy, container, cost, timeoutMs, sensitivity } = options;
    this.#gate = new Gate(withoutUndefined({ policy, container, cost, timeoutMs, sensitivity })); // who calls is known per call
    this.#cleaner = new TextCleaner(options);
    this.#options = options;
  }

  /** Calls a tool whose arguments the SDK has checked. */
  async call(tool: string, input: unknown, context: ServerContext, body: McpToolBody): Promise<unknown> {
    markReached(context);
    if (isSameCall(context, tool, input)) return body(input, context);
    try {
      return await this.#make(tool, input ?? {}, context, body);
    } catch (error) {
      if (isProtocolError(error)) throw await this.#failure(error);
      return errorResult(error, this.#cleaner);
    }
  }

  /** Around a handler that knows tools itself: the request's arguments are enforced as they came. */
  request(handler: McpHandler): McpHandler {
    return (request, context) => {
      const { name, input } = named(request);
      return this.call(name, input, context, (cleaned, inside) => {
        markRequest(inside, { tool: name, input: cleaned });
        return handler({ ...request, params: { ...request.params, arguments: cleaned } }, inside);
      });
    };
  }

  /** Around the SDK's own handler: what does not get as far as a tool (no such tool, wrong arguments) is decided on and recorded too. */
  front(handler: McpHandler): McpHandler {
    return async (request, context) => {
      if (isEnforcedRequest(context)) return handler(request, context);
      const attempt = await settle(() => handler(request, context));
      if (wasReached(context)) return give(attempt);
      const { name, input } = named(request);
      return (await this.#unmade(name, input, context)) ?? this.#unreached(attempt);
    };
  }

  async #make(tool: string, input: unknown, context: ServerContext, body: McpToolBody): Promise<unknown> {
    const caller = knownCaller(seenCaller(context), context, this.#options);
    let raw: unknown;
    const run = async (given: unknown): Promise<unknown> => (raw = await body(given, await insideCall(context, this.#cleaner)));
    const cleaned = await this.#gate.run(tool, input, run, caller);
    return withoutBroken(raw, cleaned);
  }

  /** The entry of a call that was not made; what the policy says of it goes before what was wrong with it. */
  async #unmade(tool: string, input: unknown, context: ServerContext): Promise<CallToolResult | undefined> {
    try {
      const caller = knownCaller(seenCaller(context), context, this.#options);
      const refusal = await this.#gate.refusal(tool, input, caller);
      if (refusal !== undefined) return refusalResult(refusal);
      await recordUnmade(tool, input, caller, this.#options);
      return undefined;
    } catch (error) {
      return errorResult(error, this.#cleaner);
    }
  }

  /** What the SDK says of a call that it ended may repeat the arguments. It only ever refuses: any other answer is a handler's that runs tools by itself. */
  async #unreached(attempt: Attempt): Promise<unknown> {
    if ('error' in attempt) throw await cleanedError(attempt.error, this.#cleaner);
    if ((attempt.value as Partial<CallToolResult> | undefined)?.isError !== true) return refusalResult(notTheSdks);
    return this.#cleaner.clean(attempt.value).catch((error: unknown) => errorResult(error, this.#cleaner));
  }

  async #failure(error: ProtocolLike): Promise<unknown> {
    const text = await cleanMessage(error, this.#cleaner);
    return text === error.message ? error : new EnforceCoreError('OUTPUT_INVALID', `the tool failed: ${text}`);
  }
}

const notTheSdks = {
  code: 'NOT_ENFORCED',
  message: "the handler of tools/call answered without any tool of the server, so it is not the SDK's own as enforceServer was told, and its answer is withheld; give enforceServer { handlers: 'own' }",
  mayHaveRun: true,
} as const;

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

type Attempt = { readonly value: unknown } | { readonly error: unknown };

async function settle(make: () => unknown): Promise<Attempt> {
  try {
    return { value: await make() };
  } catch (error) {
    return { error };
  }
}

function give(attempt: Attempt): unknown {
  if ('error' in attempt) throw attempt.error;
  return attempt.value;
}
