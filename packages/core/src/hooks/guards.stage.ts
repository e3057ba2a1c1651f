import { EnforcementViolation, EnforceCoreError, HookError } from '../errors.js';
import { guardHook } from '../plugins/guard-hook.js';
import type { RoomBuilder } from '../pipeline/room-builder.js';
import { isThenable } from '../pipeline/thenable.js';
import type { Stage } from '../pipeline/stage.js';
import type { Walk } from '../pipeline/walk.js';
import type { Clock } from '../time/clock.js';
import type { Hook, HookRegistry, PreCallContext } from './hook-registry.js';

export const guardsRoom: RoomBuilder = (_policy, { hooks, guardPlugins, clock, settings }) =>
  new GuardsStage({ registry: hooks, plugins: guardPlugins.map(guardHook) }, clock, settings.hookTimeoutMs);

interface Guards {
  readonly registry: HookRegistry;
  readonly plugins: readonly Hook<'pre_call'>[];
}

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

  enter(walk: Walk): void | Promise<void> {
    const { registry, plugins } = this.#guards;
    const hooks = registry.of('pre_call');
    // A copy, so that a hook that adds or removes hooks changes later calls only.
    return hooks.length + plugins.length === 0 ? undefined : this.#run(walk, [...hooks, ...plugins], 0);
  }

  #run(walk: Walk, hooks: readonly Hook<'pre_call'>[], from: number): void | Promise<void> {
    for (let i = from; i < hooks.length; i += 1) {
      const pending = this.#call(walk, hooks[i] as Hook<'pre_call'>); // i < length
      if (pending !== undefined) return pending.then(() => this.#run(walk, hooks, i + 1));
    }
    return undefined;
  }

  #call(walk: Walk, hook: Hook<'pre_call'>): Promise<void> | undefined {
    try {
      const pending: unknown = hook(contextOf(walk));
      if (isThenable(pending)) return this.#withDeadline(walk, pending).then(() => refuseVetoed(walk));
    } catch (error) {
      throw hookFailure(walk, error);
    }
    refuseVetoed(walk);
    return undefined;
  }

  #withDeadline(walk: Walk, pending: PromiseLike<unknown>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const stop = this.#clock.schedule(this.#timeoutMs, () => {
        reject(new HookError(`a pre_call hook took longer than ${String(this.#timeoutMs)} ms, so "${walk.tool}" was blocked`, contextFields(walk)));
      });
      pending.then(
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
