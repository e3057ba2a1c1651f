import { Enforcer, ToolInputError, type Caller, type EnforceContainer, type PolicyRef } from '@enforcecore/core';
import type { ToolInput } from '@enforcecore/core/tools';

/** Who enforces and records. */
export interface CallSiteOptions {
  readonly policy?: PolicyRef;
  readonly container?: EnforceContainer | undefined;
}

/** Takes nothing: what was sent fitted no tool. */
const nothing: ToolInput = {
  schema: { type: 'object' },
  read() {
    throw new ToolInputError([{ path: '', expected: 'must fit the schema of a tool that is there' }]);
  },
};

/** Records a call that ended before any tool was reached, as the blocked call that it is. */
export async function recordUnmade(tool: string, input: unknown, caller: Caller, { policy, container }: CallSiteOptions): Promise<void> {
  try {
    await new Enforcer(policy, container === undefined ? {} : { container }).run(() => undefined, { ...caller, tool, args: [input], input: nothing });
  } catch {
    // It was to be refused, and nothing ran: whoever asks tells why.
  }
}
