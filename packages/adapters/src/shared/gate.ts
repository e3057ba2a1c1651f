import { CancelledError, Enforcer, type Caller, type EnforceContainer, type EnforceOptions, type PolicyRef } from '@enforcecore/core';
import { refusalOf, type Refusal, type ToolInput } from '@enforcecore/core/tools';
import { areUnreadable } from './asked-caller.js';

/** What every adapter is told: who enforces, by which policy, and what one call may cost and take. */
export interface GateOptions extends Pick<EnforceOptions, 'cost' | 'timeoutMs' | 'sensitivity'> {
  /** A policy file, or a policy; the container's own by default. */
  readonly policy?: PolicyRef;
  /** Whose services enforce; the process's own container by default. */
  readonly container?: EnforceContainer;
  /** On whose behalf calls are made, besides what the framework tells. */
  readonly caller?: Caller;
}

/** One place where a framework's tools meet the enforcer: the call itself, and the framework's own question before it. */
export class Gate {
  readonly #enforcer: Enforcer;
  readonly #options: GateOptions;

  constructor({ policy, container, ...options }: GateOptions = {}) {
    this.#enforcer = new Enforcer(policy, container === undefined ? {} : { container });
    this.#options = options;
  }

  /**
   * Makes an enforced call of a framework's tool; the body gets the cleaned input.
   *
   * @param reader reads the input before any rule sees it: what it makes of it is enforced, and what the body gets
   */
  run(tool: string, input: unknown, body: (input: never) => unknown, caller: Caller = {}, reader?: ToolInput): Promise<unknown> {
    const { caller: own, ...site } = this.#options;
    return this.#enforcer.run(body, { ...site, ...joined(own, caller), tool, args: [input], ...(reader === undefined ? {} : { input: reader }) });
  }

  /**
   * Answers a framework that asks before it runs a tool. What the policy refuses is recorded as the blocked call that it is;
   * `undefined` promises nothing: the call itself is enforced all the same.
   */
  async refusal(tool: string, input: unknown, caller: Caller = {}): Promise<Refusal | undefined> {
    try {
      const { tenant, agent, session, labels } = joined(this.#options.caller, caller);
      const who: object = defined({ tenant, agent, session, labels });
      const isKnown = labels === undefined || !areUnreadable(labels);
      if (isKnown && this.#enforcer.judge({ tool, args: [input], ...who }).decision === 'allowed') return undefined;
    } catch {
      // What cannot be judged is refused by the call below, with the right error and an entry.
    }
    return this.run(tool, input, notToRun, caller).then(() => undefined, refusalOf);
  }
}

/** Stands in for a tool that the framework was told not to run. */
function notToRun(): never {
  throw new CancelledError('the call was refused before, and is not made');
}

/** What is told of a call goes before what was set up; labels add up, and either signal ends the call. */
export function joined(own: Caller = {}, told: Caller = {}): Caller {
  const caller: Caller = { ...defined(own), ...defined(told) };
  const isOne = own.labels === undefined || told.labels === undefined || areUnreadable(told.labels);
  const labels = isOne ? caller.labels : { ...own.labels, ...told.labels };
  const signals = [own.signal, told.signal].filter((signal) => signal !== undefined);
  return defined({ ...caller, labels, signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0] });
}

/** The other way round, for what a framework tells of a call, which may come from a client: it fills in what the application left open. The call's own id is the framework's. */
export function filledIn(own: Caller = {}, told: Caller = {}): Caller {
  return defined({ ...joined(told, own), toolCallId: told.toolCallId ?? own.toolCallId });
}

function defined(caller: Caller): Caller {
  return Object.fromEntries(Object.entries(caller).filter(([, value]) => value !== undefined));
}
