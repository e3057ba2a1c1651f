import { CallSite, type CallOptions, type EnforceOptions } from './call-site.js';
import { currentFrame } from './call.js';
import type { EnforceContainer } from './container/enforce-container.js';
import { CancelledError } from './errors.js';
import type { Guard } from './guard/guard.js';
import { usdOf } from './guard/cost/money.js';
import type { TokenUsage } from './guard/cost/prices.js';
import { defaultContainer } from './house.js';
import { functionKind } from './pipeline/function-kind.js';
import type { PolicyRef } from './pipeline/house.js';
import { makeCall, type CallDescription } from './pipeline/make-call.js';
import type { EnforcementResult } from './pipeline/result.js';
import { CallState } from './policy/call-state.js';
import type { Policy } from './policy/policy.js';
import type { Verdict } from './policy/verdict.js';
import { Movable } from './sandbox/movable.js';
import { SandboxError } from './sandbox/sandbox-errors.js';
import type { ToolInput } from './tools/tool-input.js';

type AnyFunction = (...args: never[]) => unknown;

export interface RunOptions extends Omit<EnforceOptions, 'policy'>, CallOptions {
  /** Positional arguments of the function. */
  readonly args?: readonly unknown[];
  /** Reads the only argument, an object, before any rule sees it: what it makes of it is what rules and the function get. */
  readonly input?: ToolInput;
}

export interface EnforcerOptions {
  /** Whose services enforce; the process's own container by default. */
  readonly container?: EnforceContainer;
}

/** Enforced calls for code that a decorator does not fit: the tool's name and arguments are known at run time. */
export class Enforcer {
  readonly #container: EnforceContainer | undefined;
  readonly #policy: PolicyRef;

  constructor(policy?: PolicyRef, { container }: EnforcerOptions = {}) {
    this.#policy = policy;
    this.#container = container;
  }

  /** @throws PolicyError at once, when the file cannot be used. */
  static fromFile(path: string | URL, options: EnforcerOptions = {}): Enforcer {
    return new Enforcer((options.container ?? defaultContainer()).house.policy(path), options);
  }

  get policy(): Policy {
    return this.#house.policy(this.#policy);
  }

  get guard(): Guard {
    return this.#house.services.guard;
  }

  /** Calls a function, synchronous or not, and waits for services that need waiting for. */
  async run<T>(fn: (...args: never[]) => T, options: RunOptions = {}): Promise<Awaited<T>> {
    return (await this.#call(fn, options, true)) as Awaited<T>;
  }

  /** Calls a synchronous function. Blocks when a service in front of it would have to be waited for. */
  runSync<T>(fn: (...args: never[]) => T, options: RunOptions = {}): T {
    return this.#call(fn, options, false) as T;
  }

  /**
   * Opens a call around code that is no function: `await using call = await enforcer.open({ tool, args })`. The rooms in
   * front of the tool have been passed when it resolves; `complete` passes the ones behind it.
   */
  async open(options: RunOptions & { readonly tool: string }): Promise<EnforcedScope> {
    if (options.sandbox !== undefined) {
      throw new SandboxError(`the code around "${options.tool}" cannot be moved into a sandbox; call enforcer.run with an exported function`, { toolName: options.tool });
    }
    const work = deferred<unknown>();
    const entered = deferred<readonly unknown[]>();
    const body = async (...args: readonly unknown[]): Promise<unknown> => {
      entered.resolve(args);
      return work.promise;
    };
    const ended = this.run(body, options);
    // Blocked before the code may act: `open` itself rejects.
    ended.catch(entered.reject);
    return new EnforcedScope(options.tool, await entered.promise, work, ended);
  }

  /**
   * What the policy says of a call that nobody makes yet. Nothing runs, is reserved or recorded, and neither hooks nor limits
   * are asked; a policy in monitor mode blocks nothing.
   *
   * @throws PolicyError; HardeningError for a name or arguments that the pipeline would refuse.
   */
  judge(description: CallDescription): Verdict {
    const house = this.#house;
    const { policy } = this;
    const { services } = house;
    const verdict = services.engine.decide(makeCall(policy, description), policy, new CallState(services, description.session));
    return policy.isMonitored ? { ...verdict, decision: 'allowed' } : verdict;
  }

  /** Adds money already spent, in US dollars, to the policy's and the container's accounts. */
  recordCost(usd: number): void {
    this.#house.recordCost(usd, this.policy.name, currentFrame());
  }

  /** Adds what tokens cost, by the container's prices. */
  recordTokens(usage: TokenUsage): void {
    this.recordCost(usdOf(this.#house.microsOfTokens(usage)));
  }

  /** How the call that ended last in this enforcer's container ended. */
  get lastResult(): EnforcementResult | undefined {
    return this.#house.lastResult;
  }

  get #house(): EnforceContainer['house'] {
    return (this.#container ?? defaultContainer()).house;
  }

  #call(fn: AnyFunction, { args = [], input, ...options }: RunOptions, waits: boolean): unknown {
    const { tool = fn.name, signal, tenant, agent, session, toolCallId, labels, ...site } = options;
    const call = { signal, tenant, agent, session, toolCallId, labels };
    const enforcement = { ...site, tool, policy: this.#policy };
    const container = this.#container ?? defaultContainer();
    const kind = functionKind(fn);
    const facts = { tool, kind: waits && kind === 'plain' ? 'async' : kind, hasOpaque: (site.opaque?.length ?? 0) > 0, name: fn.name, key: undefined } as const;
    const extras = site.sandbox === undefined ? { container } : { container, movable: new Movable(site.sandbox, facts) };
    const place = new CallSite(tool, kind, enforcement, extras);
    if (input !== undefined) place.takes(input);
    return place.call(undefined, fn, args, call, waits);
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let settle: Omit<Deferred<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...(settle as Omit<Deferred<T>, 'promise'>) }; // the executor has run by now
}

/** A call whose tool is the code between `open` and `complete`. */
export class EnforcedScope implements AsyncDisposable {
  readonly tool: string;
  /** The cleaned arguments: use these, not the ones that were passed in. */
  readonly args: readonly unknown[];
  readonly #work: Deferred<unknown>;
  readonly #ended: Promise<unknown>;

  constructor(tool: string, args: readonly unknown[], work: Deferred<unknown>, ended: Promise<unknown>) {
    this.tool = tool;
    this.args = args;
    this.#work = work;
    this.#ended = ended;
  }

  /** The code is done: resolves to the cleaned result, or rejects when it is withheld. */
  complete<T>(result: T): Promise<T> {
    this.#work.resolve(result);
    return this.#ended as Promise<T>;
  }

  /** The code failed. */
  async fail(error: unknown): Promise<void> {
    this.#work.reject(error);
    await this.#ended.catch(() => undefined);
  }

  /** Leaving without a word counts as a failure: nobody said that it went well. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.fail(new CancelledError(`the scope of "${this.tool}" was left without complete() or fail()`, { toolName: this.tool }));
  }
}
