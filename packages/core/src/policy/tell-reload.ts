import { logQuietly } from '../logging/log-quietly.js';
import type { Services } from '../pipeline/room-builder.js';
import type { Reload } from './policy-file.js';

/** Says in log and trail that other rules hold from here on, or that a changed file was refused. */
export function tellReload({ logger, auditor, settings, webhooks }: Services, path: string, reload: Reload): void {
  const swapped = reload.kind === 'swapped';
  const { name, digest } = swapped ? reload.after : reload.policy;
  const detail = swapped
    ? `policy "${name}" was exchanged: ${reload.before.digest} before, ${digest} from here on`
    : `a changed file of policy "${name}" was refused and ${digest} still holds: ${reload.error.code}`;
  logQuietly(logger, swapped ? 'info' : 'error', detail, { path, ...(swapped ? {} : { problem: reload.error.message }) });
  if (!settings.auditEnabled) return;
  const failed = (error: unknown): void => {
    // Safe to go on: no call is decided by this entry, and the next call's own entry says which policy held.
    logQuietly(logger, 'error', 'the exchange of a policy could not be recorded', { path, error: String(error) });
    webhooks.tellAuditError({ tool: undefined, policy: name, callId: undefined, what: 'entry', error });
  };
  try {
    // Nobody waits for it, so it may take its time also where the call at hand cannot wait.
    const receipt: unknown = auditor.record({ kind: 'policy', detail, policy_name: name, policy_digest: digest }, true);
    void Promise.resolve(receipt).catch(failed);
  } catch (error) {
    failed(error);
  }
}
