import { currentFrame } from '../../call.js';
import { AsyncServiceError, GuardError } from '../../errors.js';
import type { Logger } from '../../logging/logger.js';
import type { Unheld } from '../../pipeline/unheld.js';
import { isThenable } from '../../pipeline/thenable.js';
import type { Policy } from '../../policy/policy.js';
import type { Clock } from '../../time/clock.js';
import type { BlockedCall, Guard, Reservation, ReservationRequest } from '../guard.js';
import { checkedAnswer } from './checked-answer.js';
import { Held, NothingHeld } from './held.js';
import { refusalError, tooDearForOne, waitsForItself } from './limit-refusals.js';
import type { LimitHold, LimitRefusal, LimitStore, RateRequest } from './limit-store.js';
import type { LimitTerms, Wants } from './limit-terms.js';
import { isMicros, mustBeMicros } from '../cost/money.js';
import { Purse } from './purse.js';
import { SlotQueue } from './slot-queue.js';
import { TermsBook } from './terms-book.js';

type Answer = LimitHold | LimitRefusal;

/** What a call without a deadline may hold of a shared store, should its process die. */
const defaultLeaseMs = 15 * 60_000;
/** On top of a deadline, for the rooms behind the tool. */
const leaseMarginMs = 60_000;
/** Calls of one policy that wait, whichever slots they wait for; more where `max_waiting` itself is more. */
const mostWaiting = 1_000;
const noRates: readonly RateRequest[] = Object.freeze([]);

/** Every limit of a policy, taken of one store in one step: all of what a call needs, or nothing. */
export class LimitGuard implements Guard {
  readonly store: LimitStore;
  readonly #clock: Clock;
  readonly #purse: Purse;
  readonly #terms = new TermsBook();
  /** By the policy's name, as long as somebody waits. */
  readonly #queues = new Map<string, SlotQueue>();

  constructor(store: LimitStore, clock: Clock, logger: Logger) {
    this.store = store;
    this.#clock = clock;
    this.#purse = new Purse(store, clock, logger);
  }

