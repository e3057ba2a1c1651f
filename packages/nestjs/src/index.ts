export { EnforceModule, type ForRootAsyncOptions, type ForRootOptions } from './enforce-module.js';
export type { EnforceModuleExtras, EnforceModuleOptions, EnforceOptionsFactory } from './module-options.js';
export { CallerResolver } from './caller-resolver.js';
export { CallerScope } from './caller-scope.interceptor.js';
export { EnforceExceptionFilter, type RpcRefusal } from './enforce-exception.filter.js';
export { EnforceHealth, type EnforceHealthReport, type PartHealth } from './enforce-health.js';
export { statusOfCode } from './http-status.js';
export { problemOf, retryAfterSeconds, type Problem } from './problem.js';
