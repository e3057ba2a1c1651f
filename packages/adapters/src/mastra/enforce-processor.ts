import type { ProcessInputArgs, ProcessLLMRequestArgs, ProcessOutputResultArgs, ProcessOutputStepArgs, ProcessOutputStreamArgs, ProcessToolResultArgs, Processor } from '@mastra/core/processors';
import type { EnforceContainer, PolicyRef } from '@enforcecore/core';
import { TextCleaner } from '../shared/text-cleaner.js';
import { cleanMessages } from './clean-messages.js';
import { cleanPart } from './clean-parts.js';

export interface EnforceProcessorOptions {
  /** A policy file, or a policy; the container's own by default. Its `pii_redaction` says what is hidden. */
  readonly policy?: PolicyRef;
  readonly container?: EnforceContainer;
}

/** Named, so that both lists of an agent take it. */
export type EnforceProcessor = Processor<'enforcecore'> & Required<Pick<Processor, 'processInput' | 'processLLMRequest' | 'processOutputStream' | 'processOutputStep' | 'processOutputResult' | 'processToolResult'>>;

/**
 * A processor for an agent's `inputProcessors` and `outputProcessors`, both: hides what the policy's `pii_redaction` names in
 * prompts before a model or the memory gets them, and in replies before anybody does, also where a value is split over the
 * pieces of a stream. What cannot be cleaned ends the run. Arguments that a model writes for a tool are cleaned by the tool.
 */
export function enforceProcessor(options: EnforceProcessorOptions = {}): EnforceProcessor {
  const cleaner = new TextCleaner(options);
  return {
    id: 'enforcecore',
    name: 'EnforceCore',
    processDataParts: true, // what tools write beside the reply
    processInput: ({ messages, abort }: ProcessInputArgs) => orAbort(abort, () => cleanMessages(messages, cleaner)),
    processLLMRequest: ({ prompt, abort }: ProcessLLMRequestArgs) => orAbort(abort, async () => ({ prompt: await cleanMessages(prompt, cleaner) })),
    processOutputStream: ({ part, state, abort }: ProcessOutputStreamArgs) => orAbort(abort, () => cleanPart(part, state, cleaner)),
    processOutputStep: ({ messages, abort }: ProcessOutputStepArgs) => orAbort(abort, () => cleanMessages(messages, cleaner)),
    processOutputResult: ({ messages, abort }: ProcessOutputResultArgs) => orAbort(abort, () => cleanMessages(messages, cleaner)),
    processToolResult: ({ messages, abort }: ProcessToolResultArgs) => orAbort(abort, () => cleanMessages(messages, cleaner)),
  };
}

/** Mastra lets a part pass as it was when a processor throws; only its own `abort` holds it back. */
async function orAbort<T>(abort: (reason?: string) => never, clean: () => Promise<T>): Promise<T> {
  try {
    return await clean();
  } catch {
    return abort('a message could not be redacted, so it is not let through');
  }
}
