import { randomUUID } from 'node:crypto';
import type { Call, Frame } from '../call.js';
import {
  CancelledError,
  EnforceCoreError,
  EnforcementViolation,
  GuardError,
  HardeningError,
  type ResourceLimitError,
} from '../errors.js';
import type { EgressRules } from '../egress/egress-rules.js';
import type { CostPlan } from '../guard/cost/cost-plan.js';
import type { Reservation } from '../guard/guard.js';
import type { Policy } from '../policy/policy.js';
import type { HideAgain } from '../redact/hide-again.js';
import type { SandboxLevel } from '../sandbox/level.js';
import type { SandboxRequest } from '../sandbox/movable.js';
import type { Verdict, Violation } from '../policy/verdict.js';
import type { SiteLabel } from '../sensitivity/call-labels.js';
import type { ToolInput } from '../tools/tool-input.js';
import { killed } from '../guard/kill-switch/killed.js';
import type { Trial } from '../guard/kill-switch/trial.js';
import type { CallAbort } from './call-abort.js';
import type { House } from './house.js';
import type { Outcome } from './outcome.js';
import type { Decision } from './result.js';
import type { ReceivedCall } from './received-call.js';

/** What the application asked for: the body to run, and everything known about the call before any rule has seen it. */
export interface Request {
  /** The tool's name as given; checked in the first room. */
  readonly tool: unknown;
  readonly args: readonly unknown[];
  readonly params?: readonly string[] | undefined;
  readonly body: (args: readonly unknown[]) => unknown;
  /** True when nothing may be awaited before the body runs. */
  readonly sync: boolean;
  /** True when `body` may hold the thread: synchronous code, which only the watchdog can stop. */
  readonly watched: boolean;
  /** Positions of arguments that are handed over by reference, unchecked. */
  readonly opaque?: ((index: number) => boolean) | undefined;
  readonly costMicros: number;
  /** How the call is priced, where that is not a fixed amount. */
  readonly costPlan?: CostPlan | undefined;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly tenant?: string | undefined;
  readonly agent?: string | undefined;
  readonly session?: string | undefined;
  readonly toolCallId?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly sensitivity?: readonly SiteLabel[] | undefined;
  /** What `@Enforce({ sandbox })` says: how a child finds the tool, and the weakest wall that its author accepts. */
  readonly sandbox?: SandboxRequest | undefined;
  /** Reads the only argument, where the tool says what it takes. */
  readonly input?: ToolInput | undefined;
}

export interface Who {
  readonly tenant: string | undefined;
  readonly agent: string | undefined;
  readonly session: string | undefined;
}

/** One call on its way through the rooms: what each room found, and how it ended. Lives as long as the call. */
export class Walk {
  readonly id = randomUUID();
  readonly house: House;
  readonly policy: Policy;
  readonly request: Request;
  readonly parent: Call | undefined;
  /** Of the call around this one; also of one that is over, where the kill switch ended it. */
  readonly around: CallAbort | undefined;
  readonly depth: number;
  readonly startedAt: number;
  /** Told how the call ended, before its caller is. */
  readonly onResult: Frame['onResult'];

