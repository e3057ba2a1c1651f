import { rm } from 'node:fs/promises';
import type { Child, Launcher, LaunchSpec, LevelProbe } from '../launcher.js';
import { defaultMaxResultBytes, envelopeBytes } from '../protocol.js';
import { SandboxError } from '../sandbox-errors.js';
import { asSandboxError, bothNames, checkSpec } from './checked-spec.js';
import { canWatch, holdsCpuByKernel, holdsMemoryByKernel, limitsFor, memoryWords, probeLimits, watchedBytes, type Ground } from './ground.js';
import { lookAround } from './look-around.js';
import { nodeFlags } from './node-flags.js';
import { childFile, ownCode } from './own-code.js';
import { InnerProcess } from './inner-process.js';
import { ProcessChild, type StartedProcess } from './process-child.js';
import { withLimits, type ProcessLimits } from './rlimits.js';
import { start } from './spawn.js';
import { ownFolder, sweepFolders } from './temp-folder.js';
import { triedApart, tryTools } from './tools.js';

export interface ProcessLauncherOptions {
  /** How long a child may take to come up, in milliseconds; 30 seconds by default. */
  readonly startWithinMs?: number;
}

/**
 * Starts fresh Node processes with their own rights: chosen files, chosen variables, no processes and threads, limits of
 * the kernel where the system has them. The network is not held at this level, nor are the system's own sockets.
 */
export class ProcessLauncher implements Launcher {
  readonly level = 'process';
  readonly isReused = false;
  readonly #startWithinMs: number;
  #ground: Promise<Ground> | undefined;
  #code: readonly string[] | undefined;

  constructor({ startWithinMs = 30_000 }: ProcessLauncherOptions = {}) {
    this.#startWithinMs = startWithinMs;
  }

