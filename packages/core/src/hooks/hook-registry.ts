import type { Call } from '../call.js';
import type { EnforcementResult } from '../pipeline/result.js';
import type { Violation } from '../policy/policy-engine.js';

export interface PreCallContext {
  readonly call: Call;
  /** Blocks the call, with this reason in the error and in the trail. */
  readonly veto: (reason: string) => never;
}

/** Every hook but `pre_call` is told afterwards and changes nothing. None is given arguments or results. */
export interface PostCallContext {
  readonly result: EnforcementResult;
}

export interface ViolationContext {
  readonly result: EnforcementResult;
  readonly violation: Violation;
}

export interface RedactionContext {
  readonly result: EnforcementResult;
  readonly direction: 'input' | 'output';
  readonly count: number;
}

export interface HookContexts {
  readonly pre_call: PreCallContext;
  readonly post_call: PostCallContext;
  readonly violation: ViolationContext;
  readonly redaction: RedactionContext;
}

export type HookEvent = keyof HookContexts;
export type Hook<E extends HookEvent> = (context: HookContexts[E]) => void | Promise<void>;

type HookLists = { readonly [E in HookEvent]: Hook<E>[] };

/** The hooks of one container, called in the order in which they were added. */
export class HookRegistry {
  readonly #hooks: HookLists = { pre_call: [], post_call: [], violation: [], redaction: [] };

  /** Adds a hook; the returned function takes it away again. */
  on<E extends HookEvent>(event: E, hook: Hook<E>): () => void {
    const list = this.#hooks[event];
    list.push(hook);
    return () => {
      const at = list.indexOf(hook);
      if (at >= 0) list.splice(at, 1);
    };
  }

  of<E extends HookEvent>(event: E): readonly Hook<E>[] {
    return this.#hooks[event];
  }

  clear(): void {
    for (const list of Object.values(this.#hooks)) list.length = 0;
  }
}

