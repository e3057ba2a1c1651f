import { currentFrame, type Caller } from './call.js';
import { houseOf } from './container/attachment.js';
import type { EnforceContainer } from './container/enforce-container.js';
import { SettingsError } from './errors.js';
import { CostPlan, type CostOption } from './guard/cost/cost-plan.js';
import { microsOf } from './guard/cost/money.js';
import { defaultContainer } from './house.js';
import type { FunctionKind } from './pipeline/function-kind.js';
import type { House, PolicyRef } from './pipeline/house.js';
import type { Request } from './pipeline/walk.js';
import type { Movable, SandboxOption } from './sandbox/movable.js';
import { labelsOfOptions, type SiteLabel } from './sensitivity/call-labels.js';
import type { ToolInput } from './tools/tool-input.js';

/** How a method or function is to be enforced. */
export interface EnforceOptions {
  /** A policy file (relative to the working directory), or a policy; the container's own by default. */
  readonly policy?: PolicyRef;
  /** The tool's name in policies and in the trail; the method's or function's own by default. */
  readonly tool?: string;
  /** Names of the positional arguments, for rules and messages. */
  readonly params?: readonly string[];
  /** Parameters, by name or position, handed over by reference and unchecked: callbacks, connections, streams. */
  readonly opaque?: readonly (string | number)[];
  /** What one call costs: US dollars, a function of its arguments, or `{ reserve, settle }` for before and after; tokens count by the model's price. 0 by default. */
  readonly cost?: CostOption;
  /** Milliseconds that one call may take; the policy's limit applies as well. */
  readonly timeoutMs?: number;
  /** How sensitive arguments are, by path: for functions, and where parameters cannot be decorated. */
  readonly sensitivity?: Readonly<Record<string, string>>;
  /**
   * The weakest wall to run behind, and the module in which a child finds the tool. With `{ module: import.meta.url }` alone
   * the policy says which wall. For async methods of exported classes, and exported async functions.
   */
  readonly sandbox?: SandboxOption;
}

/** What is known only when a call is made. */
export type CallOptions = Caller;

/** What is known of a place besides its options. */
export interface SiteExtras {
  readonly container?: EnforceContainer | undefined;
  /** What decorators say of the parameters. */
  readonly labels?: readonly SiteLabel[];
  /** How a child finds the tool. */
  readonly movable?: Movable;
}

/** One place that makes enforced calls: everything about them that does not change from call to call, worked out once. */
export class CallSite {
  readonly #policy: PolicyRef;
  readonly #container: EnforceContainer | undefined;
  readonly #tool: unknown;
  readonly #params: readonly string[] | undefined;
  readonly #sensitivity: readonly SiteLabel[];
  readonly #opaque: Request['opaque'];
  readonly #holdsThread: boolean;
  readonly #costMicros: number;
  readonly #costPlan: CostPlan | undefined;
  readonly #timeoutMs: number | undefined;
  readonly #movable: Movable | undefined;
  #input: ToolInput | undefined;

  constructor(tool: unknown, kind: FunctionKind, options: EnforceOptions, { container, labels = [], movable }: SiteExtras = {}) {
    this.#policy = options.policy;
    this.#container = container;
    this.#tool = tool;
    this.#params = checkedParams(options.params);
    this.#sensitivity = [...labels, ...labelsOfOptions(options.sensitivity)];
    this.#opaque = options.opaque === undefined ? undefined : opaqueTest(options.opaque, options.params);
    this.#holdsThread = kind === 'plain' || kind === 'generator';
    this.#costPlan = CostPlan.of(options.cost);
    this.#costMicros = typeof options.cost === 'number' ? microsOf(options.cost, 'cost') : 0;
    this.#timeoutMs = checkedTimeout(options.timeoutMs);
    this.#movable = movable;
  }

  /** From now on calls have one argument at most, which is read by this. */
  takes(input: ToolInput): void {
    this.#input = input;
  }

  /** The enforced call: its value, or a promise or stream of it, as the tool gives it. */
  call(self: unknown, fn: (...args: never[]) => unknown, args: readonly unknown[], options: CallOptions = {}, waits = !this.#holdsThread): unknown {
    const frame = currentFrame();
    const caller = frame?.caller;
    const house = this.#container?.house ?? houseOf(self) ?? frame?.house ?? defaultHouse();
    const body = (cleaned: readonly unknown[]): unknown => Reflect.apply(fn, self, cleaned);
    // Spelled out, since spreading objects together costs more than all the rooms in front of the tool.
    const request: Request = {
      tool: this.#tool,
      args,
      params: this.#params,
      body,
      sync: !waits,
      watched: this.#holdsThread,
      opaque: this.#opaque,
      costMicros: this.#costMicros,
      costPlan: this.#costPlan,
      timeoutMs: this.#timeoutMs,
      signal: options.signal ?? caller?.signal,
      tenant: options.tenant ?? caller?.tenant,
      agent: options.agent ?? caller?.agent,
      session: options.session ?? caller?.session,
      toolCallId: options.toolCallId ?? caller?.toolCallId,
      labels: options.labels ?? caller?.labels,
      sensitivity: this.#sensitivity,
      sandbox: this.#movable?.requestFor(self),
      input: this.#input,
    };
    return house.run(this.#policy, request, frame);
  }
}

/** Timers of more than 24.8 days fire at once, so they are no limits. */
const longestTimeoutMs = 2 ** 31 - 1;

function checkedTimeout(ms: number | undefined): number | undefined {
  if (ms === undefined || (Number.isFinite(ms) && ms > 0 && ms <= longestTimeoutMs)) return ms;
  throw new SettingsError(`timeoutMs must be a number of milliseconds from above 0 to ${String(longestTimeoutMs)}; leave it out for no limit`);
}

function checkedParams(params: readonly string[] | undefined): readonly string[] | undefined {
  if (params === undefined || new Set(params).size === params.length) return params;
  throw new SettingsError('params names an argument twice, so rules could not tell the two apart');
}

function defaultHouse(): House {
  return defaultContainer().house;
}

function opaqueTest(opaque: readonly (string | number)[], params: readonly string[] = []): (index: number) => boolean {
  const positions = new Set(opaque.map((which) => (typeof which === 'number' ? which : params.indexOf(which))));
  return (index) => positions.has(index);
}
