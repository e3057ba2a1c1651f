import { InvalidOutputError, ResourceLimitError } from '../errors.js';
import { abortedError } from '../pipeline/aborted.js';
import type { Outcome } from '../pipeline/outcome.js';
import type { Walk } from '../pipeline/walk.js';
import { withinLimits } from '../pipeline/within-limits.js';
import type { ChildPool } from './child-pool.js';
import type { Line, Reply } from './line.js';
import { MovedStream } from './moved-stream.js';
import { outcomeOfEnd } from './outcome-of-end.js';
import { defaultMaxResultBytes, type CallFacts, type FromChild, type StreamKind, type ToChild } from './protocol.js';
import { SandboxError, SandboxTimeoutError, SandboxViolationError } from './sandbox-errors.js';
import type { SandboxRules } from './sandbox-rules.js';
import { toWire, WireError, type Wire } from './wire.js';

/** Milliseconds that a tool has, once its signal is aborted, to put things right; then it is ended. */
export const abortGraceMs = 50;
/** Milliseconds that a child has to be gone once it is ended; then nobody can say that it is. */
const killPatienceMs = 5_000;

type Question = Exclude<ToChild, { t: 'abort' }>;
type Stop = 'time' | 'abort' | 'cpu';
/** How a question ended under the limits of the call. `isGone`: the child is known to have ended. */
type Settled = Reply | { readonly stopped: Stop; readonly isGone: boolean };

export interface MovedCallParts {
  readonly walk: Walk;
  /** What the child knows the tool as. */
  readonly loadedAs: number;
  readonly line: Line;
  readonly rules: SandboxRules;
  /** Where its child does not count as at work while nobody reads its stream on. */
  readonly places: Pick<ChildPool, 'park' | 'unpark'>;
  /** Called once: whether the child can be used again. */
  readonly release: (isReusable: boolean) => void;
}

/** One call of a tool in a child: from the question to the end of its last answer. */
export class MovedCall {
  readonly #parts: MovedCallParts;
  readonly #maxBytes: number;
  #isReleased = false;
  #isParked = false;
  #busyAtStart = 0;
  /** How the call ended, where it was not the tool that ended it. */
  #ended: Outcome | undefined;

  constructor(parts: MovedCallParts) {
    this.#parts = parts;
    this.#maxBytes = parts.rules.maxResultBytes ?? defaultMaxResultBytes;
  }