  /** Canonical once received; until then a form that is safe to write down. */
  tool = '';
  /** What lets the call happen, where nothing speaks against it. */
  basis: Verdict['basis'];
  /** Every rule that fired, also those that were only logged. */
  violations: readonly Violation[] = [];
  redactionsIn = 0;
  redactionsOut = 0;
  /** Findings by category, in and out together. */
  redactions: Readonly<Record<string, number>> = {};
  /** Milliseconds inside the tool. */
  toolMs = 0;
  executed = false;
  /** Set once the outcome is on its way out; what the tool left running belongs to no call any more. */
  ended = false;
  /** INVARIANT (L3): set before the entry is written, so that it is never written twice. */
  recorded = false;
  /** A hook's veto, kept here so that a hook that catches its own cannot take it back. */
  vetoed: EnforcementViolation | undefined;
  /** Who calls, as checked; left out where it was no text. */
  who: Who;
  /** The call's id where it came from, as checked. */
  toolCallId: string | undefined;
  costMicros: number;
  entryId: string | undefined;
  /** How far in the call has come: stages below this index are left on the way out. */
  reached = 0;
  argsDigest: string | undefined;
  /** Where tokens were turned back: the arguments as they came, and what hides the values again on their way out. */
  revealed: { readonly args: readonly unknown[]; readonly hide: HideAgain } | undefined;
  /** The arguments with everything hidden, where the tool gets some of it in the clear: what the record may know of. */
  hiddenArgs: readonly unknown[] | undefined;
  /** Milliseconds the tool may take, the tighter of the policy's and the request's. */
  timeoutMs: number | undefined;
  /** Present once received; its signal is the call's. */
  abort: CallAbort | undefined;
  /** Where this call tries whether the kill switch can let calls through again. */
  trial: Trial | undefined;
  /** What was set aside for the call before its tool ran. */
  reservedMicros = 0;
  /** What the call cost as its result tells, once that is known. */
  settledMicros: number | undefined;
  /** Why the cost could not be told from the result, which is then withheld. */
  costFault: EnforceCoreError | undefined;
  /** Whether the guard was asked, and so has counted this call. */
  askedGuard = false;
  /** The wall that the tool needs; once it ran, the one that it ran behind. */
  sandbox: SandboxLevel = 'inline';
  /** What the guard holds for this call until it ends. */
  reservation: Reservation | undefined;
  /** Settles when the tool ends, where the call ended before it. */
  stillRuns: Promise<unknown> | undefined;
  /** Releases what ties this call to longer-lived objects, such as a listener on the caller's signal. */
  unlink: (() => void) | undefined;

  #isWaiting = false;
  #call: ReceivedCall | undefined;
  #outcome: Outcome | undefined;

  constructor(house: House, policy: Policy, request: Request, frame: Frame | undefined) {
    this.house = house;
    this.policy = policy;
    this.request = request;
    // Code that outlives its call, a timer for one, is not inside it any more.
    this.parent = frame?.walk?.ended === true ? undefined : frame?.call;
    this.around = this.parent !== undefined || frame?.walk?.abort?.kill !== undefined ? frame?.walk?.abort : undefined;
    this.onResult = frame?.onResult;
    this.depth = (this.parent?.depth ?? 0) + 1;
    this.costMicros = request.costMicros;
    this.who = { tenant: this.parent?.tenant, agent: this.parent?.agent, session: this.parent?.session };
    this.startedAt = house.clock.monotonic();
    this.timeoutMs = request.timeoutMs;
  }

  get isMonitored(): boolean {
    return this.policy.mode === 'monitor';
  }

  /** Once the tool's name is known, so is the time that the policy gives it; monitoring stops nothing. */
  limitTime(): void {
    if (!this.isMonitored) this.timeoutMs = tighter(this.policy.rulesFor(this.tool).maxDurationMs, this.timeoutMs);
  }

  /** What the tool may connect to while it runs. */
  get egress(): EgressRules | undefined {
    return this.policy.rulesFor(this.tool).egress;
  }

