import type { Frame } from '../call.js';
import { DomainDeniedError } from '../errors.js';
import type { EgressRules } from './egress-rules.js';
import { firstBlocking, judgeName, judgeTarget, refusalOf, type Refusal } from './judge-destination.js';
import { noteRefusals } from './note-refusals.js';

/** What the guard's hooks ask of the code that they find themselves in; may come from another installed copy of this package. */
export interface EgressScope {
  /** The same object for every call with the same rules. */
  readonly rules: EgressRules;
  /** Whether everything is only noted. */
  readonly monitors: boolean;
  /** Why a host may not be named to a resolver or a server, as the error to give the tool; noted in the call's record. */
  refuseName(host: unknown, port?: number): DomainDeniedError | undefined;
  /** The same for an address that is about to be connected to. */
  refuseAddress(address: string): DomainDeniedError | undefined;
  /** Refuses what no key of the policy can allow. */
  refuse(rule: string, reason: string): DomainDeniedError | undefined;
}

/** The rules of a frame, and where their refusals are written down. */
export class FrameScope implements EgressScope {
  readonly rules: EgressRules;
  readonly #frame: Frame;

  constructor(frame: Frame, rules: EgressRules) {
    this.rules = rules;
    this.#frame = frame;
  }

  get monitors(): boolean {
    return this.#frame.walk?.isMonitored === true;
  }

  refuseName(host: unknown, port?: number): DomainDeniedError | undefined {
    // An object could be another text at every reading.
    if (typeof host !== 'string') return this.refuse('rules.network', 'host is no text');
    return this.#settle(judgeName(this.rules, host, port));
  }

  refuseAddress(address: string): DomainDeniedError | undefined {
    return this.#settle(judgeTarget(this.rules, address));
  }

  refuse(rule: string, reason: string): DomainDeniedError | undefined {
    return this.#settle([refusalOf(this.rules, rule, reason)]);
  }

  #settle(refusals: readonly Refusal[]): DomainDeniedError | undefined {
    if (refusals.length === 0) return undefined;
    noteRefusals(this.#frame, refusals);
    const blocking = firstBlocking(refusals);
    if (blocking === undefined || this.monitors) return undefined;
    return new DomainDeniedError({ toolName: this.#frame.call?.tool, policyName: this.#frame.call?.policyName, reason: blocking.reason });
  }
}
