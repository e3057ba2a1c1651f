import child, { ChildProcess } from 'node:child_process';
import module from 'node:module';
import workers from 'node:worker_threads';
import { childProxy } from './child-proxies.js';
import type { EgressScope } from './egress-scope.js';
import { currentScope, replace } from './hooks.js';
import { withProxy } from './proxy-environment.js';

const rule = 'rules.network.child_processes';

type Start = (this: unknown, ...args: unknown[]) => unknown;

/** What a tool starts is in no async scope of this process: it is refused, or given a proxy, as the policy says. */
export function hookProcesses(): void {
  // Everything asynchronous comes by here, `fork`, `exec` and the workers of `cluster` too.
  replace(ChildProcess.prototype as unknown as { spawn: (this: ChildProcess, ...args: unknown[]) => unknown }, 'spawn', (original) =>
    function spawn(this: ChildProcess, ...args: unknown[]): unknown {
      const scope = currentScope();
      if (scope === undefined || scope.rules.childProcesses === 'allow') return Reflect.apply(original, this, args);
      return startGuarded(original, this, scope, args);
    },
  );
  const sync = child as unknown as Record<'spawnSync' | 'execSync' | 'execFileSync', Start>;
  for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) {
    replace(sync, name, (original) => refusing(original, 'a synchronous child process holds up the proxy that it would need; use spawn or execFile'));
  }
  // Missing on older lines. It puts another program in this one's place, with all its connections.
  replace(process as { execve?: Start }, 'execve', (original) => original && refusing(original, 'a program in the place of this one would keep to no proxy'));
  hookThreads();
}

function hookThreads(): void {
  const original = workers.Worker;
  workers.Worker = new Proxy(original, {
    construct(target, args: unknown[], newTarget): object {
      const scope = currentScope();
      if (scope !== undefined) refuseOrThrow(scope, 'a worker cannot be kept to a proxy');
      return Reflect.construct(target, args, newTarget) as object;
    },
  });
  Object.defineProperty(original.prototype, 'constructor', { value: workers.Worker, configurable: true, enumerable: false, writable: true });
  // Hooks for `import` run in a thread of their own.
  replace(module as unknown as { register: Start }, 'register', (register) => refusing(register, 'the thread of module hooks cannot be kept to a proxy'));
}

function refusing(original: Start, whyNoProxy: string): Start {
  return function (this: unknown, ...args: unknown[]): unknown {
    const scope = currentScope();
    if (scope !== undefined) refuseOrThrow(scope, whyNoProxy);
    return Reflect.apply(original, this, args);
  };
}

function refuseOrThrow(scope: EgressScope, whyNoProxy: string): void {
  const { childProcesses } = scope.rules;
  if (childProcesses === 'allow') return;
  const reason = childProcesses === 'deny' ? 'rules.network.child_processes is deny' : `rules.network.child_processes is proxy: ${whyNoProxy}`;
  const refused = scope.refuse(rule, reason);
  if (refused !== undefined) throw refused;
}

function startGuarded(original: (this: ChildProcess, ...args: unknown[]) => unknown, self: ChildProcess, scope: EgressScope, args: readonly unknown[]): unknown {
  if (scope.rules.childProcesses === 'deny') {
    refuseOrThrow(scope, '');
    return Reflect.apply(original, self, args);
  }
  // A proxy refuses, and monitoring does not.
  if (scope.monitors) return Reflect.apply(original, self, args);
  const proxy = childProxy(scope);
  if (proxy === undefined) {
    refuseOrThrow(scope, 'this version of Node cannot start the proxy at once');
    return Reflect.apply(original, self, args);
  }
  const release = proxy.serve(self);
  const [options, ...rest] = args;
  try {
    return Reflect.apply(original, self, [withProxy(options, proxy.url), ...rest]);
  } catch (error) {
    release();
    throw error;
  }
}
