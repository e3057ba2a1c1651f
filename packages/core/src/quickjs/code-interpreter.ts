import { currentCall, currentFrame } from '../call.js';
import { CancelledError } from '../errors.js';
import { SandboxError, SandboxMemoryError, SandboxTimeoutError, SandboxViolationError } from '../sandbox/sandbox-errors.js';
import { checkLimits, type CheckedLimits, type CodeLimits } from './code-limits.js';
import { CodeThrewError } from './code-errors.js';
import { Engine } from './engine.js';
import { Evaluation, type Ending } from './evaluation.js';
import { readLogs, readResult, readThrown } from './read-back.js';

export interface RunCodeOptions extends CodeLimits {
  /** The code's global `input`: what JSON can hold; `null` by default. */
  readonly input?: unknown;
  /** Looked at before the code starts: while it runs, nothing else does in its thread. The call's by default. */
  readonly signal?: AbortSignal | undefined;
}

export interface CodeResult {
  /** What JSON made of the value of the last statement; `undefined` where it has none. */
  readonly value: unknown;
  /** What was handed to `console.log` and its like, a line a call. Text of the code's choice. */
  readonly logs: readonly string[];
  /** Whether lines are missing, since there were too many. */
  readonly areLogsCut: boolean;
  readonly cpuMs: number;
}

const maxCodeLength = 2 ** 20;

let shared: Engine | undefined;

/**
 * Runs JavaScript text in an interpreter that knows nothing of this machine: no files, network, timers, modules or host
 * objects; JSON text goes in and comes out. Each run has an interpreter and a memory of its own. Needs the package
 * `quickjs-emscripten`. It holds its thread: where other calls must go on meanwhile, put the tool behind a wall.
 */
export class CodeInterpreter {
  readonly #limits: CodeLimits;
  readonly #engine: Engine;

  /** The limits apply where a run does not set its own. */
  constructor(limits: CodeLimits = {}, engine: Engine = (shared ??= new Engine())) {
    checkLimits(limits);
    this.#limits = limits;
    this.#engine = engine;
  }

  /**
   * Runs a script, strict, with `await` at its top; its value is that of its last statement, awaited.
   *
   * @throws CodeThrewError when the code has a mistake or throws; SandboxTimeoutError, SandboxMemoryError and
   * SandboxViolationError when it reaches a limit; SandboxError when it cannot be run at all.
   */
  async run(code: string, { input = null, signal = currentCall()?.signal, ...own }: RunCodeOptions = {}): Promise<CodeResult> {
    const limits = checkLimits({ ...this.#limits, ...withoutGaps(own) });
    const text = inputText(input, limits);
    if (typeof code !== 'string' || code.length > maxCodeLength) throw new SandboxError(`code to run must be text of at most ${String(maxCodeLength)} characters`);
    const asked = performance.now();
    return this.#engine.withInstance(limits.memoryBytes, (instance) => {
      if (signal?.aborted === true) throw new CancelledError('the code was not run: the call was taken back before', { cause: signal.reason });
      const held = withinCall(limits, performance.now() - asked);
      const evaluation = new Evaluation(instance, held);
      const ending = evaluation.run(code, text);
      return resultOf(ending, held, evaluation.cpuMs);
    });
  }
}

/** {@link CodeInterpreter.run} with the default limits. */
export function runCode(code: string, options?: RunCodeOptions): Promise<CodeResult> {
  return new CodeInterpreter().run(code, options);
}

/** The code holds the thread, so the deadline of the call around it could not fire: what is left of it is held here. */
function withinCall(limits: CheckedLimits, waitedMs: number): CheckedLimits {
  const walk = currentFrame()?.walk;
  if (walk?.timeoutMs === undefined) return limits;
  return { ...limits, timeoutMs: Math.max(1, Math.min(limits.timeoutMs, walk.timeoutMs - waitedMs)) };
}

function resultOf(ending: Ending, limits: CheckedLimits, cpuMs: number): CodeResult {
  const context = { toolName: currentCall()?.tool ?? 'run_code' };
  switch (ending.kind) {
    case 'value':
      return { value: readResult(ending.json, limits.maxResultBytes, context), ...readLogs(ending.logged), cpuMs };
    case 'threw':
      throw new CodeThrewError(readThrown(ending.thrown), readLogs(ending.logged).logs);
    case 'time':
      throw new SandboxTimeoutError({ ...context, reason: `the code ran longer than ${String(Math.ceil(limits.timeoutMs))} ms and was stopped`, limitSeconds: limits.timeoutMs / 1000 });
    case 'cpu': {
      const cpu = limits.cpuMs ?? limits.timeoutMs;
      throw new SandboxTimeoutError({ ...context, reason: `the code used more than ${String(cpu)} ms of processor time and was stopped`, limitSeconds: cpu / 1000 });
    }
    case 'memory': {
      const limitMb = limits.memoryBytes / 2 ** 20;
      throw new SandboxMemoryError({ ...context, reason: `the code asked for more than ${String(limitMb)} MiB of memory`, limitMb });
    }
    case 'result':
      throw new SandboxViolationError({ ...context, reason: `the result is larger than ${String(limits.maxResultBytes)} bytes` });
    case 'waits':
      throw new SandboxError('the code waits for a promise that nothing can settle any more; there are no timers and no network inside');
    case 'input':
      throw new SandboxError('the input cannot be read inside: it is too deep for the stack of the interpreter');
    case 'broke': {
      const why = ending.cause instanceof RangeError ? 'the code went deeper than the stack of this thread' : 'the interpreter broke while it ran the code';
      throw new SandboxError(`${why}; the interpreter was thrown away`, { cause: ending.cause });
    }
  }
}

/** At most an eighth of the memory, so that there is room for it before any code runs. */
function inputText(input: unknown, { memoryBytes }: CheckedLimits): string {
  let text: unknown;
  try {
    text = JSON.stringify(input);
  } catch (cause) {
    throw new SandboxError('the input of code must be what JSON can hold: no cycles, no BigInt', { cause });
  }
  if (typeof text !== 'string') throw new SandboxError('the input of code must be what JSON can hold, not a function or a symbol');
  const most = Math.floor(memoryBytes / 8);
  if (Buffer.byteLength(text) > most) throw new SandboxError(`the input of code is larger than an eighth of its memory, ${String(most)} bytes`);
  return text;
}

function withoutGaps(limits: CodeLimits): CodeLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}
