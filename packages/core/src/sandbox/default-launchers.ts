import { BubblewrapLauncher } from './bubblewrap/bubblewrap-launcher.js';
import type { Launcher } from './launcher.js';
import { ProcessLauncher } from './process/process-launcher.js';
import { WorkerLauncher } from './worker-launcher.js';

/** What puts each level's walls up. Which of them this machine reaches is tried when one is first needed. */
export function defaultLaunchers(): readonly Launcher[] {
  return [new WorkerLauncher(), new ProcessLauncher(), new BubblewrapLauncher()];
}