  reserve(request: ReservationRequest): Reservation | Promise<Reservation> {
    const { call, policy, costMicros } = request;
    const terms = this.#terms.find(policy, call.tool, request.budgetMicros);
    if (policy.sharedLimits !== undefined && this.#isUnshared(policy)) throw unshared(request, this.store);
    if (terms.maxCallMicros !== undefined && costMicros > terms.maxCallMicros) {
      this.blocked(request);
      throw tooDearForOne(request, terms.maxCallMicros);
    }
    if (terms.isUnlimited) return this.#unlimited(terms, costMicros);
    if (this.store.isShared && !request.canWait) throw answersLater(request, this.store);
    const wants = this.#wantsOf(request, terms);
    if (terms.queue !== undefined && request.canWait && !policy.isMonitored) return this.#queued(request, terms, wants);
    const answer = this.#take(request, terms, wants, wants.rates, request.now);
    if (!isThenable(answer)) return this.#answered(request, terms, wants, answer, noRates);
    return answer.then((told) => this.#answered(request, terms, wants, told, noRates));
  }

  /** Refuses nothing, and never fails. A store that answers later is not waited for. */
  blocked({ call, policy }: BlockedCall): void {
    this.#purse.count(this.#terms.findAny(policy, call.tool).attemptsOf(call));
  }

  unreserved({ call, policy, budgetMicros, costMicros }: ReservationRequest): Reservation {
    const terms = this.#terms.find(policy, call.tool, budgetMicros);
    return new NothingHeld(terms.wantsOf(call, true).accounts, isMicros(costMicros) ? costMicros : 0, this.#purse);
  }

  unheld(policy: Policy): readonly Unheld[] {
    if (!this.#isUnshared(policy)) return [];
    return [{ keys: ['rules', 'shared_limits'], message: unsharedText(this.store), expected: 'a LimitStore that processes share, or required: false' }];
  }

  #isUnshared(policy: Policy): boolean {
    return policy.sharedLimits?.isRequired === true && !this.store.isShared && !policy.isMonitored;
  }

  #unlimited(terms: LimitTerms, costMicros: number): Reservation {
    if (costMicros !== 0) return new NothingHeld(terms.accounts, mustBeMicros(costMicros), this.#purse);
    terms.nothingHeld ??= new NothingHeld(terms.accounts, 0, this.#purse);
    return terms.nothingHeld;
  }

  #wantsOf(request: ReservationRequest, terms: LimitTerms): Wants {
    try {
      return terms.wantsOf(request.call);
    } catch (error) {
      this.blocked(request);
      throw error;
    }
  }

  #take(request: ReservationRequest, terms: LimitTerms, wants: Wants, rates: readonly RateRequest[], now: number): Answer | Promise<Answer> {
    const { call, policy, costMicros } = request;
    const answer = this.store.take({
      id: call.id,
      now,
      wallMs: terms.hasPeriods ? this.#purse.wallMs : 0,
      rates,
      // A call that is to cost nothing needs no place in accounts without a limit.
      budgets: costMicros === 0 ? wants.budgets : wants.accounts,
      costMicros,
      slots: wants.slots,
      // The counts of this process end with it, so nothing has to be got back from the dead.
      leaseMs: this.store.isShared ? leaseMsOf(request, terms) : Number.POSITIVE_INFINITY,
      shared: policy.sharedLimits,
    });
    if (!isThenable(answer)) return checkedAnswer(answer, wants, this.store);
    return Promise.resolve(answer).then((told) => checkedAnswer(told, wants, this.store));
  }

  /** @param attempts rates that count a blocked call, where the store was not told of it */
  #answered(request: ReservationRequest, terms: LimitTerms, wants: Wants, answer: Answer, attempts: readonly RateRequest[], waitedMs?: number): Reservation {
    if (answer.refused === undefined) {
      const outer = wants.slots.length === 0 ? undefined : heldAround();
      return new Held({ hold: answer, wants, costMicros: request.costMicros, purse: this.#purse, attempts, leaseMs: leaseMsOf(request, terms), outer });
    }
    this.#purse.count(attempts);
    throw refusalError(request, wants, answer, waitedMs);
  }

  /** A call that may wait is not blocked by being told to: its attempt counts when it is refused for good. */
  #queued(request: ReservationRequest, terms: LimitTerms, wants: Wants): Reservation | Promise<Reservation> {
    const attempts = terms.countsBlocked ? wants.rates.filter(({ countsBlocked }) => countsBlocked) : noRates;
    const rates = attempts.length === 0 ? wants.rates : wants.rates.map(({ key, rule, pool = key }) => ({ key, rule, pool }));
    const take = (now: number): Answer | Promise<Answer> => this.#take(request, terms, wants, rates, now);
    const orWait = (answer: Answer): Reservation | Promise<Reservation> =>
      answer.refused === 'slot' ? this.#wait(request, terms, wants, attempts, answer.index, take) : this.#answered(request, terms, wants, answer, attempts);
    // Who came first goes first.
    const index = this.#queues.get(request.policy.name)?.takenBefore(wants.slots) ?? -1;
    if (index >= 0) return orWait({ refused: 'slot', index });
    const answer = take(request.now);
    return isThenable(answer) ? answer.then(orWait) : orWait(answer);
  }

  async #wait(
    request: ReservationRequest,
    terms: LimitTerms,
    wants: Wants,
    attempts: readonly RateRequest[],
    index: number,
    take: (now: number) => Answer | Promise<Answer>,
  ): Promise<Reservation> {
    const rule = terms.queue;
    const slot = wants.slots[index];
    if (slot !== undefined && (heldAround()?.slotsUnder(slot.key, this.#purse) ?? 0) >= slot.maxCalls) {
      this.#purse.count(attempts);
      throw waitsForItself(request, slot);
    }
    const queue = this.#queueOf(request.policy.name);
    if (rule === undefined || slot === undefined || queue.waitingFor(slot.key) >= rule.maxWaiting || queue.size >= Math.max(rule.maxWaiting, mostWaiting)) {
      return this.#answered(request, terms, wants, { refused: 'slot', index }, attempts);
    }
    const { call } = request;
    const since = this.#purse.now;
    const answer = await queue.wait({
      tool: call.tool,
      slots: wants.slots,
      index,
      signal: call.signal,
      maxWaitMs: rule.maxWaitMs,
      take: () => take(this.#purse.now),
    });
    return this.#answered(request, terms, wants, answer, attempts, this.#clock.monotonic() - since);
  }

  #queueOf(policyName: string): SlotQueue {
    let queue = this.#queues.get(policyName);
    if (queue === undefined) {
      queue = new SlotQueue(this.store, this.#clock, () => this.#queues.delete(policyName));
      this.#queues.set(policyName, queue);
    }
    return queue;
  }
}

/** What the call holds that this code is part of. */
function heldAround(): Held | undefined {
  const held = currentFrame()?.walk?.reservation;
  return held instanceof Held ? held : undefined;
}

function leaseMsOf({ timeoutMs }: ReservationRequest, { maxDurationMs }: LimitTerms): number {
  const deadlineMs = timeoutMs ?? maxDurationMs;
  return deadlineMs === undefined ? defaultLeaseMs : deadlineMs + leaseMarginMs;
}

function unsharedText({ name }: LimitStore): string {
  return `${name} keeps limits in this process only`;
}

function unshared({ call, policy }: ReservationRequest, store: LimitStore): GuardError {
  return new GuardError('GUARD', `the policy requires limits that processes share, and ${unsharedText(store)}; bind a shared LimitStore, or set rules.shared_limits.required to false`, {
    toolName: call.tool,
    policyName: policy.name,
  });
}

function answersLater({ call, policy }: ReservationRequest, { name }: LimitStore): AsyncServiceError {
  return new AsyncServiceError(`${name} answers with a promise, and "${call.tool}" is a synchronous tool that cannot wait for it; make the tool async, or limit it in this process only`, {
    toolName: call.tool,
    policyName: policy.name,
  });
}
