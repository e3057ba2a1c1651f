import { CancelledError, currentCall, type Caller, type EnforceContainer, Enforcer } from '@enforcecore/core';
import type { RequestId } from '@modelcontextprotocol/server';
import type { Answer } from '../upstream/upstream-link.js';
import type { Upstream } from '../upstream/upstream.js';
import { BinaryParts, type BinarySort } from './binary-parts.js';
import { operationName } from './names.js';
import { TextCleaner } from './text-cleaner.js';

/** One request as it is to be enforced. */
export interface Enforceable {
  readonly upstream: Upstream;
  /** In policies and in the trail. */
  readonly name: string;
  readonly args: Answer;
  readonly signal: AbortSignal;
  readonly id?: RequestId | undefined;
}

/** Does the request with cleaned arguments; the signal ends with the call. */
export type Body = (args: Answer, signal: AbortSignal) => Promise<Answer>;

/** The result of a tool that says it failed: recorded as the tool's error, and cleaned as errors are. */
export class ToolReturnedError extends Error {
  override name = 'ToolReturnedError';
  readonly result: Answer;
  constructor(result: Answer) {
    super('the tool returned an error');
    this.result = result;
  }
}

const plainId = /^[\x21-\x7e]{1,64}$/;

/** Where all that a session asks of its servers, and they of it, meets the pipeline. */
export class EnforcedRequests {
  readonly cleaner: TextCleaner;
  readonly #enforcer: Enforcer;
  readonly #caller: Caller;

  constructor(container: EnforceContainer, caller: Caller) {
    this.#enforcer = new Enforcer(undefined, { container });
    this.#caller = caller;
    this.cleaner = new TextCleaner(container, this.#enforcer);
  }

  /** Whether the policy's tool lists let a name pass; what they do not is not offered. */
  offers(name: string): boolean {
    const { policy } = this.#enforcer;
    return policy.isMonitored || policy.judgeTool(name).allowed;
  }

  /** One call through the pipeline, with one entry in the trail. Resolves to the cleaned result. */
  async run(request: Enforceable, body: Body): Promise<Record<string, unknown>> {
    const parts = new BinaryParts();
    const { upstream } = request;
    try {
      return this.#whole(parts, upstream, await this.#enforced(request, parts, body));
    } catch (error) {
      throw error instanceof ToolReturnedError ? new ToolReturnedError(this.#whole(parts, upstream, error.result)) : error;
    }
  }

  async #enforced({ upstream, name, args, signal, id }: Enforceable, parts: BinaryParts, body: Body): Promise<Answer> {
    const own = this.#caller.signal;
    const idText = String(id ?? '');
    const act = async (given: Answer): Promise<Answer> => {
      const callSignal = currentCall()?.signal ?? signal;
      if (callSignal.aborted) throw new CancelledError(`the request for "${name}" was taken back`, { toolName: name });
      try {
        return parts.take(await body(given, callSignal));
      } catch (error) {
        throw error instanceof ToolReturnedError ? new ToolReturnedError(parts.take(error.result)) : error;
      }
    };
    return this.#enforcer.run(act, {
      ...this.#caller,
      tool: name,
      args: [args],
      timeoutMs: upstream.timeoutMs,
      signal: own === undefined ? signal : AbortSignal.any([own, signal]),
      labels: { ...this.#caller.labels, upstream: upstream.name },
      ...(plainId.test(idText) && { toolCallId: idText }),
    });
  }

  #whole(parts: BinaryParts, upstream: Upstream, cleaned: Answer): Record<string, unknown> {
    if (parts.count === 0) return { ...cleaned };
    // Copied, since what was not changed may still be held by hooks.
    const result = structuredClone(cleaned);
    parts.putBack(result, (sort) => this.#passes(upstream, sort));
    return result;
  }

  #passes(upstream: Upstream, sort: BinarySort): boolean {
    return this.offers(operationName(upstream.prefix, `content:${sort}`));
  }
}
