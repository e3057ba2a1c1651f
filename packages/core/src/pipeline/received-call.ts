import { types } from 'node:util';
import type { Call, FieldLabel } from '../call.js';

/** The signal of calls that nothing can abort. */
export const neverAborts: AbortSignal = new AbortController().signal;

export type CallFields = Omit<Call, 'input' | 'signal'> & {
  readonly params: readonly string[] | undefined;
  /** Gives the call's signal, when somebody asks for it. */
  readonly abort: { readonly signal: AbortSignal } | undefined;
};

/** The immutable call that hooks, rules and the tool see. Its arguments by name are worked out when someone asks. */
export class ReceivedCall implements Call {
  readonly id: string;
  readonly tool: string;
  readonly args: readonly unknown[];
  readonly policyName: string;
  readonly policyDigest: string;
  readonly parentId: string | undefined;
  readonly depth: number;
  readonly tenant: string | undefined;
  readonly agent: string | undefined;
  readonly session: string | undefined;
  readonly toolCallId: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly sensitivity: readonly FieldLabel[];
  readonly opaque: ((index: number) => boolean) | undefined;
  readonly params: readonly string[] | undefined;
  readonly #fields: CallFields;

  constructor(fields: CallFields) {
    this.#fields = fields;
    this.id = fields.id;
    this.tool = fields.tool;
    this.args = fields.args;
    this.policyName = fields.policyName;
    this.policyDigest = fields.policyDigest;
    this.parentId = fields.parentId;
    this.depth = fields.depth;
    this.tenant = fields.tenant;
    this.agent = fields.agent;
    this.session = fields.session;
    this.toolCallId = fields.toolCallId;
    this.labels = fields.labels;
    this.sensitivity = fields.sensitivity;
    this.opaque = fields.opaque;
    this.params = fields.params;
    Object.freeze(this);
  }

  get signal(): AbortSignal {
    return this.#fields.abort?.signal ?? neverAborts;
  }

  get input(): Readonly<Record<string, unknown>> {
    const only = singleRecord(this.args, this.params, this.opaque);
    if (only !== undefined) return only;
    return Object.freeze(Object.fromEntries(this.args.map((value, i) => [this.params?.[i] ?? `arg${String(i)}`, value])));
  }

  withArgs(args: readonly unknown[]): ReceivedCall {
    return new ReceivedCall({ ...this.#fields, args });
  }
}

/**
 * The first argument, where its members are the arguments by name: an object of data, no built-in kind of object, and
 * after it nothing but `undefined` and what is handed over by reference.
 */
export function singleRecord(
  args: readonly unknown[],
  params: readonly string[] | undefined,
  opaque: ((index: number) => boolean) | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const [first] = args;
  if (params !== undefined || args.length === 0 || opaque?.(0) === true || !isRecord(first)) return undefined;
  for (let i = 1; i < args.length; i += 1) if (args[i] !== undefined && opaque?.(i) !== true) return undefined;
  return first;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || !isBuiltIn(value);
}

function isBuiltIn(value: object): boolean {
  return (
    types.isMap(value) || types.isSet(value) || types.isDate(value) || types.isRegExp(value) || types.isNativeError(value) ||
    types.isPromise(value) || types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value) || value instanceof URL
  );
}
