import { targetFault } from '../hooks/webhook-address.js';
import { logQuietly } from '../logging/log-quietly.js';
import type { Logger } from '../logging/logger.js';
import type { Settings } from './settings.js';

/** What each setting that weakens protection gives up, in words for the operator who set it. */
export function weakenings(settings: Settings): readonly string[] {
  const found: string[] = [];
  if (!settings.auditEnabled) found.push('auditing is off (auditEnabled=false): calls leave no record');
  if (settings.auditDurability === 'buffered') {
    found.push('auditDurability is buffered: the last entries are lost when the process is killed');
  }
  if (!settings.redactionEnabled) {
    found.push('redaction is off (redactionEnabled=false): personal data and secrets pass, whatever the policy says');
  }
  if (settings.failOpen && !settings.devMode) {
    found.push('failOpen is on: calls go through while the audit trail cannot be written');
  }
  const webhooks = ['webhookOnViolation', 'webhookOnCostThreshold', 'webhookOnAuditError'] as const;
  for (const key of webhooks) {
    const url = settings[key];
    // What may go without TLS whatever the settings say does not leave this machine.
    const leaves = url?.startsWith('http:') === true && targetFault({ url: new URL(url), allowPrivate: false }) !== undefined;
    if (leaves) found.push(`${key} is not https: whoever sits on the wire reads and forges it`);
  }
  if (settings.webhookSecret === undefined && webhooks.some((key) => settings[key] !== undefined)) {
    found.push('webhooks are not signed: whoever knows where they go can send some too; set webhookSecret');
  }
  return found;
}

/** Says each weakening once, where operators look: in the log, and as a process warning since the log may be silent. */
export function warnOfWeakenings(settings: Settings, logger: Logger): void {
  for (const weakening of weakenings(settings)) {
    logger.log('warn', weakening);
    process.emitWarning(weakening, { type: 'EnforceCoreWarning', code: 'ENFORCECORE_WEAKENED' });
  }
}

const told = new WeakSet<Settings>();

/** Says once of a webhook for costs that it will never be told: what is spent is counted elsewhere. */
export function warnOfSilentCosts(settings: Settings, store: { readonly name: string; readonly isShared: boolean }, logger: Logger): void {
  if (!store.isShared || told.has(settings)) return;
  told.add(settings);
  const warning = `webhookOnCostThreshold is set, and ${store.name} counts costs outside this process: the webhook is never told; watch LimitStore.spent(), or the costs in the trail`;
  logQuietly(logger, 'warn', warning);
  process.emitWarning(warning, { type: 'EnforceCoreWarning', code: 'ENFORCECORE_WEAKENED' });
}
