import { randomUUID } from 'node:crypto';
import { CancelledError, currentCall, Enforcer, ToolDeniedError, toolCallIdOf, type Caller, type EnforceContainer } from '@enforcecore/core';
import type { ToolInput } from '@enforcecore/core/tools';
import type { ProtocolError, RequestId } from '@modelcontextprotocol/server';
import type { Answer } from '../upstream/upstream-link.js';
import type { Upstream } from '../upstream/upstream.js';
import { BinaryParts, type BinarySort } from './binary-parts.js';
import { FailedRequest } from './failed-request.js';
import { withoutOwnMeta } from './known-members.js';
import { operationName } from './names.js';
import { TextCleaner } from './text-cleaner.js';

/** One request as it is to be enforced. */
export interface Enforceable {
  /** None for what belongs to no server. */
  readonly upstream?: Upstream | undefined;
  /** In policies and in the trail. */
  readonly name: string;
  /** An object, or the request is refused. */
  readonly args: unknown;
  readonly signal: AbortSignal;
  readonly id?: RequestId | undefined;
  /** Throws what keeps the request from being made, whatever the policy says; blocked then, it counts for no limit. */
  readonly check?: ((args: unknown) => void) | undefined;
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

const never = (): Promise<Answer> => Promise.reject(new Error('a refused request was made'));

/** Where all that a session asks of its servers, and they of it, meets the pipeline. */
export class EnforcedRequests {
  readonly cleaner: TextCleaner;
  readonly #enforcer: Enforcer;
  readonly #caller: Caller;

  constructor(container: EnforceContainer, caller: Caller) {
    this.#enforcer = new Enforcer(undefined, { container });
    // A session is one in the trail, whoever serves it.
    this.#caller = { ...caller, session: caller.session ?? randomUUID() };
    this.cleaner = new TextCleaner(container, this.#enforcer);
  }

  /** Whether the policy's tool lists let a name pass; what they do not is not offered. */
  offers(name: string): boolean {
    const { policy } = this.#enforcer;
    return policy.isMonitored || policy.judgeTool(name).allowed;
  }

  /**
   * One call through the pipeline, with one entry in the trail. Resolves to the cleaned result.
   *
   * @throws ToolReturnedError with the cleaned result; FailedRequest for all else.
   */
  async run(request: Enforceable, body: Body): Promise<Record<string, unknown>> {
    const parts = new BinaryParts();
    let wasAsked = false;
    const taken = async (result: Answer): Promise<Answer> => {
      const copy = parts.take(result);
      await this.#judgeParts(parts, request);
      return copy;
    };
    const act: Body = async (given, signal) => {
      wasAsked = true;
      try {
        return await taken(await body(given, signal));
      } catch (error) {
        throw error instanceof ToolReturnedError ? new ToolReturnedError(await taken(error.result)) : error;
      }
    };
    try {
      return whole(parts, await this.#enforced(request, act));
    } catch (error) {
      throw error instanceof ToolReturnedError ? new ToolReturnedError(whole(parts, error.result)) : new FailedRequest(error, wasAsked);
    }
  }

  /** Records what nothing can come of, as blocked. Resolves to what whoever asked is told. */
  async refused(request: Omit<Enforceable, 'check'>, reason: string, answer: ProtocolError): Promise<ProtocolError> {
    const check = (): void => {
      throw new ToolDeniedError({ toolName: request.name, violationType: 'tool_not_allowed', reason });
    };
    // Refused all the same when it cannot be recorded.
    await this.run({ ...request, check }, never).catch(() => undefined);
    return answer;
  }

  #enforced({ upstream, name, args, signal, id, check }: Enforceable, act: Body): Promise<Answer> {
    const own = this.#caller.signal;
    const idText = String(id ?? '');
    let isChecked = check === undefined;
    // What the policy denies is told of that: the form of a hidden tool's arguments is nobody's business.
    const read = (given: unknown): unknown => {
      if (this.offers(name)) {
        check?.(given);
        isChecked = true;
      }
      return given;
    };
    const tool = async (given: Answer): Promise<Answer> => {
      if (!isChecked) check?.(given);
      const callSignal = currentCall()?.signal ?? signal;
      if (callSignal.aborted) throw new CancelledError(`the request for "${name}" was taken back`, { toolName: name });
      return act(given, callSignal);
    };
    return this.#enforcer.run(tool, {
      ...this.#caller,
      tool: name,
      args: [args],
      input: { schema: {}, read } satisfies ToolInput,
      signal: own === undefined ? signal : AbortSignal.any([own, signal]),
      ...(upstream !== undefined && { timeoutMs: upstream.timeoutMs, labels: { ...this.#caller.labels, upstream: upstream.name } }),
      toolCallId: toolCallIdOf(idText),
    });
  }

  /** Inside the call: what the policy denies of its result has an entry of its own there. */
  async #judgeParts(parts: BinaryParts, request: Enforceable): Promise<void> {
    for (const sort of parts.sorts) if (!(await this.#passes(sort, request))) parts.withhold(sort);
  }

  async #passes(sort: BinarySort, { upstream, signal, id }: Enforceable): Promise<boolean> {
    const name = operationName(upstream?.prefix ?? '', `content:${sort}`);
    if (this.#enforcer.policy.judgeTool(name).allowed) return true;
    try {
      await this.#enforced({ upstream, name, args: {}, signal, id }, () => Promise.resolve({}));
      return true;
    } catch {
      // Denied, or not to be recorded: either way it does not pass.
      return false;
    }
  }
}

function whole(parts: BinaryParts, cleaned: Answer): Record<string, unknown> {
  const result = withoutOwnMeta(cleaned);
  if (parts.count === 0) return result;
  // Copied, since what was not changed may still be held by hooks.
  const copy = structuredClone(result);
  parts.putBack(copy);
  return copy;
}
