import { existsSync, realpathSync, statSync } from 'node:fs';
import { SandboxError } from '../sandbox-errors.js';
import type { LaunchSpec } from '../launcher.js';

/** Variables that make Node, the loader or the shell run something else, or with other rights. */
const steering = /^(?:NODE_OPTIONS|NODE_CHANNEL_.*|NODE_V8_COVERAGE|NODE_REPL_EXTERNAL_MODULE|NODE_USE_ENV_PROXY|LD_.*|DYLD_.*|GCONV_PATH|BASH_.*|ENV|IFS)$/i;

/** @throws SandboxError for what a process cannot be started with, in words for the author of the policy. */
export function checkSpec({ env, rules, codePaths }: LaunchSpec): void {
  for (const [name, value] of Object.entries(env)) {
    if (steering.test(name)) throw new SandboxError(`the environment variable ${name} decides what a process runs, so it cannot be handed to a sandbox; remove it from allowed_env_vars`);
    if (name === '' || name.includes('=') || `${name}${value}`.includes('\0')) throw new SandboxError('an environment variable has no name, an equals sign in it, or a zero byte');
  }
  const { workingDirectory: folder } = rules;
  if ([folder ?? '', ...codePaths, ...rules.readPaths, ...rules.writePaths].some((path) => path.includes('\0'))) throw new SandboxError('a path of the sandbox has a zero byte in it');
  if (folder !== undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new SandboxError(`the working directory ${JSON.stringify(folder)} of the sandbox is no folder; create it, or leave working_directory out`);
  }
}

/** A path and what it really is: code is loaded by the second, and named by the first. */
export function bothNames(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => (existsSync(path) ? [path, realpathSync(path)] : [path])))];
}

/** Errors of the file system on the way to a child, as errors of the sandbox. */
export function asSandboxError(error: unknown): SandboxError {
  if (error instanceof SandboxError) return error;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  return new SandboxError(`a sandbox process could not be prepared${code}`, { cause: error });
}
