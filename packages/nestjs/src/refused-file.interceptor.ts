import { EnforceCoreError } from '@enforcecore/core';
import { Inject, Injectable, Logger, StreamableFile, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { tap, type Observable } from 'rxjs';
import { answerWith } from './http-answer.js';
import { problemOf } from './problem.js';

/** Express answers for a file whose reading fails by itself, with 400, and asks no filter: where it was refused, the file does. */
@Injectable()
export class RefusedFile implements NestInterceptor {
  readonly #adapterHost: HttpAdapterHost;
  readonly #logger = new Logger('EnforceCore');

  constructor(@Inject(HttpAdapterHost) adapterHost: HttpAdapterHost) {
    this.#adapterHost = adapterHost;
  }

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      tap((value: unknown) => {
        if (value instanceof StreamableFile) this.#watch(value);
      }),
    );
  }

  #watch(file: StreamableFile): void {
    const { httpAdapter } = this.#adapterHost;
    const handle = file.errorHandler;
    file.setErrorHandler((error, response) => {
      if (!EnforceCoreError.is(error) || httpAdapter.isHeadersSent(response)) {
        handle(error, response);
        return;
      }
      const problem = problemOf(error);
      if (problem.status >= 500) this.#logger.error(`${error.code}: ${error.message}`);
      answerWith(problem, httpAdapter, response);
    });
  }
}
