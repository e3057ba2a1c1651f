import type { EnforcementResult, Policy } from '@enforcecore/core';
import { CliError } from '../errors.js';
import type { Io } from '../io.js';
import type { PolicyCase } from './policy-case.js';

/** What a case came to. */
export interface CaseRun {
  readonly enforcement: EnforcementResult;
  /** Why the call was refused, when it was. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** As the tool got them; `undefined` when it was not called. */
  readonly args: readonly unknown[] | undefined;
  /** What the caller got; `undefined` when the tool was not called. */
  readonly result: { readonly kind: 'withheld' } | { readonly kind: 'value'; readonly value: unknown } | undefined;
  /** What the lists of tools let pass, when nothing spoke against the call. */
  readonly basis: { readonly rule: string; readonly reason: string } | undefined;
}

/**
 * Walks the call of a case through the real pipeline, to a tool that returns what the case says. Each case has a container
 * of its own, so that no rate and no budget is used up by another. The record goes nowhere.
 */
export async function runCase(io: Pick<Io, 'env' | 'now'>, policy: Policy, one: PolicyCase): Promise<CaseRun> {
  const { Auditor, Clock, createContainer, Enforcer, EnforceCoreError, SystemClock, withResults } = await import('@enforcecore/core');
  const { environment } = one;
  const container = createContainer({ environment: withoutSettings(io.env), ...(environment === undefined ? {} : { settings: { environment } }) });
  try {
    const system = new SystemClock();
    const nowMs = one.timeMs ?? io.now().getTime();
    container.rebind(Clock).toConstantValue({
      now: () => nowMs,
      monotonic: () => system.monotonic(),
      schedule: (ms, action) => system.schedule(ms, action),
    });
    container.rebind(Auditor).toConstantValue({ begin: () => undefined, record: () => ({ entryId: 'test' }) });
    let seen: readonly unknown[] | undefined;
    let returned: CaseRun['result'];
    let error: CaseRun['error'];
    const tool = (...cleaned: readonly unknown[]): Promise<unknown> => {
      seen = cleaned;
      returned = { kind: 'withheld' };
      return Promise.resolve(one.result);
    };
    const { results } = await withResults(async () => {
      try {
        returned = { kind: 'value', value: await new Enforcer(policy, { container }).run(tool, callOf(one)) };
      } catch (thrown) {
        if (!EnforceCoreError.is(thrown)) throw thrown;
        error = { code: thrown.code, message: thrown.message };
      }
    });
    const [enforcement] = results;
    if (enforcement === undefined) throw new CliError('INPUT', 'the pipeline gave no result for a case');
    return { enforcement, error, args: seen, result: returned, basis: basisOf(policy, enforcement) };
  } finally {
    await container.close();
  }
}

/** Settings of this machine would make a case come out differently elsewhere; the other variables are for `env` in conditions. */
function withoutSettings(env: Io['env']): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ENFORCECORE_')));
}

function callOf({ tool, args, agent, tenant, session, labels }: PolicyCase): object {
  return { tool, args, agent, tenant, session, labels };
}

function basisOf(policy: Policy, { decision, tool }: EnforcementResult): CaseRun['basis'] {
  if (decision === 'blocked') return undefined;
  const { allowed, rule, reason } = policy.judgeTool(tool);
  return allowed ? { rule, reason } : undefined;
}