  async probe(): Promise<LevelProbe> {
    try {
      return probeOf(await this.#tried());
    } catch (error) {
      // Whatever it is, the level is not there: calls that need it are refused.
      return failedProbe('process', error);
    }
  }

  /** @throws SandboxError when the level does not work here, or the child does not come up. */
  async launch(spec: LaunchSpec): Promise<Child> {
    checkSpec(spec);
    const ground = await this.#tried();
    refuseUnlessItWorks(probeOf(ground));
    const folder = await emptyFolder();
    const cleanUp = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
    try {
      const { rules } = spec;
      const flags = nodeFlags(this.#rights(spec, folder), rules.maxMemoryMb);
      const command = limited([process.execPath, ...flags, childFile('process.mjs')], limitsFor(rules, ground), ground);
      const started = await start(command, { cwd: rules.workingDirectory ?? folder, env: spec.env, pipes: 1 });
      return await cameUp(new ProcessChild(started, { ...childOptions(spec, ground), ...wherever(started, ground, cleanUp) }), this.#startWithinMs);
    } catch (error) {
      await cleanUp();
      throw asSandboxError(error);
    }
  }

  #rights({ rules, codePaths }: LaunchSpec, folder: string): { readonly read: readonly string[]; readonly write: readonly string[] } {
    this.#code ??= ownCode();
    const temporary = rules.workingDirectory === undefined ? [folder] : [];
    return { read: [...this.#code, ...bothNames([...codePaths, ...rules.readPaths]), ...temporary], write: bothNames(rules.writePaths) };
  }

  #tried(): Promise<Ground> {
    this.#ground ??= tryProcess();
    return this.#ground;
  }
}

async function emptyFolder(): Promise<string> {
  try {
    return await ownFolder('sandbox');
  } catch (error) {
    throw asSandboxError(error);
  }
}

/** What a child is held to by its parent, at this level and behind more walls. */
export function childOptions({ rules }: LaunchSpec, ground: Ground) {
  return {
    maxMessageBytes: (rules.maxResultBytes ?? defaultMaxResultBytes) + envelopeBytes,
    maxOutputBytes: rules.maxOutputBytes,
    maxMemoryMb: rules.maxMemoryMb,
    maxCpuMs: rules.maxCpuMs,
    maxResidentBytes: watchedBytes(rules, ground),
  };
}

/** @throws SandboxError when it ends before it runs our own code, or takes too long to come there. */
export async function cameUp(child: ProcessChild, withinMs: number): Promise<ProcessChild> {
  const tooLong = setTimeout(() => void child.kill(), withinMs);
  const isUp = await child.up;
  clearTimeout(tooLong);
  if (isUp) return child;
  const detail = await new Promise<string>((resolve) => {
    child.onEnd((end) => resolve(end.detail));
  });
  throw new SandboxError(`a sandbox process did not come up: ${detail}`);
}

/** @throws SandboxError where the level was tried and let something through. */
export function refuseUnlessItWorks({ level, works, detail }: LevelProbe): void {
  if (!works) throw new SandboxError(`the sandbox level ${level} does not hold here: ${detail}`);
}

export function failedProbe(level: LevelProbe['level'], error: unknown): LevelProbe {
  const detail = error instanceof SandboxError ? error.message : 'it could not be tried';
  return { level, works: false, detail, holds: { time: false, memory: false, cpu: false, processes: false, files: false, network: false } };
}

/** In a namespace of its own, Node is the child of what was started, and may end a moment later. */
function wherever({ pid }: StartedProcess, { apart }: Ground, cleanUp: () => Promise<void>) {
  if (apart === undefined || pid === undefined) return { cleanUp };
  const inner = new InnerProcess(() => pid);
  return {
    innerPid: () => inner.pid,
    cleanUp: async (): Promise<void> => {
      await inner.gone();
      await cleanUp();
    },
  };
}

async function tryProcess(): Promise<Ground> {
  const [tools] = await Promise.all([tryTools(), sweepFolders()]);
  const probe = childFile('probe.mjs');
  const flags = nodeFlags({ read: [probe, '/proc/self/status', '/proc/self/limits'], write: [] }, undefined);
  const seen = async (apart: readonly string[] | undefined): Promise<Ground> => {
    const sight = await lookAround((argument) => limited([process.execPath, ...flags, probe, argument], probeLimits, { tools, apart }));
    return { tools, sight, apart };
  };
  const apart = await triedApart(tools);
  if (apart === undefined) return seen(undefined);
  const ground = await seen(apart);
  // Tried, as everything is: what still sees its parent is started as if there were no namespace.
  return ground.sight.isAlone ? ground : seen(undefined);
}

function probeOf(ground: Ground): LevelProbe {
  const { sight, tools } = ground;
  const isRefused = (what: string): boolean => what === 'ERR_ACCESS_DENIED';
  const files = isRefused(sight.read) && isRefused(sight.write);
  const processes = isRefused(sight.spawn) && isRefused(sight.thread);
  const words = [
    'a process was started and tried its walls',
    "files, processes and threads are refused by Node's own permissions, not by the kernel; a symbolic link inside a path that may be read is followed out of it",
    memoryWords(ground),
    tools.setpriv === undefined ? 'a child in a loop outlives a parent that is killed: setpriv is missing' : 'children end with their parent',
    sight.hasRights ? `it keeps the rights of user ${String(sight.uid)}` : 'it has no rights above those of its user',
    sight.isAlone
      ? 'it runs in a PID namespace of its own, from which no signal reaches another process'
      : "signals to other processes are refused inside Node only: it is no wall against code that is written against Node's internals",
    "it holds mistakes and ordinary libraries; for code that may be hostile use bubblewrap",
    'the network is open',
  ];
  return {
    level: 'process',
    works: files && processes,
    detail: words.join('; '),
    holds: { time: true, memory: holdsMemoryByKernel(ground) || canWatch, cpu: holdsCpuByKernel(ground) || canWatch, processes, files, network: sight.connect !== 'done' },
  };
}

/** Limits outermost, so that what comes behind them is held to them as well. */
function limited(command: readonly string[], limits: ProcessLimits, { tools, apart = [] }: Pick<Ground, 'tools' | 'apart'>): readonly string[] {
  return withLimits([...apart, ...(tools.setpriv === undefined ? command : [...tools.setpriv, '--', ...command])], limits, tools);
}
