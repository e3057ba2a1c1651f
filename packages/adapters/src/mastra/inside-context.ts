import { currentCall } from '@enforcecore/core';
import { copyWith } from '../shared/copy-with.js';
import type { TextCleaner } from '../shared/text-cleaner.js';
import type { MastraContext } from './mastra-options.js';

interface Resumable {
  readonly resumeData?: unknown;
}

/** A copy of a call's context for the code inside: it is told when the call's time is over, and gets what the run goes on with cleaned. */
export async function insideContext(context: MastraContext, cleaner: TextCleaner): Promise<MastraContext> {
  const { agent, workflow } = context;
  const resumed = (context as Resumable).resumeData;
  const changes = {
    abortSignal: currentCall()?.signal ?? context.abortSignal,
    agent: await cleanResumed(agent, cleaner),
    workflow: await cleanResumed(workflow, cleaner),
    resumeData: await cleaner.clean(resumed),
  };
  return copyWith(context, Object.fromEntries(Object.entries(changes).filter(([key, value]) => value !== undefined || key in context)));
}

/** Whether the run goes on after it was suspended: then the tool takes its arguments as they are. */
export function goesOn(context: MastraContext): boolean {
  const { agent, workflow } = context;
  return [context as Resumable, agent as Resumable | undefined, workflow as Resumable | undefined].some((part) => (part?.resumeData ?? undefined) !== undefined);
}

async function cleanResumed<T extends object>(part: T | undefined, cleaner: TextCleaner): Promise<T | undefined> {
  const data = (part as Resumable | undefined)?.resumeData;
  if (part === undefined || data === undefined || data === null) return part;
  return copyWith(part, { resumeData: await cleaner.clean(data) } as Partial<T> & Resumable); // the same property, with other texts in it
}
