import { defineTool, type StandardSchema } from '@enforcecore/core/tools';
import type { Caller, EnforceContainer, PolicyRef } from '@enforcecore/core';

/** Fits nothing. */
const nothing: StandardSchema = {
  '~standard': {
    version: 1,
    vendor: 'enforcecore',
    validate: () => ({ issues: [{ message: 'must fit the schema of a tool that is there' }] }),
    jsonSchema: { input: () => ({ type: 'object' }) },
  },
};

/** Records a call that the SDK ended before any tool was reached, as the blocked call that it is. */
export async function recordUnmade(tool: string, input: unknown, caller: Caller, site: { readonly policy?: PolicyRef; readonly container?: EnforceContainer | undefined }): Promise<void> {
  const { policy, container } = site;
  try {
    const unmade = defineTool({ name: tool, description: 'never run', input: nothing, execute: () => undefined, ...(policy === undefined ? {} : { policy }), ...(container === undefined ? {} : { container }) });
    await unmade.call(input, caller);
  } catch {
    // It was to be refused, and nothing ran: the client hears from the SDK what was wrong.
  }
}
