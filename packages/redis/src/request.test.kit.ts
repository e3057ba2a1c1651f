import type { LimitHold, LimitRefusal, LimitRequest, SharedLimits } from '@enforcecore/core';

export const local: SharedLimits = { isRequired: true, whenUnavailable: 'local_allowance', localShare: 0.5 };

/** A request for little, with what a test wants of it. */
export function wants(more: Partial<LimitRequest>): LimitRequest {
  return { id: 'call', now: performance.now(), wallMs: Date.now(), rates: [], budgets: [], costMicros: 0, slots: [], leaseMs: 60_000, shared: undefined, ...more };
}

/** What is held; a refusal ends the test. */
export function held(answer: LimitHold | LimitRefusal): LimitHold {
  if (answer.refused !== undefined) throw new Error(`refused by a ${answer.refused}`);
  return answer;
}

export async function errorOf(body: () => unknown): Promise<Error & { code?: unknown }> {
  try {
    await body();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('expected an error');
}