  /** Asks the tool. Its time counts from here. */
  async run(): Promise<Outcome> {
    const { walk, loadedAs, line } = this.#parts;
    const args = packed(walk.call.args);
    if ('fault' in args) return this.#over(refusedArguments(walk, args.fault), true);
    this.#busyAtStart = line.child.busyMs?.() ?? 0;
    const question: Question = { t: 'call', id: walk.id, tool: loadedAs, args: args.wire, call: factsOf(walk), maxResultBytes: this.#maxBytes };
    const start = walk.house.clock.monotonic();
    const settled = await this.#ask(question, walk.timeoutMs);
    walk.toolMs = walk.house.clock.monotonic() - start;
    if (!('answer' in settled)) return this.#over(this.#outcomeOf(settled), false);
    return this.#answered(settled.answer);
  }

  /** The outcome of a pull: as the stream itself saw it end, where something else than the tool ended it. */
  async seen(ended: Promise<Outcome>): Promise<Outcome> {
    const outcome = await ended;
    return outcome.kind === 'ok' ? outcome : (this.#ended ?? outcome);
  }

  /** One item of the stream. @throws what the tool threw, or why it was ended. */
  async pull(n: number, sent: unknown): Promise<IteratorResult<unknown>> {
    const { walk } = this.#parts;
    if (this.#isReleased) return { done: true, value: undefined };
    this.#unpark();
    const given = packed(sent);
    if ('fault' in given) throw this.#fail(refusedArguments(walk, given.fault), false);
    const left = walk.timeoutMs === undefined ? undefined : walk.timeoutMs - walk.toolMs;
    const settled = await this.#ask({ t: 'pull', id: walk.id, n, ...(sent === undefined ? {} : { sent: given.wire }) }, left);
    if (!('answer' in settled)) throw this.#fail(this.#outcomeOf(settled), false);
    const { answer } = settled;
    if (answer.t === 'item') {
      this.#isParked = this.#parts.places.park();
      return { done: false, value: answer.value };
    }
    this.#release(true);
    if (answer.t === 'end') return { done: true, value: answer.value };
    throw answer.t === 'error' ? answer.error : this.#fail(withheld(walk, answer), true);
  }

  /** An item that its kind of stream cannot hold. @returns what to throw */
  refuseItem(reason: string): Error {
    const context = { toolName: this.#parts.walk.tool, policyName: this.#parts.walk.policy.name };
    const error = new InvalidOutputError(`the result of "${this.#parts.walk.tool}" cannot leave its sandbox: ${reason}`, context);
    return this.#fail({ kind: 'enforcement_error', error }, false);
  }

  /** Nobody reads on: the tool may close what it opened, within its moment of grace. */
  async leave(): Promise<void> {
    const { walk, line } = this.#parts;
    if (this.#isReleased) return;
    if (line.isAsking) {
      // It is at work on an item that nobody wants any more.
      this.#release(false);
      return;
    }
    const stopTimer = walk.house.clock.schedule(abortGraceMs, () => {
      this.#release(false);
    });
    const reply = await line.ask({ t: 'leave', id: walk.id });
    stopTimer();
    this.#release('answer' in reply);
  }

  #answered(answer: FromChild): Outcome {
    switch (answer.t) {
      case 'value':
        return this.#over({ kind: 'ok', value: answer.value }, true);
      case 'error':
        return this.#over({ kind: 'tool_error', error: answer.error }, true);
      case 'stream':
        this.#isParked = this.#parts.places.park();
        return { kind: 'ok', value: this.#stream(answer.kind, answer.objectMode) };
      default:
        return this.#over(withheld(this.#parts.walk, answer), true);
    }
  }

  #stream(kind: StreamKind, objectMode: boolean): unknown {
    return new MovedStream(this).as(kind, objectMode);
  }

  /** A question, for as long as the call's limits let its answer take. */
  async #ask(question: Question, leftMs: number | undefined): Promise<Settled> {
    const { walk, line, rules } = this.#parts;
    const reply = line.ask(question, this.#maxBytes);
    if (walk.abort === undefined && rules.maxCpuMs === undefined) return this.#noted(await reply);
    const cpu = rules.maxCpuMs === undefined ? undefined : this.#watchCpu(rules.maxCpuMs);
    const first: Promise<Reply | { readonly why: Stop }> = cpu === undefined ? reply : Promise.race([reply, cpu.used]);
    const settled = await withinLimits(walk, first, leftMs, (why): { readonly why: Stop } => ({ why }));
    cpu?.stop();
    if (!('why' in settled)) return this.#noted(settled);
    return { stopped: settled.why, isGone: await this.#stop(settled.why, reply) };
  }

  /** What a guard inside refused stands in the record of the call. */
  #noted(reply: Reply): Reply {
    const { walk } = this.#parts;
    const denied = 'answer' in reply ? reply.answer.denied : undefined;
    if (denied !== undefined && !walk.recorded) walk.note(denied.map((one) => ({ ...one, type: 'domain_denied' })));
    return reply;
  }

  /** The tool is told, and a moment later it is ended, with all that it started. */
  async #stop(why: Stop, reply: Promise<Reply>): Promise<boolean> {
    const { walk, line } = this.#parts;
    line.tell({ t: 'abort', id: walk.id, reason: why === 'abort' ? 'the call was cancelled' : 'the call is out of time' });
    await this.#atMost(abortGraceMs, reply);
    return this.#atMost(killPatienceMs, line.kill());
  }

  /** Whether it came within a time. */
  #atMost(ms: number, pending: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const stopTimer = this.#parts.walk.house.clock.schedule(ms, () => {
        resolve(false);
      });
      const came = (): void => {
        stopTimer();
        resolve(true);
      };
      pending.then(came, came);
    });
  }

  /** Looks at the child's processor time now and then; nothing of this where the policy sets no such limit. */
  #watchCpu(limitMs: number): { readonly used: Promise<{ readonly why: Stop }>; stop(): void } {
    const { walk, line } = this.#parts;
    const { child } = line;
    const everyMs = Math.min(50, Math.max(5, limitMs / 4));
    let stopTimer = (): void => undefined;
    const used = new Promise<{ readonly why: Stop }>((resolve) => {
      const look = (): void => {
        if ((child.busyMs?.() ?? 0) - this.#busyAtStart > limitMs) resolve({ why: 'cpu' });
        else stopTimer = walk.house.clock.schedule(everyMs, look);
      };
      if (child.busyMs !== undefined) stopTimer = walk.house.clock.schedule(everyMs, look);
    });
    return { used, stop: () => stopTimer() };
  }

  #outcomeOf(settled: Exclude<Settled, { answer: FromChild }>): Outcome {
    const { walk, rules, line } = this.#parts;
    if ('end' in settled) return outcomeOfEnd(walk, settled.end, rules, line.child);
    const kind = settled.isGone ? 'timeout_killed' : 'timeout_unknown';
    switch (settled.stopped) {
      case 'abort':
        return { kind: 'cancelled', error: abortedError(walk, settled.isGone ? 'while it ran, and the tool was ended' : 'while it ran; the tool may still be running') };
      case 'cpu':
        return { kind, error: outOfCpu(walk, rules) };
      case 'time': {
        const error = outOfTime(walk, settled.isGone);
        walk.abort?.abort(error);
        return { kind, error };
      }
    }
  }

  #over(outcome: Outcome, isReusable: boolean): Outcome {
    this.#release(isReusable);
    return outcome;
  }

  #fail(outcome: Outcome, isReusable: boolean): Error {
    this.#ended = outcome;
    this.#release(isReusable);
    return 'error' in outcome && outcome.error instanceof Error ? outcome.error : new SandboxError('the stream ended');
  }

  #unpark(): void {
    if (!this.#isParked) return;
    this.#isParked = false;
    this.#parts.places.unpark();
  }

  #release(isReusable: boolean): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#unpark();
    this.#parts.release(isReusable);
  }
}

