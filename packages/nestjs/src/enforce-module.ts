import { Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { CallerScope } from './caller-scope.interceptor.js';
import { EnforceExceptionFilter } from './enforce-exception.filter.js';
import { EnforceHealth } from './enforce-health.js';
import { Enforcement } from './enforcement.js';
import { buildModule } from './module-options.js';
import { exportedTokens, serviceProviders } from './service-providers.js';

const built = buildModule((definition, { isGlobal, services, imports = [], answers }) => ({
  ...definition,
  global: isGlobal,
  imports: [...(definition.imports ?? []), ...imports],
  providers: [
    ...(definition.providers ?? []),
    ...serviceProviders(services),
    Enforcement,
    EnforceHealth,
    { provide: APP_INTERCEPTOR, useClass: CallerScope },
    ...(answers ? [answering] : []),
  ],
  exports: [...exportedTokens, EnforceHealth],
}));

const answering: Provider = { provide: APP_FILTER, useClass: EnforceExceptionFilter };

/** What `forRoot` and `forRootAsync` take. */
export type ForRootOptions = typeof built.OPTIONS_TYPE;
export type ForRootAsyncOptions = typeof built.ASYNC_OPTIONS_TYPE;

/**
 * One house for one Nest application: `EnforceModule.forRoot({ policy: 'policy.yaml' })` in the root module. Enforced
 * methods of providers and controllers are its own from then on, and its services can be injected and replaced.
 */
@Module({})
export class EnforceModule extends built.ConfigurableModuleClass {}
