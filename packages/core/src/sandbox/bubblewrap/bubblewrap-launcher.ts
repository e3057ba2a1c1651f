import type { Duplex } from 'node:stream';
import type { Child, Launcher, LaunchSpec, LevelProbe } from '../launcher.js';
import { asSandboxError, bothNames, checkSpec } from '../process/checked-spec.js';
import { proxyEnv } from '../process/child/proxy-env.js';
import { canWatch, holdsCpuByKernel, holdsMemoryByKernel, limitsFor, memoryWords, probeLimits, type Ground } from '../process/ground.js';
import { lookAround } from '../process/look-around.js';
import { nodeFlags } from '../process/node-flags.js';
import { childFile, ownCode } from '../process/own-code.js';
import { ProcessChild, type StartedProcess } from '../process/process-child.js';
import { cameUp, childOptions, failedProbe, refuseUnlessItWorks } from '../process/process-launcher.js';
import { withLimits } from '../process/rlimits.js';
import { start } from '../process/spawn.js';
import { sweepFolders } from '../process/temp-folder.js';
import { findTool, tryTools } from '../process/tools.js';
import { SandboxError } from '../sandbox-errors.js';
import { Door } from './door.js';
import { baseMounts, mountsOf, proxyMount, sealed } from './mounts.js';
import { News, newsFd } from './news.js';
import { seccompFilter } from './seccomp.js';

export interface BubblewrapLauncherOptions {
  /** How long a child may take to come up, in milliseconds; 30 seconds by default. */
  readonly startWithinMs?: number;
}

const proxySocket = `${proxyMount}/proxy.sock`;

/** The pipe behind bubblewrap's news: the filter of system calls. */
const filterFd = 5;

/**
 * Starts Node in namespaces of its own: chosen files, no network but through our proxy, no sight of other processes, no
 * rights, a filter of system calls. Node's permissions and the kernel's limits stand inside as well.
 */
export class BubblewrapLauncher implements Launcher {
  readonly level = 'bubblewrap';
  readonly isReused = false;
  readonly #startWithinMs: number;
  #ground: Promise<Ground> | undefined;

  constructor({ startWithinMs = 30_000 }: BubblewrapLauncherOptions = {}) {
    this.#startWithinMs = startWithinMs;
  }

  async probe(): Promise<LevelProbe> {
    try {
      return probeOf(await this.#tried());
    } catch (error) {
      // Whatever it is, the level is not there: calls that need it are refused.
      return failedProbe('bubblewrap', error);
    }
  }

  /** @throws SandboxError when the level does not work here, or the child does not come up. */
  async launch(spec: LaunchSpec): Promise<Child> {
    checkSpec(spec);
    const ground = await this.#tried();
    refuseUnlessItWorks(probeOf(ground));
    const door = spec.egress === undefined ? undefined : await Door.open(spec.egress, spec.onDenied);
    try {
      const started = await this.#start(spec, ground, door);
      const newsOf = new News(started);
      const cleanUp = async (): Promise<void> => {
        await newsOf.gone();
        await door?.close();
      };
      return await cameUp(new ProcessChild(started, { ...childOptions(spec, ground), innerPid: () => newsOf.toolPid(), cleanUp }), this.#startWithinMs);
    } catch (error) {
      await door?.close();
      throw asSandboxError(error);
    }
  }

  async #start(spec: LaunchSpec, ground: Ground, door: Door | undefined): Promise<StartedProcess> {
    const { rules, codePaths } = spec;
    const flags = nodeFlags({ read: [...ownCode(), ...bothNames([...codePaths, ...rules.readPaths])], write: ['/tmp', ...(door === undefined ? [] : [proxySocket]), ...bothNames(rules.writePaths)] }, rules.maxMemoryMb, true);
    const node = [process.execPath, ...flags, childFile('process.mjs'), ...(door === undefined ? [] : [proxySocket])];
    const walls = [bubblewrap(), ...wallOptions(filterFd), '--json-status-fd', String(newsFd), ...mountsOf(spec, door?.folder), '--'];
    const env = door === undefined ? spec.env : { ...spec.env, ...proxyEnv() };
    const started = await start(withLimits([...walls, ...node], limitsFor(rules, ground), ground.tools), { cwd: '/', env, pipes: 3 });
    giveFilter(started, filterFd);
    return started;
  }

  #tried(): Promise<Ground> {
    this.#ground ??= tryBubblewrap();
    return this.#ground;
  }
}

function bubblewrap(): string {
  const path = process.platform === 'linux' ? findTool('bwrap') : undefined;
  if (path !== undefined) return path;
  throw new SandboxError('bubblewrap is not installed; install the package "bubblewrap", or ask for the level process');
}

function wallOptions(filter: number): readonly string[] {
  return [
    ...['--unshare-user', '--unshare-all', '--disable-userns'],
    ...['--uid', '65534', '--gid', '65534', '--cap-drop', 'ALL', '--hostname', 'sandbox'],
    ...['--die-with-parent', '--new-session'],
    ...(seccompFilter() === undefined ? [] : ['--seccomp', String(filter)]),
  ];
}

function giveFilter(started: StartedProcess, fd: number): void {
  const pipe = started.stdio[fd as 3] as unknown as Duplex; // asked for as a pipe
  // If bubblewrap ends before it reads the filter, its end says so.
  pipe.on('error', () => undefined);
  pipe.resume();
  pipe.end(seccompFilter() ?? Buffer.alloc(0));
}

async function tryBubblewrap(): Promise<Ground> {
  const walls = [bubblewrap(), ...wallOptions(3)];
  const [tools] = await Promise.all([tryTools(), sweepFolders()]);
  const probe = childFile('probe.mjs');
  // Without Node's own permissions, so that what is seen are the walls.
  const inside = [...baseMounts(), '--ro-bind', probe, probe, ...sealed, '--chdir', '/tmp', '--', process.execPath, probe];
  const sight = await lookAround((argument) => withLimits([...walls, ...inside, argument], probeLimits, tools), { pipes: 1, onStart: (started) => giveFilter(started, 3) });
  return { tools, sight };
}

function probeOf(ground: Ground): LevelProbe {
  const { sight } = ground;
  const files = sight.read !== 'done' && sight.write !== 'done';
  const network = sight.connect !== 'done';
  const processes = sight.spawn !== 'done';
  const hasLeft = sight.uid === 65534 && !sight.hasRights;
  const words = [
    'a process was started behind the walls and tried them, without the permissions of Node',
    `as user ${String(sight.uid)}${sight.hasRights ? ' with rights' : ' without rights'}`,
    processes ? 'new processes are refused by a filter of system calls' : "new processes are refused by Node's own permissions only",
    memoryWords(ground),
  ];
  return {
    level: 'bubblewrap',
    works: files && network && hasLeft,
    detail: words.join('; '),
    holds: { time: true, memory: holdsMemoryByKernel(ground) || canWatch, cpu: holdsCpuByKernel(ground) || canWatch, processes, files, network },
  };
}
