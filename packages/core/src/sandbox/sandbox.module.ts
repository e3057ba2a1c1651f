import type { DefaultBinding } from '../container/enforce-container.js';
import { Executor } from '../pipeline/executor.js';
import { Clock } from '../time/clock.js';
import { defaultLaunchers } from './default-launchers.js';
import { SandboxExecutor } from './sandbox-executor.js';

export const sandboxModule: readonly DefaultBinding[] = [
  {
    token: Executor,
    madeFrom: [Clock],
    bind: (bind) =>
      bind(Executor)
        .toResolvedValue((clock) => new SandboxExecutor(clock, { launchers: defaultLaunchers() }), [Clock])
        .onDeactivation((executor) => {
          // Not waited for here, since a rebinding cannot wait: the container waits at its end.
          if (executor instanceof SandboxExecutor) void executor.close();
        }),
  },
];
