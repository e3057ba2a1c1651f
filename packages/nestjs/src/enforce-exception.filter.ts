import { EnforceCoreError } from '@enforcecore/core';
import { Catch, Inject, Injectable, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';
import { answerWith, cutOff } from './http-answer.js';
import { problemOf, type Problem } from './problem.js';
import { property } from './property.js';

/** What a client of a microservice gets: the shape of Nest's own errors there, and what a problem says. */
export interface RpcRefusal extends Pick<Problem, 'code' | 'mayHaveRun' | 'tool' | 'retryAfterMs' | 'issues'> {
  readonly status: 'error';
  readonly message: string;
}

/** Errors of any installed copy of the core. */
class AnyEnforceCoreError extends EnforceCoreError {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return EnforceCoreError.is(value);
  }
}

/**
 * Answers what enforcement refuses, in the words of whoever asked: HTTP status and problem, an error of the microservice,
 * `extensions` of GraphQL. Other errors are left to Nest and to your filters.
 */
@Injectable()
@Catch(AnyEnforceCoreError)
export class EnforceExceptionFilter implements ExceptionFilter<EnforceCoreError> {
  readonly #adapterHost: HttpAdapterHost;
  readonly #logger = new Logger('EnforceCore');

  constructor(@Inject(HttpAdapterHost) adapterHost: HttpAdapterHost) {
    this.#adapterHost = adapterHost;
  }

  catch(error: EnforceCoreError, host: ArgumentsHost): Observable<never> | undefined {
    const problem = problemOf(error);
    // The message is for whoever runs this: refusals stand in the trail, failures should be seen.
    if (problem.status >= 500) this.#logger.error(`${error.code}: ${error.message}`);
    switch (host.getType<string>()) {
      case 'http':
        this.#answer(problem, host);
        return undefined;
      case 'rpc':
        return throwError(() => rpcRefusalOf(problem));
      case 'ws':
        tellSocket(host.switchToWs().getClient(), problem);
        return undefined;
      default:
        // GraphQL, and whatever else runs handlers and reports what they throw.
        throw new RefusedOperation(problem, error);
    }
  }

  #answer(problem: Problem, host: ArgumentsHost): void {
    const { httpAdapter } = this.#adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) cutOff(response);
    else answerWith(problem, httpAdapter, response);
  }
}

/** Becomes a GraphQLError with these extensions: servers take them from the error that a resolver throws. */
class RefusedOperation extends Error {
  override name = 'RefusedOperation';
  readonly extensions: Readonly<Record<string, unknown>>;
  /** Read by Mercurius, where nothing but this error is to be answered. */
  readonly statusCode: number;

  constructor({ status, detail, type: _, title: __, ...rest }: Problem, cause: EnforceCoreError) {
    super(detail, { cause });
    this.extensions = { ...rest, http: { status } };
    this.statusCode = status;
  }
}

function rpcRefusalOf({ detail, type: _, title: __, status: ___, ...rest }: Problem): RpcRefusal {
  return { ...rest, status: 'error', message: detail };
}

/** As Nest's own filter for sockets does. */
function tellSocket(client: unknown, problem: Problem): void {
  const emit: unknown = property(client, 'emit');
  if (typeof emit === 'function') Reflect.apply(emit, client, ['exception', rpcRefusalOf(problem)]);
}
