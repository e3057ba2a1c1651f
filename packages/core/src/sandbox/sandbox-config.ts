import type { SandboxLevel } from './level.js';
import { noSandboxRules, type SandboxRules } from './sandbox-rules.js';

/** The reference's names for a wall: `none` is the level `inline`, `subprocess` the level `process`. */
export type SandboxStrategy = 'none' | 'subprocess';

const levels: Readonly<Record<SandboxStrategy, SandboxLevel>> = Object.freeze({ none: 'inline', subprocess: 'process' });

export interface SandboxConfigOptions {
  /** `none` by default. */
  readonly strategy?: SandboxStrategy | SandboxLevel | undefined;
  readonly maxMemoryMb?: number | undefined;
  readonly maxCpuSeconds?: number | undefined;
  readonly allowedEnvVars?: readonly string[] | undefined;
  /** Absolute. */
  readonly workingDirectory?: string | undefined;
}

/** The reference's way to write what a sandbox is held to; here it gives the rules that policies give. */
export const SandboxConfig = Object.freeze({
  /** No wall and no limits. */
  disabled: (): SandboxRules => sandboxRules({}),
  /** A process with 512 MiB and 60 seconds of processor time. */
  subprocessDefault: (): SandboxRules => sandboxRules({ strategy: 'subprocess', maxMemoryMb: 512, maxCpuSeconds: 60 }),
});

/** Rules of a sandbox from the reference's fields; what is left out has no limit of its own. */
export function sandboxRules({ strategy = 'none', maxMemoryMb, maxCpuSeconds, allowedEnvVars, workingDirectory }: SandboxConfigOptions): SandboxRules {
  return Object.freeze({
    ...noSandboxRules,
    level: strategy === 'none' || strategy === 'subprocess' ? levels[strategy] : strategy,
    maxMemoryMb,
    maxCpuMs: maxCpuSeconds === undefined ? undefined : Math.round(maxCpuSeconds * 1000),
    allowedEnvVars,
    workingDirectory,
  });
}
