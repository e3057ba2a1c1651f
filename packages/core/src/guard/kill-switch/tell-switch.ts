import type { KillSwitchDraft } from '@enforcecore/audit';
import { logQuietly } from '../../logging/log-quietly.js';
import type { Services } from '../../pipeline/room-builder.js';
import { scopeWords } from './killed.js';
import type { SwitchEvent, TripScope } from './trip.js';

/** Says in log and trail who turned the kill switch, when, why and for whose calls. */
export function tellSwitch({ logger, auditor, settings, webhooks }: Services, event: SwitchEvent): void {
  const detail = detailOf(event);
  logQuietly(logger, event.kind === 'tripped' ? 'error' : 'warn', detail);
  if (!settings.auditEnabled) return;
  const failed = (error: unknown): void => {
    // Safe to go on: the switch is turned whether or not it could be written down, and blocked calls have entries of their own.
    logQuietly(logger, 'error', 'a turn of the kill switch could not be recorded', { error: String(error) });
    webhooks.tellAuditError({ tool: undefined, policy: undefined, callId: undefined, what: 'entry', error });
  };
  try {
    const scope = event.kind === 'tripped' ? event.trip.scope : event.scope;
    const draft: KillSwitchDraft = { kind: 'kill_switch', detail, ...fieldOf(scope) };
    const receipt: unknown = auditor.record(draft, true);
    void Promise.resolve(receipt).catch(failed);
  } catch (error) {
    failed(error);
  }
}

function detailOf(event: SwitchEvent): string {
  if (event.kind === 'reset') {
    const what = event.by === 'recovery' ? 'recovered' : 'was reset';
    return `kill switch ${what} for ${scopeWords(event.scope)} by ${event.by} at ${timeOf(event.at)}: ${event.reason}`;
  }
  const { scope, by, at, reason, recoverAfterMs, trialCalls } = event.trip;
  const until = recoverAfterMs === undefined ? '' : ` (${String(trialCalls)} trial calls after ${String(recoverAfterMs)} ms)`;
  return `kill switch was tripped for ${scopeWords(scope)} by ${by} at ${timeOf(at)}${until}: ${reason}`;
}

/** So that a search for a tenant's entries finds what was done to its calls. */
function fieldOf(scope: TripScope): Partial<Record<'tool_name' | 'agent' | 'tenant_id' | 'session', string>> {
  switch (scope.of) {
    case 'all':
      return {};
    case 'tool':
      return { tool_name: scope.name };
    case 'tenant':
      return { tenant_id: scope.name };
    case 'agent':
    case 'session':
      return { [scope.of]: scope.name };
  }
}

function timeOf(at: number): string {
  return new Date(at).toISOString();
}
