import type { Call } from '@enforcecore/core';

/** The name of an entity: `{ type: 'Agent', id: 'ann' }` is `Agent::"ann"`. */
export interface CedarEntityUid {
  readonly type: string;
  readonly id: string;
}

/** An entity with its attributes and its groups, in Cedar's JSON format. */
export interface CedarEntity {
  readonly uid: CedarEntityUid;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly parents: readonly CedarEntityUid[];
  readonly tags?: Readonly<Record<string, unknown>>;
}

/** Plain data that policies read as `context`. */
export type CedarContext = Readonly<Record<string, unknown>>;

/** How a call is put to Cedar. */
export interface CedarMapping {
  /** Who acts. Default: `Agent::"<the call's agent>"`, and `Agent::"anonymous"` for a call without one. */
  readonly principal?: (call: Call) => CedarEntityUid;
  /** What is done. Default: `Action::"call"`. */
  readonly action?: (call: Call) => CedarEntityUid;
  /** What it is done to. Default: `Tool::"<canonical name>"`. */
  readonly resource?: (call: Call) => CedarEntityUid;
  /** What else is known. Default: `{ args, labels, depth }`, and `agent`, `tenant`, `session` where the call has them. */
  readonly context?: (call: Call) => CedarContext;
}

export const toolType = 'Tool';

export const defaultMapping: Required<CedarMapping> = {
  principal: ({ agent }) => ({ type: 'Agent', id: agent ?? 'anonymous' }),
  action: () => ({ type: 'Action', id: 'call' }),
  resource: ({ tool }) => ({ type: toolType, id: tool }),
  context: ({ input, labels, depth, agent, tenant, session }) => ({ args: input, labels, depth, agent, tenant, session }),
};
