import { Clock, EnforceContainer, EnforceCoreError, runAs, runInContainer, Settings, type Caller } from '@enforcecore/core';
import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Observable, map } from 'rxjs';
import { boundTo } from './bound-results.js';
import { CallerResolver } from './caller-resolver.js';
import { ModuleOptions, type EnforceModuleOptions } from './module-options.js';
import { disconnectSignal, either } from './disconnect-signal.js';
import { readCaller } from './read-caller.js';

/**
 * Runs every handler in the name of its request's caller, and its calls in this application's container. An interceptor
 * and not a guard or a middleware: a guard cannot wrap what comes after it, and a middleware's scope is lost where a body
 * is read from the socket, and does not exist for messages.
 */
@Injectable()
export class CallerScope implements NestInterceptor {
  readonly #container: EnforceContainer;
  readonly #resolve: CallerResolver | undefined;
  readonly #abortOnDisconnect: boolean;
  /** Of GraphQL operations, whose resolvers are many and whose caller is one. */
  readonly #callers = new WeakMap<object, Promise<Caller>>();

  constructor(
    @Inject(EnforceContainer) container: EnforceContainer,
    @Inject(CallerResolver) resolve: CallerResolver | undefined,
    @Inject(ModuleOptions) { abortOnDisconnect = true }: EnforceModuleOptions,
  ) {
    this.#container = container;
    this.#resolve = resolve;
    this.#abortOnDisconnect = abortOnDisconnect;
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const caller = await this.#callerOf(context);
    const signal = this.#abortOnDisconnect ? disconnectSignal(context) : undefined;
    const named = signal === undefined ? caller : { ...caller, signal: either(caller.signal, signal) };
    const within = <T>(body: () => T): T => runInContainer(this.#container, () => runAs(named, body));
    // The handler runs when somebody subscribes, and what it returns may be lazy as well: both belong to the caller.
    return new Observable((subscriber) => within(() => next.handle().pipe(map((value: unknown) => boundTo(within, value))).subscribe(subscriber)));
  }

  #callerOf(context: ExecutionContext): Promise<Caller> {
    if (context.getType<string>() !== 'graphql') return this.#ask(context);
    const operation: unknown = context.getArgByIndex(2);
    if (typeof operation !== 'object' || operation === null) return this.#ask(context);
    const known = this.#callers.get(operation) ?? this.#ask(context);
    this.#callers.set(operation, known);
    return known;
  }

  async #ask(context: ExecutionContext): Promise<Caller> {
    if (this.#resolve === undefined) return {};
    const found: unknown = this.#resolve(context);
    return readCaller(found instanceof Promise ? await this.#inTime(found) : await found);
  }

  /** A resolver has as long as a hook: a request that waits for ever holds its connection, and the end of the application. */
  async #inTime(pending: Promise<unknown>): Promise<unknown> {
    const { hookTimeoutMs } = this.#container.get(Settings);
    let stop = (): void => undefined;
    const late = new Promise((_, reject) => {
      stop = this.#container.get(Clock).schedule(hookTimeoutMs, () => {
        reject(new EnforceCoreError('TIMEOUT', `who calls was not found out within ${String(hookTimeoutMs)} ms`));
      });
    });
    try {
      return await Promise.race([pending, late]);
    } finally {
      stop();
    }
  }
}