function packed(value: unknown): { readonly wire: Wire } | { readonly fault: string } {
  try {
    return { wire: toWire(value) };
  } catch (error) {
    return { fault: error instanceof WireError ? error.message : 'could not be read' };
  }
}

/** Short, since it is written and read at every call: nothing that goes without saying. */
function factsOf({ call }: Walk): CallFacts {
  const { tool, policyName, policyDigest, parentId, depth, tenant, agent, session, labels, params, sensitivity } = call;
  return {
    tool,
    policyName,
    policyDigest,
    parentId,
    depth: depth === 1 ? undefined : depth,
    tenant,
    agent,
    session,
    labels: isEmpty(labels) ? undefined : labels,
    params,
    sensitivity: sensitivity.length === 0 ? undefined : sensitivity,
  };
}

function isEmpty(labels: Readonly<Record<string, string>>): boolean {
  for (const _ in labels) return false;
  return true;
}

function refusedArguments(walk: Walk, what: string): Outcome {
  const error = new SandboxError(`what was given to "${walk.tool}" cannot cross into its sandbox: it ${what}; give plain data`, {
    toolName: walk.tool,
    policyName: walk.policy.name,
  });
  return { kind: 'enforcement_error', error };
}

function withheld(walk: Walk, answer: FromChild): Outcome {
  const context = { toolName: walk.tool, policyName: walk.policy.name };
  if (answer.t !== 'withheld') return { kind: 'enforcement_error', error: new SandboxError(`the sandbox of "${walk.tool}" gave no answer`, context) };
  const { reason, tooLarge } = answer;
  const error = tooLarge
    ? new SandboxViolationError({ ...context, reason: `its result ${reason}` })
    : new InvalidOutputError(`the result of "${walk.tool}" cannot leave its sandbox: it ${reason}; return plain data`, context);
  return { kind: 'enforcement_error', error };
}

function outOfTime(walk: Walk, isGone: boolean): ResourceLimitError {
  return new ResourceLimitError('TIMEOUT', {
    toolName: walk.tool,
    policyName: walk.policy.name,
    violationType: 'resource_limit',
    reason: `it took longer than ${String(walk.timeoutMs ?? 0)} ms and ${isGone ? 'was ended' : 'could not be ended'}`,
  });
}

function outOfCpu(walk: Walk, { maxCpuMs = 0 }: SandboxRules): SandboxTimeoutError {
  return new SandboxTimeoutError({
    toolName: walk.tool,
    policyName: walk.policy.name,
    limitSeconds: maxCpuMs / 1_000,
    reason: `it used more than ${String(maxCpuMs)} ms of processor time and was ended`,
  });
}
