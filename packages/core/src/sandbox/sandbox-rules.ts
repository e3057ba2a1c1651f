import type { SandboxLevel } from './level.js';

/** What a policy asks of the place where a tool runs. `undefined` is the default of the level, or no limit where it has none. */
export interface SandboxRules {
  /** The weakest wall that will do. */
  readonly level: SandboxLevel;
  readonly maxMemoryMb: number | undefined;
  /** Processor time of one call, in milliseconds. */
  readonly maxCpuMs: number | undefined;
  /** Bytes of a result as it crosses, each item of a stream by itself. */
  readonly maxResultBytes: number | undefined;
  /** Bytes of standard output and error that are kept. */
  readonly maxOutputBytes: number | undefined;
  /** Environment variables that the tool gets; none by default. */
  readonly allowedEnvVars: readonly string[] | undefined;
  /** Absolute. */
  readonly workingDirectory: string | undefined;
  /** Absolute paths, besides the tool's own package and what Node needs. */
  readonly readPaths: readonly string[];
  /** Absolute paths that may be written, and read. */
  readonly writePaths: readonly string[];
}

/** Nothing asked for: no wall, no limit. */
export const noSandboxRules: SandboxRules = Object.freeze({
  level: 'inline',
  maxMemoryMb: undefined,
  maxCpuMs: undefined,
  maxResultBytes: undefined,
  maxOutputBytes: undefined,
  allowedEnvVars: undefined,
  workingDirectory: undefined,
  readPaths: Object.freeze([]),
  writePaths: Object.freeze([]),
});
