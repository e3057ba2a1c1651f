import { noSandboxRules } from './sandbox-rules.js';
import type { Child, Launcher, LaunchSpec, LevelProbe } from './launcher.js';
import { WorkerChild } from './worker-child.js';

export interface WorkerLauncherOptions {
  /** Options of Node that the threads start with; none by default, whatever the process was started with. */
  readonly execArgv?: readonly string[];
}

/**
 * Starts threads: a heap limit, an empty environment, and an end at once for any loop. A thread shares the process's
 * files, network and memory space: it is no wall against code that is hostile.
 */
export class WorkerLauncher implements Launcher {
  readonly level = 'worker';
  readonly isReused = true;
  readonly #execArgv: readonly string[];
  #probe: Promise<LevelProbe> | undefined;

  constructor({ execArgv = [] }: WorkerLauncherOptions = {}) {
    this.#execArgv = execArgv;
  }

  launch(spec: LaunchSpec): Promise<Child> {
    // The same path from src/ and from dist/. A constructor that throws rejects.
    return new Promise((resolve) => {
      resolve(new WorkerChild(new URL('../../child/worker.mjs', import.meta.url), spec, this.#execArgv));
    });
  }

  probe(): Promise<LevelProbe> {
    this.#probe ??= this.#try();
    return this.#probe;
  }

  async #try(): Promise<LevelProbe> {
    const holds = { time: true, memory: true, cpu: true, processes: false, files: false, network: false };
    try {
      const child = await this.launch(probeSpec);
      const answer = await new Promise<string>((resolve) => {
        child.onMessage(() => {
          resolve('');
        });
        child.onEnd(({ detail }) => {
          resolve(detail);
        });
        // Answered by a refusal, which is an answer.
        child.post(JSON.stringify({ t: 'load', id: 'probe', as: 0, tool: { module: 'data:text/javascript,', export: 'none' } }));
      });
      await child.kill();
      if (answer === '') return { level: 'worker', works: true, detail: 'a thread was started and answered; its limit of memory is one of the heap, buffers not counted', holds };
      return failed(answer);
    } catch {
      return failed('a thread could not be started');
    }
  }
}

function failed(detail: string): LevelProbe {
  return { level: 'worker', works: false, detail, holds: { time: false, memory: false, cpu: false, processes: false, files: false, network: false } };
}

const probeSpec: LaunchSpec = {
  rules: { ...noSandboxRules, level: 'worker' },
  egress: undefined,
  codePaths: [],
  env: {},
};
