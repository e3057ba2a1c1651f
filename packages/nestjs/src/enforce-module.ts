import { EnforceCoreError } from '@enforcecore/core';
import { Inject, Module, Optional, type DynamicModule, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { CallerScope } from './caller-scope.interceptor.js';
import { EnforceExceptionFilter } from './enforce-exception.filter.js';
import { EnforceHealth } from './enforce-health.js';
import { Enforcement } from './enforcement.js';
import { refuseUnknown, refuseUnknownAsync } from './known-keys.js';
import { buildModule, ModuleOptions } from './module-options.js';
import { RefusedFile } from './refused-file.interceptor.js';
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
    ...(answers ? answering : []),
  ],
  exports: [...exportedTokens, EnforceHealth],
}));

const answering: readonly Provider[] = [
  { provide: APP_FILTER, useClass: EnforceExceptionFilter },
  { provide: APP_INTERCEPTOR, useClass: RefusedFile },
];

/** What `forRoot` and `forRootAsync` take. */
export type ForRootOptions = typeof built.OPTIONS_TYPE;
export type ForRootAsyncOptions = typeof built.ASYNC_OPTIONS_TYPE;

/**
 * One house for one Nest application: `EnforceModule.forRoot({ policy: 'policy.yaml' })` in the root module. Enforced
 * methods of providers and controllers are its own from then on, and its services can be injected and replaced.
 */
@Module({})
export class EnforceModule extends built.ConfigurableModuleClass {
  /** @throws EnforceCoreError `SETTINGS` for the class itself among the imports: nothing would be enforced by it. */
  constructor(@Optional() @Inject(ModuleOptions) options: unknown) {
    super();
    if (options === undefined) throw new EnforceCoreError('SETTINGS', 'EnforceModule is imported without options; import EnforceModule.forRoot({ … }), once, in the root module');
  }

  /** @throws EnforceCoreError `SETTINGS` for an option that is not known, and a service that would not do what it says. */
  static override forRoot(options: ForRootOptions): DynamicModule {
    refuseUnknown(options);
    return super.forRoot(options);
  }

  /** @throws EnforceCoreError `SETTINGS` as `forRoot`; for what the factory gives, when the application starts. */
  static override forRootAsync(options: ForRootAsyncOptions): DynamicModule {
    refuseUnknownAsync(options);
    return super.forRootAsync(options);
  }
}
