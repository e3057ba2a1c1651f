export { CliError, type CliErrorCode } from './errors.js';
export type { Input, Io, Output } from './io.js';
export { processIo } from './process-io.js';
export { run } from './run.js';
export type { ExitCode } from './session.js';
