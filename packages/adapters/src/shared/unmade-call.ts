import { ToolInputError, type Caller, type EnforceContainer, type PolicyRef } from '@enforcecore/core';
import { defineTool } from '@enforcecore/core/tools';

/** Who enforces and records. */
export interface CallSiteOptions {
  readonly policy?: PolicyRef;
  readonly container?: EnforceContainer | undefined;
}

/** Records a call that ended before any tool was reached, as the blocked call that it is. */
export async function recordUnmade(tool: string, input: unknown, caller: Caller, { policy, container }: CallSiteOptions): Promise<void> {
  const nothing = {
    schema: { type: 'object' },
    read: () => {
      throw new ToolInputError([{ path: '', expected: 'must fit the schema of a tool that is there' }]);
    },
  };
  try {
    const unmade = defineTool({ name: tool, description: 'never run', input: nothing, execute: () => undefined, ...(policy === undefined ? {} : { policy }), ...(container === undefined ? {} : { container }) });
    await unmade.call(input, caller);
  } catch {
    // It was to be refused, and nothing ran: whoever asks tells why.
  }
}
