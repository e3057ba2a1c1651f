import { AsyncLocalStorage } from 'node:async_hooks';
import type { EgressRules } from './egress/egress-rules.js';
import type { Reservation } from './guard/guard.js';
import type { CallAbort } from './pipeline/call-abort.js';
import type { House } from './pipeline/house.js';
import type { EnforcementResult } from './pipeline/result.js';
import type { Violation } from './policy/verdict.js';

/** How sensitive the argument at a path is. */
export interface FieldLabel {
  readonly path: string;
  readonly level: 'public' | 'internal' | 'confidential' | 'restricted';
}

/** One call to a tool, as the rules and the tool see it. Immutable; nested calls have their own. */
export interface Call {
  readonly id: string;
  /** Canonical tool name: NFKC, lower case. */
  readonly tool: string;
  /** Positional arguments: a frozen copy that the caller can no longer change. */
  readonly args: readonly unknown[];
  /** The arguments by name: a single plain object as it is, otherwise named by `params`, else `arg0`, `arg1`… */
  readonly input: Readonly<Record<string, unknown>>;
  readonly policyName: string;
  readonly policyDigest: string;
  readonly parentId: string | undefined;
  /** 1 for a call from the application, 2 for a call made inside a tool, and so on. */
  readonly depth: number;
  readonly tenant: string | undefined;
  readonly agent: string | undefined;
  readonly session: string | undefined;
  /** The call's id where it came from, a model's `tool_call_id` for one. */
  readonly toolCallId?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the positional arguments, where the tool's code gives them. */
  readonly params?: readonly string[] | undefined;
  /** How sensitive arguments are, as the tool's code says: paths as rules name them. */
  readonly sensitivity: readonly FieldLabel[];
  /** True for positions of arguments handed over by reference: rules do not look into them. */
  readonly opaque?: ((index: number) => boolean) | undefined;
  /** Aborted at the deadline, when the caller gives up or when the kill switch stops the call. Pass it on to `fetch` and friends. */
  readonly signal: AbortSignal;
}

/** On whose behalf calls are made, and what ends them. */
export interface Caller {
  readonly signal?: AbortSignal | undefined;
  readonly tenant?: string | undefined;
  readonly agent?: string | undefined;
  readonly session?: string | undefined;
  /** The call's own id where it came from, a model's `tool_call_id` for one: 1 to 256 printable ASCII characters. Not inherited by calls inside the call. */
  readonly toolCallId?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** What the code in a call may know of its state. */
export interface FrameWalk {
  readonly house: House;
  /** What the guard holds for the call; costs recorded inside it go to the accounts that it draws on. */
  readonly reservation: Reservation | undefined;
  readonly abort?: CallAbort | undefined;
  costMicros: number;
  readonly ended: boolean;
  readonly timeoutMs: number | undefined;
  /** Set once the entry is being written: what is noted later stands in no record. */
  readonly recorded: boolean;
  /** In monitor mode nothing is refused. */
  readonly isMonitored: boolean;
  note(violations: readonly Violation[]): void;
}

/** What travels along an async branch: which house enforces, and which call, if any, the code is part of. */
export interface Frame {
  readonly house: House | undefined;
  readonly call: Call | undefined;
  /** The call's state: where costs recorded inside the tool are added, and whether it is over. */
  readonly walk?: FrameWalk | undefined;
  /** What code in this branch may connect to; `undefined`: whatever it likes. Outlives the call: what a tool left running is still its own. */
  readonly egress?: EgressRules | undefined;
  /** Who calls in this branch, for calls that do not say so themselves; what runs inside a call inherits from that call instead. */
  readonly caller?: Caller | undefined;
  /** Told of calls made directly in this branch. */
  readonly onResult?: ((result: EnforcementResult) => void) | undefined;
}

const frames = new AsyncLocalStorage<Frame>();

export function currentFrame(): Frame | undefined {
  return frames.getStore();
}

export function runInFrame<T>(frame: Frame, body: () => T): T {
  return frames.run(frame, body);
}

/** Runs code that belongs to no call, though a call set it off. */
export function runOutside<T>(body: () => T): T {
  return frames.run({ house: undefined, call: undefined }, body);
}

/** The enforced call that this code runs in, or `undefined` outside one. */
export function currentCall(): Call | undefined {
  return frames.getStore()?.call;
}
