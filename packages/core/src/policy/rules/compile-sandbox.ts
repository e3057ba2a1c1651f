import { resolve } from 'node:path';
import { stronger, type SandboxLevel } from '../../sandbox/level.js';
import { noSandboxRules, type SandboxRules } from '../../sandbox/sandbox-rules.js';
import type { ToolSandboxSchema } from '../schema/limits.schema.js';
import type { RulesSchema } from '../schema/policy.schema.js';
import { least } from '../limits/least.js';
import type { Keys, Origin } from './origin.js';

/** What one block of `rules.tools` says of the place where its tools run. */
export interface ToolSandbox {
  readonly level: SandboxLevel;
  readonly maxMemoryMb: number | undefined;
  readonly maxCpuMs: number | undefined;
}

const levels: Readonly<Record<string, SandboxLevel>> = {
  none: 'inline',
  inline: 'inline',
  worker: 'worker',
  subprocess: 'process',
  process: 'process',
  bubblewrap: 'bubblewrap',
};

/** The reference's name for the wall of a strategy's name: `none` is no wall, `subprocess` a process. */
export function levelOf(strategy: string | undefined): SandboxLevel {
  return levels[strategy ?? 'process'] ?? 'process';
}

export function compileSandbox({ sandbox, resource_limits: limits }: RulesSchema, origin: Origin): SandboxRules | undefined {
  if (sandbox === undefined || sandbox.enabled === false) return undefined;
  const level = levelOf(sandbox.strategy);
  const keys: Keys = ['rules', 'sandbox'];
  const at = (key: string, path: string): string => resolve(origin.folder([...keys, key]), path);
  const rules: SandboxRules = {
    level,
    maxMemoryMb: least([sandbox.max_memory_mb ?? undefined, limits?.max_memory_mb ?? undefined]),
    maxCpuMs: millis(sandbox.max_cpu_seconds),
    maxResultBytes: sandbox.max_result_bytes ?? undefined,
    maxOutputBytes: sandbox.max_output_bytes ?? undefined,
    allowedEnvVars: sandbox.allowed_env_vars ?? undefined,
    workingDirectory: typeof sandbox.working_directory === 'string' ? at('working_directory', sandbox.working_directory) : undefined,
    readPaths: Object.freeze((sandbox.read_paths ?? []).map((path) => at('read_paths', path))),
    writePaths: Object.freeze((sandbox.write_paths ?? []).map((path) => at('write_paths', path))),
  };
  refuseInert(rules, keys, origin);
  return Object.freeze(rules);
}

export function compileToolSandbox(schema: ToolSandboxSchema | undefined): ToolSandbox | undefined {
  if (schema === undefined) return undefined;
  return Object.freeze({
    level: schema.strategy === undefined ? 'inline' : levelOf(schema.strategy),
    maxMemoryMb: schema.max_memory_mb ?? undefined,
    maxCpuMs: millis(schema.max_cpu_seconds),
  });
}

/** The stronger wall and the smaller limits of all that speak of a tool. */
export function sandboxFor(general: SandboxRules | undefined, memoryMb: number | undefined, blocks: readonly ToolSandbox[]): SandboxRules | undefined {
  if (general === undefined && blocks.length === 0 && memoryMb === undefined) return undefined;
  if (general !== undefined && blocks.length === 0) return general;
  const base = general ?? { ...noSandboxRules, maxMemoryMb: memoryMb };
  return Object.freeze({
    ...base,
    level: blocks.reduce<SandboxLevel>((level, block) => stronger(level, block.level), base.level),
    maxMemoryMb: blocks.reduce((limit, block) => least([limit, block.maxMemoryMb]), base.maxMemoryMb),
    maxCpuMs: blocks.reduce((limit, block) => least([limit, block.maxCpuMs]), base.maxCpuMs),
  });
}

/** What a thread cannot be held to must not look as if it were. */
function refuseInert(rules: SandboxRules, keys: Keys, origin: Origin): void {
  if (rules.level !== 'worker') return;
  const needsProcess = [
    ['read_paths', rules.readPaths.length > 0],
    ['write_paths', rules.writePaths.length > 0],
    ['working_directory', rules.workingDirectory !== undefined],
  ] as const;
  for (const [key, isSet] of needsProcess) {
    if (isSet) origin.fault([...keys, key], { message: 'a thread cannot be held to it', expected: 'strategy: process or bubblewrap, or the key left out' });
  }
}

function millis(seconds: number | null | undefined): number | undefined {
  return typeof seconds === 'number' ? Math.round(seconds * 1000) : undefined;
}
