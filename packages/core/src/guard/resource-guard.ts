import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { BubblewrapLauncher } from '../sandbox/bubblewrap/bubblewrap-launcher.js';
import type { Launcher, LevelProbe } from '../sandbox/launcher.js';
import { permissionFlag } from '../sandbox/process/node-flags.js';
import { ProcessLauncher } from '../sandbox/process/process-launcher.js';
import { findTool, outputOf, tryTools } from '../sandbox/process/tools.js';
import { WorkerLauncher } from '../sandbox/worker-launcher.js';
import { howStopped, runWatched } from './time/watchdog.js';

/** What limits a tool can be held to on this machine, by this user. Everything in it was tried. */
export interface PlatformInfo {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** As `process.version` gives it. */
  readonly node: string;
  /** From the weakest wall to the strongest. */
  readonly levels: readonly LevelProbe[];
  readonly mechanisms: {
    /** Stops synchronous code in this thread. */
    readonly vmWatchdog: boolean;
    /** The flag that turns Node's permissions on. */
    readonly permissionFlag: string | undefined;
    /** Paths of programs; `undefined` where they are missing or fail. */
    readonly prlimit: string | undefined;
    readonly setpriv: string | undefined;
    /** As it tells its version. */
    readonly bubblewrap: string | undefined;
    /** Whether a group with a limit of memory could be made in control groups of version 2. No level depends on it. */
    readonly cgroupWritable: boolean;
  };
}

export interface ResourceGuardOptions {
  /** The levels to try; worker, process and bubblewrap by default. */
  readonly launchers?: readonly Launcher[];
}

/** Tells what this machine can enforce. The limits themselves are put around each call by the executor and the launchers. */
export class ResourceGuard {
  readonly #launchers: readonly Launcher[];
  #info: Promise<PlatformInfo> | undefined;

  constructor({ launchers = [new WorkerLauncher(), new ProcessLauncher(), new BubblewrapLauncher()] }: ResourceGuardOptions = {}) {
    this.#launchers = launchers;
  }

  /** Tries every level and mechanism, at the first call: it takes some tenths of a second. */
  platformInfo(): Promise<PlatformInfo> {
    this.#info ??= this.#try();
    return this.#info;
  }

  async #try(): Promise<PlatformInfo> {
    const tools = await tryTools();
    const levels: LevelProbe[] = [];
    // One after the other: they would measure each other.
    for (const launcher of this.#launchers) levels.push(await launcher.probe());
    const bwrap = findTool('bwrap');
    return {
      platform: process.platform,
      arch: process.arch,
      node: process.version,
      levels: [inline, ...levels],
      mechanisms: {
        vmWatchdog: stopsLoops(),
        permissionFlag: permissionFlag(),
        prlimit: tools.prlimit,
        setpriv: tools.setpriv?.[0],
        bubblewrap: bwrap === undefined ? undefined : await outputOf([bwrap, '--version']),
        cgroupWritable: hasWritableCgroup(),
      },
    };
  }
}

const inline: LevelProbe = Object.freeze({
  level: 'inline',
  works: true,
  detail: 'no wall: synchronous code is stopped at its deadline, asynchronous code is no longer waited for',
  holds: Object.freeze({ time: false, memory: false, cpu: false, processes: false, files: false, network: false }),
});

function stopsLoops(): boolean {
  try {
    runWatched(5, () => {
      for (;;);
    });
    return false;
  } catch (error) {
    return howStopped(error) === 'stopped';
  }
}

/** A group is made below the process's own, looked at, and removed again. */
function hasWritableCgroup(): boolean {
  const tree = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'].find((path) => existsSync(join(path, 'cgroup.controllers')));
  if (tree === undefined) return false;
  try {
    const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
    const tried = join(tree, own, `enforcecore-probe-${String(process.pid)}`);
    mkdirSync(tried);
    const hasMemory = existsSync(join(tried, 'memory.max'));
    rmdirSync(tried);
    return hasMemory;
  } catch {
    return false;
  }
}