  /** Somebody waits for this call from here on, so the kill switch has to know of it. */
  wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.house.running.add(this);
  }

  /** Nobody does any more. */
  release(): void {
    if (this.#isWaiting) this.house.running.delete(this);
    this.unlink?.();
  }

  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** INVARIANT (L2): what was refused stays refused, whichever stage says otherwise later. */
  set outcome(outcome: Outcome | undefined) {
    if (this.#outcome !== undefined && this.#outcome.kind !== 'ok' && !isRefusal(outcome)) {
      throw new GuardError('GUARD', `a stage tried to turn "${this.#outcome.kind}" into "${outcome?.kind ?? 'nothing'}"`);
    }
    this.#outcome = outcome;
  }

  /** The call as received. Asking before the `receive` room is a mistake of the stage that asks. */
  get call(): Call {
    return this.#received();
  }

  receive(call: ReceivedCall): void {
    this.#call = call;
  }

  /** From here on the tool, and whoever asks for the current call, sees cleaned arguments only. */
  cleanArguments(args: readonly unknown[]): void {
    this.#call = this.#received().withArgs(args);
  }

  note(violations: readonly Violation[]): void {
    this.violations = this.violations.length === 0 ? violations : [...this.violations, ...violations];
  }

  count(redactions: Readonly<Record<string, number>>): void {
    // A category may have any name, `constructor` too.
    const total = new Map(Object.entries(this.redactions));
    for (const [category, n] of Object.entries(redactions)) total.set(category, (total.get(category) ?? 0) + n);
    this.redactions = Object.fromEntries(total);
  }

  /** A room failed: the call is blocked, or its result withheld. INVARIANT: never turns a refusal into an `ok` (L2). */
  fail(thrown: unknown, stageName: string): void {
    const error = this.#typed(thrown, stageName);
    this.outcome = { kind: outcomeOf(error), error };
    this.#noteViolation(error, stageName);
  }

  /** How the tool ended. Running out of time is a limit of the policy or of the request, so it counts as a violation. */
  conclude(outcome: Outcome): void {
    this.outcome = outcome;
    if ('error' in outcome && outcome.kind !== 'tool_error') this.#noteViolation(outcome.error, 'time limit');
  }

  /** What the call cost, asked of the result as the tool gave it, before anything is hidden in it. */
  price(result: unknown): void {
    const plan = this.request.costPlan;
    if (plan === undefined) return;
    try {
      this.settledMicros = plan.after(result, this.call.args, this.house.services.prices);
    } catch (error) {
      this.costFault = EnforceCoreError.is(error) ? error : new EnforceCoreError('COST_INVALID', 'what the call cost could not be told', { cause: error });
    }
  }

  /**
   * Asks the kill switch once more: no abort reaches code that does not give up the thread, nor a result on its way out.
   * Ends a call that a trip concerns, and withholds its result.
   */
  heedSwitch(): void {
    if (this.#outcome !== undefined && this.#outcome.kind !== 'ok') return;
    const trip = this.abort?.kill ?? this.house.tripFor(this);
    if (trip === undefined) return;
    const error = killed(this.tool, this.policy.name, trip);
    this.abort?.abort(error, trip);
    this.conclude({ kind: this.executed ? 'cancelled' : 'blocked', error });
  }

  /** A trip that came before anybody could be told of it ends the wait that begins now. */
  hearSwitch(): void {
    const trip = this.executed && this.abort?.isAborted === false ? this.house.tripFor(this) : undefined;
    if (trip !== undefined) this.abort?.abort(killed(this.tool, this.policy.name, trip), trip);
  }

  /** The code of the call, or one of its rooms, was stopped from outside. */
  stop(error: ResourceLimitError): void {
    if (this.#outcome === undefined || this.#outcome.kind === 'ok') this.conclude({ kind: 'timeout_killed', error });
  }

  /** The violation that ended the call, or else the first that was only logged. */
  get violation(): Violation | undefined {
    const error = this.#outcome !== undefined && 'error' in this.#outcome ? this.#outcome.error : undefined;
    const type = isViolation(error) ? error.violationType : undefined;
    return this.violations.find((violation) => violation.type === type && isBlocking(violation)) ?? this.violations[0];
  }

  get decision(): Decision {
    const kind = this.outcome?.kind;
    const isKilled = this.abort?.kill !== undefined || this.violation?.type === 'kill_switch';
    const passed = kind === 'ok' || kind === 'tool_error' || (kind === 'cancelled' && this.executed && !isKilled);
    if (!passed) return 'blocked';
    return this.redactionsIn + this.redactionsOut > 0 ? 'redacted' : 'allowed';
  }

  #noteViolation(error: unknown, rule: string): void {
    if (!isViolation(error) || this.violations.some((v) => v.type === error.violationType && isBlocking(v))) return;
    this.note([{ rule: error.violationType === 'kill_switch' ? 'kill switch' : rule, type: error.violationType, reason: error.reason, action: 'block' }]);
  }

  #received(): ReceivedCall {
    if (this.#call === undefined) throw new GuardError('GUARD', 'a stage asked for the call before it was received');
    return this.#call;
  }

  #typed(thrown: unknown, stageName: string): EnforceCoreError {
    if (EnforceCoreError.is(thrown)) return thrown;
    return new GuardError('GUARD', `the ${stageName} stage failed, so the call to "${this.tool}" was refused`, {
      toolName: this.tool,
      policyName: this.policy.name,
      cause: thrown,
    });
  }
}

function isViolation(error: unknown): error is EnforcementViolation {
  return EnforceCoreError.is(error) && error instanceof EnforcementViolation;
}

function isBlocking({ action = 'block' }: Violation): boolean {
  return action === 'block';
}

function isRefusal(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && outcome.kind !== 'ok';
}

function tighter(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}

function outcomeOf(error: EnforceCoreError): 'blocked' | 'cancelled' | 'enforcement_error' {
  if (error instanceof EnforcementViolation || error instanceof HardeningError) return 'blocked';
  return error instanceof CancelledError ? 'cancelled' : 'enforcement_error';
}
