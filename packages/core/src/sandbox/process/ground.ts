import { probeDataBytes, type Sight } from './look-around.js';
import type { ProcessLimits } from './rlimits.js';
import type { SandboxRules } from '../sandbox-rules.js';
import type { Tools } from './tools.js';

/** What was found when a level was tried: what its children are started with, and held to. */
export interface Ground {
  readonly tools: Tools;
  readonly sight: Sight;
  /** Puts a child in a PID namespace of its own; `undefined` where the level needs none, or the system lets none be made. */
  readonly apart?: readonly string[] | undefined;
}

/** Limits that a probe is started with, to read back whether they hold. */
export const probeLimits: ProcessLimits = Object.freeze({ cpuSeconds: 60, dataBytes: probeDataBytes, openFiles: 512, fileBytes: 1024 ** 3 });

const mib = 1024 ** 2;
/** For the code of our own runtime, which is not the tool's. */
const runtimeBytes = 24 * mib;
/** What an idle Node has in use, where nothing better is known. */
const idleResidentBytes = 64 * mib;

export function holdsMemoryByKernel({ sight }: Ground): boolean {
  return sight.allocate !== 'done' && sight.maxDataBytes === probeDataBytes && sight.idleBytes !== undefined;
}

export function holdsCpuByKernel({ sight }: Ground): boolean {
  return sight.maxCpuSeconds !== undefined && sight.maxCpuSeconds <= (probeLimits.cpuSeconds ?? 0) + 1;
}

/** Whether the parent can watch what a process uses. */
export const canWatch = process.platform === 'linux';

/** What the kernel is asked to hold a child to. Memory comes on top of what an idle Node sets aside. */
export function limitsFor({ maxMemoryMb, maxCpuMs }: SandboxRules, ground: Ground): ProcessLimits {
  const { idleBytes } = ground.sight;
  const byKernel = maxMemoryMb !== undefined && idleBytes !== undefined && holdsMemoryByKernel(ground);
  return {
    // The start of Node is not the tool's; the parent counts from there, and this is behind it.
    cpuSeconds: maxCpuMs === undefined ? undefined : Math.ceil(maxCpuMs / 1000) + 2,
    dataBytes: byKernel ? Math.ceil(idleBytes + runtimeBytes + maxMemoryMb * mib) : undefined,
    openFiles: 512,
    fileBytes: 1024 ** 3,
  };
}

/** Resident bytes at which the parent ends a child; `undefined` where the kernel refuses the memory. */
export function watchedBytes({ maxMemoryMb }: SandboxRules, ground: Ground): number | undefined {
  return maxMemoryMb === undefined || !canWatch || holdsMemoryByKernel(ground) ? undefined : maxMemoryMb * mib + idleResidentBytes;
}

/** Which of the means holds memory, for people. */
export function memoryWords(ground: Ground): string {
  if (holdsMemoryByKernel(ground)) return 'memory is refused by the kernel (RLIMIT_DATA: heap, buffers, WebAssembly)';
  return canWatch ? 'memory is watched from outside every 50 ms, and may be above its limit that long' : 'memory is not held, but for the JavaScript heap';
}
