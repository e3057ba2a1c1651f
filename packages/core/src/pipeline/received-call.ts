import type { Call, FieldLabel } from '../call.js';

/** The signal of calls that nothing can abort. */
export const neverAborts: AbortSignal = new AbortController().signal;

export type CallFields = Omit<Call, 'input' | 'signal'> & {
  readonly params: readonly string[] | undefined;
  readonly signal: AbortSignal | undefined;
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
  readonly labels: Readonly<Record<string, string>>;
  readonly sensitivity: readonly FieldLabel[];
  readonly opaque: ((index: number) => boolean) | undefined;
  readonly signal: AbortSignal;
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
    this.labels = fields.labels;
    this.sensitivity = fields.sensitivity;
    this.opaque = fields.opaque;
    this.signal = fields.signal ?? neverAborts;
    Object.freeze(this);
  }

  get input(): Readonly<Record<string, unknown>> {
    const { params } = this.#fields;
    const [only] = this.args;
    if (params === undefined && this.args.length === 1 && isRecord(only)) return only;
    return Object.freeze(
      Object.fromEntries(this.args.map((value, i) => [params?.[i] ?? `arg${String(i)}`, value])),
    );
  }

  withArgs(args: readonly unknown[]): ReceivedCall {
    return new ReceivedCall({ ...this.#fields, args });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map);
}
