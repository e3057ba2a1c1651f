import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten';
import { howStopped, runWatched } from '../guard/time/watchdog.js';
import type { CheckedLimits } from './code-limits.js';
import { CpuClock } from './cpu-clock.js';
import type { Instance } from './engine.js';
import { prelude } from './prelude.js';

/** How a run ended, as seen from outside; texts are the code's. */
export type Ending =
  | { readonly kind: 'value'; readonly json: string | undefined; readonly logged: string }
  | { readonly kind: 'threw'; readonly thrown: string; readonly logged: string }
  | { readonly kind: 'time' | 'cpu' | 'memory' | 'waits' | 'input' }
  | { readonly kind: 'result'; readonly length: number }
  | { readonly kind: 'broke'; readonly cause: unknown };

/** After this many jobs the clock is looked at, also where none of them runs a line of code. */
const jobsAtOnce = 1000;
/** The interpreter looks at its clock often, but not inside every native loop; the watchdog ends those, this much later. */
const graceMs = 20;

/** One run of code in a fresh instance, which is thrown away afterwards. */
export class Evaluation {
  readonly #instance: Instance;
  readonly #context: QuickJSContext;
  readonly #limits: CheckedLimits;
  readonly #cpu = new CpuClock();
  readonly #deadline: number;
  #overrun: 'time' | 'cpu' | undefined;

  constructor(instance: Instance, limits: CheckedLimits) {
    this.#instance = instance;
    this.#context = instance.context;
    this.#limits = limits;
    this.#deadline = performance.now() + limits.timeoutMs;
    instance.context.runtime.setMaxStackSize(limits.stackBytes);
    instance.context.runtime.setInterruptHandler(() => this.#isOver());
  }

  get cpuMs(): number {
    return this.#cpu.elapsedMs();
  }

  run(code: string, inputText: string): Ending {
    try {
      const ending = runWatched(this.#limits.timeoutMs + graceMs, () => this.#run(code, inputText));
      // What went over its time is over, even where it came to an end of its own.
      return this.#overrun === undefined ? ending : { kind: this.#overrun };
    } catch (error) {
      if (howStopped(error) !== undefined) this.#overrun ??= 'time';
      if (this.#overrun !== undefined) return { kind: this.#overrun };
      return this.#instance.memory.wasDenied ? { kind: 'memory' } : { kind: 'broke', cause: error };
    }
  }

  #isOver(): boolean {
    if (this.#overrun !== undefined) return true;
    if (performance.now() > this.#deadline) this.#overrun = 'time';
    else if (this.#limits.cpuMs !== undefined && this.#cpu.elapsedMs() > this.#limits.cpuMs) this.#overrun = 'cpu';
    return this.#overrun !== undefined;
  }

  #run(code: string, inputText: string): Ending {
    const context = this.#context;
    const inside = this.#prepare(inputText);
    if (inside === undefined) return this.#failed({ kind: 'input' });
    const { EvalFlags } = this.#instance.api;
    // A script whose value is that of its last statement, with `await` at its top; strict.
    const run = context.evalCode(code, 'code.js', EvalFlags.JS_EVAL_TYPE_GLOBAL | EvalFlags.JS_EVAL_FLAG_STRICT | asyncFlag);
    if (run.error !== undefined) return this.#threw(inside, run.error);
    const settled = this.#call(inside, 'settle', run.value);
    if ('error' in settled) return this.#threw(inside, settled.error);
    this.#runJobs();
    if (this.#overrun !== undefined) return { kind: this.#overrun };
    const state = context.getPromiseState(settled.value);
    if (state.type === 'pending') return this.#failed({ kind: 'waits' });
    return state.type === 'rejected' ? this.#threw(inside, state.error) : this.#finish(inside, state.value);
  }

  /** `undefined` where the input alone is too much. */
  #prepare(inputText: string): QuickJSHandle | undefined {
    const context = this.#context;
    const start = context.unwrapResult(context.evalCode(prelude, 'prelude.js', this.#instance.api.EvalFlags.JS_EVAL_TYPE_GLOBAL));
    const made = context.callFunction(start, context.undefined, context.newString(inputText), context.newNumber(this.#limits.maxLogBytes));
    return made.error === undefined ? made.value : undefined;
  }

  #runJobs(): void {
    const { runtime } = this.#context;
    while (!this.#isOver() && runtime.hasPendingJob()) runtime.executePendingJobs(jobsAtOnce);
  }

  #finish(inside: QuickJSHandle, value: QuickJSHandle): Ending {
    const { maxResultBytes } = this.#limits;
    const json = this.#call(inside, 'finish', value, this.#context.newNumber(maxResultBytes));
    if ('error' in json) return this.#threw(inside, json.error);
    switch (this.#context.typeof(json.value)) {
      case 'string':
        return { kind: 'value', json: this.#context.getString(json.value), logged: this.#logged(inside) };
      case 'number':
        return { kind: 'result', length: this.#context.getNumber(json.value) };
      default:
        return { kind: 'value', json: undefined, logged: this.#logged(inside) };
    }
  }

  /** What is thrown where a limit was reached is a consequence of it, in whatever words. */
  #threw(inside: QuickJSHandle, error: QuickJSHandle): Ending {
    const limit = this.#limitReached();
    if (limit !== undefined) return { kind: limit };
    const thrown = this.#call(inside, 'describe', error);
    const text = 'error' in thrown ? '' : this.#context.getString(thrown.value);
    return this.#failed({ kind: 'threw', thrown: text, logged: this.#logged(inside) });
  }

  #failed(ending: Ending): Ending {
    const limit = this.#limitReached();
    return limit === undefined ? ending : { kind: limit };
  }

  #limitReached(): 'time' | 'cpu' | 'memory' | undefined {
    return this.#overrun ?? (this.#instance.memory.wasDenied ? 'memory' : undefined);
  }

  #logged(inside: QuickJSHandle): string {
    const logged = this.#call(inside, 'logged');
    return 'error' in logged ? '0[]' : this.#context.getString(logged.value);
  }

  #call(inside: QuickJSHandle, name: string, ...args: QuickJSHandle[]): { readonly value: QuickJSHandle } | { readonly error: QuickJSHandle } {
    const context = this.#context;
    const result = context.callFunction(context.getProp(inside, name), context.undefined, ...args);
    return result.error === undefined ? { value: result.value } : { error: result.error };
  }
}

/** JS_EVAL_FLAG_ASYNC of quickjs.h, which the package takes and does not name. */
const asyncFlag = 1 << 7;
