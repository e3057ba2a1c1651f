import { EnforceCoreError } from '@enforcecore/core';
import { Catch, Inject, Injectable, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { throwError, type Observable } from 'rxjs';
import { problemOf, retryAfterSeconds, type Problem } from './problem.js';

/** What a client of a microservice gets: the shape of Nest's own errors there, and the code. */
export interface RpcRefusal {
  readonly status: 'error';
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
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
        return throwError(() => refusalOf(problem));
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
    if (httpAdapter.isHeadersSent(response)) {
      // Half an answer is out: cut off, so that nobody takes it for a whole one.
      httpAdapter.end(response);
      return;
    }
    const seconds = retryAfterSeconds(problem);
    if (seconds !== undefined) httpAdapter.setHeader(response, 'Retry-After', String(seconds));
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json');
    httpAdapter.reply(response, problem, problem.status);
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

function refusalOf({ code, detail, retryAfterMs }: Problem): RpcRefusal {
  return { status: 'error', code, message: detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** As Nest's own filter for sockets does. */
function tellSocket(client: unknown, problem: Problem): void {
  const emit: unknown = typeof client === 'object' && client !== null ? Reflect.get(client, 'emit') : undefined;
  if (typeof emit === 'function') Reflect.apply(emit, client, ['exception', refusalOf(problem)]);
}
