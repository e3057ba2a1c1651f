import { EnforceContainer, EnforceCoreError, runAs, runInContainer, type Caller } from '@enforcecore/core';
import { Inject, Injectable, StreamableFile, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { AsyncResource } from 'node:async_hooks';
import { Observable, map } from 'rxjs';
import { CallerResolver } from './caller-resolver.js';
import { ModuleOptions, type EnforceModuleOptions } from './module-options.js';
import { disconnectSignal, either } from './disconnect-signal.js';

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
    const caller: unknown = await this.#resolve(context);
    if (typeof caller === 'object' && caller !== null) return caller;
    throw new EnforceCoreError('SETTINGS', 'the caller of the request is not known: `caller` returned nothing; return {} for a request that may go without, or throw');
  }
}

/** A file that is read when the handler has long returned is read in its name. */
function boundTo(within: <T>(body: () => T) => T, value: unknown): unknown {
  if (!(value instanceof StreamableFile)) return value;
  const stream = value.getStream();
  within(() => {
    stream._read = AsyncResource.bind(stream._read.bind(stream));
  });
  return value;
}
