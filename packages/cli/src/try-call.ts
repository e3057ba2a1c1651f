import type { EnforcementResult, Policy } from '@enforcecore/core';
import { CliError } from './errors.js';
import type { Io } from './io.js';
import { limitsOf, type Limits } from './limits.js';

/** What a call would have come to. */
export interface Trial {
  readonly policy: Policy;
  readonly result: EnforcementResult;
  /** Why the call was refused, when it was. */
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** As the tool would have got them; `undefined` when it would not have been called. */
  readonly args: readonly unknown[] | undefined;
  readonly limits: Limits;
  readonly redactionOff: boolean;
}

/**
 * Walks a call through the real pipeline to a tool that does nothing. The record goes nowhere and webhooks are not told.
 *
 * @throws PolicyError, SettingsError when there is nothing to try the call with; a blocked call is no error.
 */
export async function tryCall(io: Pick<Io, 'env'>, path: string, tool: string, args: readonly unknown[]): Promise<Trial> {
  const { Auditor, createContainer, Enforcer, EnforceCoreError, loadPlugins, Policy, PluginManager, Settings, withResults } = await import('@enforcecore/core');
  const policy = Policy.fromFile(path);
  // Webhooks are told of violations, and this is none.
  const environment = Object.fromEntries(Object.entries(io.env).filter(([name]) => !name.startsWith('ENFORCECORE_WEBHOOK_ON_')));
  // A guard that the settings name is part of the answer; entries of a call that is only tried go to no audit backend.
  const named = new PluginManager({ environment });
  const backends = named.discover().filter(({ kind }) => kind === 'audit_backend');
  const settings = { plugins: named.allowed.filter((line) => !backends.some(({ id }) => line.startsWith(`${id}@`))) };
  const container = createContainer({ environment, settings, plugins: await loadPlugins({ environment, settings }) });
  try {
    container.rebind(Auditor).toConstantValue({ begin: () => undefined, record: () => ({ entryId: 'dry-run' }) });
    let seen: readonly unknown[] | undefined;
    let error: Trial['error'];
    const capture = (...cleaned: readonly unknown[]): Promise<void> => {
      seen = cleaned;
      return Promise.resolve();
    };
    const { results } = await withResults(async () => {
      try {
        await new Enforcer(policy, { container }).run(capture, { tool, args });
      } catch (thrown) {
        if (!EnforceCoreError.is(thrown)) throw thrown;
        error = { code: thrown.code, message: thrown.message };
      }
    });
    const [result] = results;
    if (result === undefined) throw new CliError('INPUT', 'the pipeline gave no result for the call');
    const inForce = container.get(Settings);
    const redactionOff = policy.redaction !== undefined && !inForce.redactionEnabled;
    return { policy, result, error, args: seen, limits: limitsOf(policy, result.tool, inForce), redactionOff };
  } finally {
    await container.close();
  }
}
