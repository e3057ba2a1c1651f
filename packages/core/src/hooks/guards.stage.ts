import { AsyncServiceError, EnforcementViolation, EnforceCoreError, HookError } from '../errors.js';
import { guardHook, type NamedHook } from '../plugins/guard-hook.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import { isThenable } from '../pipeline/thenable.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { Clock } from '../time/clock.js';
import type { HookRegistry, PreCallContext } from './hook-registry.js';

export const guardsRoom: RoomBuilder = (_policy, { hooks, guardPlugins, clock, settings }) =>
  new GuardsStage({ registry: hooks, plugins: guardPlugins.map(guardHook) }, clock, settings.hookTimeoutMs);

interface Guards {
  readonly registry: HookRegistry;
  readonly plugins: readonly NamedHook[];
}

const hookName = 'a pre_call hook';

/** Pre-call hooks, then guard plugins, one after the other. One that vetoes, throws or takes too long blocks the call. */
class GuardsStage implements Stage {
  readonly room = 'guards';
  readonly name = 'HookRegistry';
  readonly #guards: Guards;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  constructor(guards: Guards, clock: Clock, timeoutMs: number) {
    this.#guards = guards;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  enter(walk: Walk, canWait: boolean): void | Promise<void> {
    const { registry, plugins } = this.#guards;
    const hooks = registry.of('pre_call');
    // A copy, so that a hook that adds or removes hooks changes later calls only.
    return hooks.length + plugins.length === 0 ? undefined : this.#run(walk, [...hooks.map((hook) => ({ name: hookName, hook })), ...plugins], canWait);
  }

  #run(walk: Walk, hooks: readonly NamedHook[], canWait: boolean, from = 0): void | Promise<void> {
    for (let i = from; i < hooks.length; i += 1) {
      const one = hooks[i] as NamedHook; // i < length
      const pending = this.#call(walk, one);
      if (pending === undefined) continue;
      if (!canWait && one.name !== hookName) throw refuseToWait(walk, one, pending);
      return pending.then(() => this.#run(walk, hooks, canWait, i + 1));
    }
    return undefined;
  }

  #call(walk: Walk, { name, hook }: NamedHook): Promise<void> | undefined {
    try {
      const pending: unknown = hook(contextOf(walk));
      if (isThenable(pending)) return this.#withDeadline(walk, name, pending).then(() => refuseVetoed(walk));
    } catch (error) {
      throw hookFailure(walk, error);
    }
    refuseVetoed(walk);
    return undefined;
  }

  #withDeadline(walk: Walk, name: string, pending: PromiseLike<unknown>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const stop = this.#clock.schedule(this.#timeoutMs, () => {
        reject(new HookError(`${name} took longer than ${String(this.#timeoutMs)} ms, so "${walk.tool}" was blocked`, contextFields(walk)));
      });
      // A promise of its own: what a strange `then` throws is a failure of the hook, and ends the deadline too.
      Promise.resolve(pending).then(
        () => {
          stop();
          resolve();
        },
        (error: unknown) => {
          stop();
          reject(hookFailure(walk, error));
        },
      );
    });
  }
}

function contextOf(walk: Walk): PreCallContext {
  return Object.freeze({
    call: walk.call,
    veto: (reason: string): never => {
      walk.vetoed ??= new EnforcementViolation('VETOED', { ...contextFields(walk), violationType: 'vetoed', reason });
      throw walk.vetoed;
    },
  });
}

/** A guard by its name; for hooks, which have none, whoever walks the rooms says it. */
function refuseToWait(walk: Walk, { name }: NamedHook, pending: Promise<void>): AsyncServiceError {
  pending.catch(() => undefined);
  return new AsyncServiceError(`${name} answers with a promise, and "${walk.tool}" is a synchronous tool that cannot wait for it; make the tool async, or have the guard answer at once`, contextFields(walk));
}

function refuseVetoed({ vetoed }: Walk): void {
  if (vetoed !== undefined) throw vetoed;
}

/** A hook that means to refuse says so by `veto` or by an error of ours; anything else it throws is its own failure. */
function hookFailure(walk: Walk, error: unknown): EnforceCoreError {
  if (EnforceCoreError.is(error)) return error;
  return new HookError(`a pre_call hook failed, so "${walk.tool}" was blocked`, { ...contextFields(walk), cause: error });
}

function contextFields(walk: Walk): { readonly toolName: string; readonly policyName: string } {
  return { toolName: walk.tool, policyName: walk.policy.name };
}
